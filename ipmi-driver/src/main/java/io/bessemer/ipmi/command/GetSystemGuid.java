package io.bessemer.ipmi.command;

import io.bessemer.ipmi.protocol.DecodeException;
import io.bessemer.ipmi.session.IpmiCall;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.UUID;

/// Get System GUID, IPMI 2.0 §22.14.
public record GetSystemGuid() implements Command<UUID> {
    private static final int LENGTH = 16;

    @Override
    public IpmiCall call() {
        return IpmiCall.query(APP, 0x37);
    }

    @Override
    public String title() {
        return "Get System GUID";
    }

    /// The specification has the last byte first (§20.8), SMBIOS the first three fields alone, and some makers none. Only one of them is mostly a UUID: of a
    /// version from 1 to 5 and of the usual variant.
    @Override
    public UUID decode(byte[] data) throws DecodeException {
        byte[] bytes = reader(data).bytes("GUID", LENGTH);
        ByteBuffer low = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer high = ByteBuffer.wrap(bytes);
        UUID reversed = new UUID(low.getLong(8), low.getLong(0));
        UUID smbios = new UUID((long) low.getInt(0) << 32 | (low.getShort(4) & 0xffffL) << 16 | low.getShort(6) & 0xffffL, high.getLong(8));
        UUID asTheyAre = new UUID(high.getLong(0), high.getLong(8));
        return List.of(reversed, smbios, asTheyAre).stream().filter(one -> one.variant() == 2 && one.version() >= 1 && one.version() <= 5).findFirst().orElse(reversed);
    }
}
