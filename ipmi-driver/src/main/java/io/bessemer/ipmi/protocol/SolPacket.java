package io.bessemer.ipmi.protocol;

import java.util.Arrays;

/// A Serial Over LAN payload, IPMI 2.0 §15.9: characters of one side, and what became of the other side's.
///
/// @param sequence     1 to 15; 0 when it holds no characters and wants no answer
/// @param acknowledges the packet of the other side that it answers, 1 to 15; 0 for none
/// @param accepted     how many characters of that packet were taken
/// @param status       bits: [#NACK] both ways, the others by who sends them
public record SolPacket(int sequence, int acknowledges, int accepted, int status, byte[] characters) {
    public static final int HEADER_LENGTH = 4;
    public static final int LAST_SEQUENCE = 15;
    /// the packet was not taken, or not all of it
    public static final int NACK = 0x40;

    /// to the BMC: a break, of 300 ms or so
    public static final int BREAK = 0x10;
    /// to the BMC: what waits in its buffers is of no use any more
    public static final int FLUSH_INBOUND = 0x02;
    public static final int FLUSH_OUTBOUND = 0x01;

    /// from the BMC: the machine takes no characters now
    public static final int TRANSFER_UNAVAILABLE = 0x20;
    /// from the BMC: the console ends, or has ended
    public static final int DEACTIVATED = 0x10;
    /// from the BMC: characters of the machine were lost, as nobody took them in time
    public static final int TRANSMIT_OVERRUN = 0x08;
    /// from the BMC: the machine sent a break
    public static final int BREAK_DETECTED = 0x04;

    public SolPacket {
        characters = characters.clone();
    }

    public static SolPacket acknowledgement(int of, int accepted) {
        return new SolPacket(0, of, accepted, 0, new byte[0]);
    }

    public boolean has(int bits) {
        return (status & bits) != 0;
    }

    public byte[] encode() {
        byte[] out = new byte[HEADER_LENGTH + characters.length];
        out[0] = (byte) sequence;
        out[1] = (byte) acknowledges;
        out[2] = (byte) accepted;
        out[3] = (byte) status;
        System.arraycopy(characters, 0, out, HEADER_LENGTH, characters.length);
        return out;
    }

    public static SolPacket decode(byte[] payload) throws DecodeException {
        PacketReader in = new PacketReader("SOL", payload);
        int sequence = in.unsignedByte("packet sequence number") & 0x0f;
        int acknowledges = in.unsignedByte("acknowledged sequence number") & 0x0f;
        int accepted = in.unsignedByte("accepted character count");
        int status = in.unsignedByte("status") & 0x7f;
        return new SolPacket(sequence, acknowledges, accepted, status, in.rest());
    }

    /// What was typed may be a password.
    @Override
    public String toString() {
        return "SolPacket[%d, acknowledges %d with %d, status 0x%02x, %d characters]".formatted(sequence, acknowledges, accepted, status, characters.length);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SolPacket that && Arrays.equals(encode(), that.encode());
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(encode());
    }
}
