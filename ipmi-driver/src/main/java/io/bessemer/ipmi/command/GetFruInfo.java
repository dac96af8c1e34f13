package io.bessemer.ipmi.command;

import io.bessemer.ipmi.protocol.DecodeException;
import io.bessemer.ipmi.protocol.PacketReader;
import io.bessemer.ipmi.session.IpmiCall;

/// Get FRU Inventory Area Info, IPMI 2.0 §34.1.
public record GetFruInfo(int fru) implements Command<GetFruInfo.Info> {
    /// @param size    in bytes
    /// @param byWords offsets and counts are in words of two bytes
    public record Info(int size, boolean byWords) {}

    @Override
    public IpmiCall call() {
        return IpmiCall.query(STORAGE, 0x10, (byte) fru);
    }

    @Override
    public String title() {
        return "Get FRU Inventory Area Info (FRU %d)".formatted(fru);
    }

    @Override
    public Info decode(byte[] data) throws DecodeException {
        PacketReader in = reader(data);
        return new Info(in.unsignedShort("size"), (in.unsignedByte("access") & 0x01) != 0);
    }
}
