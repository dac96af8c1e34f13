package io.bessemer.ipmi.protocol;

/// Get Channel Authentication Capabilities, IPMI 2.0 §22.13: what the BMC says of itself to anybody. It is not protected, so it
/// explains failures and decides nothing.
///
/// @param rmcpPlus   it speaks IPMI 2.0
/// @param bmcKeySet  K_G is not zero, so logins need `ipmi_hex_kg_key`
/// @param namedUsers it has users with names, apart from the anonymous one
public record AuthenticationCapabilities(int channel, boolean rmcpPlus, boolean bmcKeySet, boolean namedUsers, boolean anonymousLogin) {
    public static final int NET_FN = 0x06;
    public static final int COMMAND = 0x38;

    /// @param data of the response, after the completion code
    public static AuthenticationCapabilities decode(byte[] data) throws DecodeException {
        PacketReader in = new PacketReader("Get Channel Authentication Capabilities", data);
        int channel = in.unsignedByte("channel") & 0x0f;
        int types = in.unsignedByte("authentication types");
        int status = in.unsignedByte("authentication status");
        boolean extended = (types & 0x80) != 0;
        boolean rmcpPlus = extended && (in.unsignedByte("extended capabilities") & 0x02) != 0;
        return new AuthenticationCapabilities(channel, rmcpPlus, extended && (status & 0x20) != 0, (status & 0x04) != 0, (status & 0x01) != 0);
    }

    /// Asks about the channel that the request comes in on (0x0e), with IPMI 2.0 data (bit 7).
    public static LanMessage.Request request(int sequence, Privilege privilege) {
        return new LanMessage.Request(NET_FN, 0, sequence, COMMAND, new byte[] {(byte) 0x8e, (byte) privilege.code()});
    }
}
