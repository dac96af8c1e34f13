package io.bessemer.ipmi.protocol;

import java.nio.charset.StandardCharsets;

/// RAKP Message 1, IPMI 2.0 §13.20: who wants in.
///
/// @param role privilege level, with bit 4 set for a look-up by name alone
public record Rakp1(int tag, int bmcSessionId, byte[] consoleRandom, int role, String username) {
    public static final int RANDOM_LENGTH = 16;
    public static final int MAX_USERNAME = 16;
    /// the BMC looks the user up by name, whatever privilege is asked for
    public static final int NAME_ONLY_LOOKUP = 0x10;

    public byte[] encode() {
        byte[] name = username.getBytes(StandardCharsets.UTF_8);
        byte[] out = new byte[28 + name.length];
        out[0] = (byte) tag;
        LittleEndian.put32(out, 4, bmcSessionId);
        System.arraycopy(consoleRandom, 0, out, 8, RANDOM_LENGTH);
        out[24] = (byte) role;
        out[27] = (byte) name.length;
        System.arraycopy(name, 0, out, 28, name.length);
        return out;
    }

    public static Rakp1 decode(byte[] payload) throws DecodeException {
        PacketReader in = new PacketReader("RAKP 1", payload);
        int tag = in.unsignedByte("tag");
        in.skip("reserved", 3);
        int session = in.int32("BMC session id");
        byte[] random = in.bytes("console random number", RANDOM_LENGTH);
        int role = in.unsignedByte("role") & 0x1f;
        in.skip("reserved", 2);
        int length = in.unsignedByte("user name length");
        if (length > MAX_USERNAME) {
            throw in.wrong("user name length", Integer.toString(length), "at most 16");
        }
        return new Rakp1(tag, session, random, role, new String(in.bytes("user name", length), StandardCharsets.UTF_8));
    }

    @Override
    public String toString() {
        return "Rakp1[tag " + tag + ", user " + username + "]";
    }
}
