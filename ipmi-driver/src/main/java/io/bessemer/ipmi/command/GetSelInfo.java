package io.bessemer.ipmi.command;

import io.bessemer.ipmi.protocol.DecodeException;
import io.bessemer.ipmi.protocol.PacketReader;
import io.bessemer.ipmi.session.IpmiCall;

/// Get SEL Info, IPMI 2.0 §31.2.
public record GetSelInfo() implements Command<GetSelInfo.Info> {
    /// @param freeBytes 0xffff: that many or more
    /// @param overflow  events were lost because there was no room
    public record Info(int entries, int freeBytes, boolean overflow) {}

    @Override
    public IpmiCall call() {
        return IpmiCall.query(STORAGE, 0x40);
    }

    @Override
    public String title() {
        return "Get SEL Info";
    }

    @Override
    public Info decode(byte[] data) throws DecodeException {
        PacketReader in = reader(data);
        in.skip("SEL version", 1);
        int entries = in.unsignedShort("entries");
        int free = in.unsignedShort("free space");
        in.skip("timestamps", 8);
        return new Info(entries, free, (in.unsignedByte("operation support") & 0x80) != 0);
    }
}
