package io.bessemer.pxe.ra;

import java.nio.ByteBuffer;

/// ICMPv6 type 134, RFC 4861 §4.2. Lifetime 0 says that we are no default router; no prefix is given, so nobody makes up an address.
/// The kernel fills in the checksum.
public record RouterAdvertisement(byte[] hardwareAddress) {
    public static final int TYPE = 134;
    public static final int SOLICITATION_TYPE = 133;
    private static final int CURRENT_HOP_LIMIT = 64;
    private static final int SOURCE_LINK_LAYER_ADDRESS = 1;

    public RouterAdvertisement {
        hardwareAddress = hardwareAddress.clone();
    }

    public byte[] encode() {
        boolean ethernet = hardwareAddress.length == 6;
        ByteBuffer out = ByteBuffer.allocate(ethernet ? 24 : 16);
        out.put((byte) TYPE).put((byte) 0).putShort((short) 0);
        out.put((byte) CURRENT_HOP_LIMIT).put((byte) 0); // neither managed nor other configuration: no DHCPv6 here
        out.putShort((short) 0).putInt(0).putInt(0);
        if (ethernet) {
            out.put((byte) SOURCE_LINK_LAYER_ADDRESS).put((byte) 1).put(hardwareAddress);
        }
        return out.array();
    }
}
