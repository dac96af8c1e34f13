package io.bessemer.ipmi.protocol;

import java.util.ArrayList;
import java.util.List;

/// Get Channel Cipher Suites, IPMI 2.0 §22.15: which suites the BMC offers, in portions of 16 bytes. It is asked outside any session and not protected, so it
/// explains failures and saves tries, and brings about no login that would not have been tried without it.
public final class ChannelCipherSuites {
    public static final int NET_FN = 0x06;
    public static final int COMMAND = 0x54;
    /// bytes of all but the last portion
    public static final int PORTION = 16;
    /// portions that are asked for: some fifty suites, of which the specification has twenty
    public static final int MOST_PORTIONS = 16;

    private static final int THIS_CHANNEL = 0x0e;
    private static final int BY_SUITE = 0x80;
    private static final int STANDARD = 0xc0;
    private static final int OEM = 0xc1;
    private static final int TAG = 0xc0;

    private ChannelCipherSuites() {
    }

    /// @param portion from 0
    public static LanMessage.Request request(int sequence, int portion) {
        return new LanMessage.Request(NET_FN, 0, sequence, COMMAND, new byte[] {THIS_CHANNEL, PayloadType.IPMI, (byte) (BY_SUITE | portion)});
    }

    /// @param data of the response, after the completion code
    /// @return the records' bytes in it
    public static byte[] portion(byte[] data) throws DecodeException {
        PacketReader in = new PacketReader("Get Channel Cipher Suites", data);
        in.skip("channel", 1);
        return in.bytes("cipher suite records", Math.min(PORTION, in.remaining()));
    }

    /// @param records of all portions
    /// @return numbers of the suites, without those of makers
    public static List<Integer> decode(byte[] records) throws DecodeException {
        PacketReader in = new PacketReader("Cipher suite records", records);
        List<Integer> suites = new ArrayList<>();
        boolean begun = false;
        while (in.remaining() > 0) {
            int head = in.unsignedByte("start of record");
            switch (head) {
                case STANDARD -> suites.add(in.unsignedByte("cipher suite"));
                case OEM -> in.skip("cipher suite and manufacturer of an OEM record", 4);
                default -> {
                    // an algorithm: its tag says of which kind, and the suite's number says as much
                    if (!begun || (head & TAG) == TAG) {
                        throw in.wrong("start of record", "0x%02x".formatted(head), "0xc0 or 0xc1");
                    }
                }
            }
            begun = true;
        }
        return suites;
    }
}
