package io.bessemer.ipmi.command;

import io.bessemer.ipmi.protocol.DecodeException;
import io.bessemer.ipmi.protocol.PacketReader;
import io.bessemer.ipmi.session.IpmiCall;

/// Get SDR Repository Info, IPMI 2.0 §33.9.
public record GetSdrRepositoryInfo() implements Command<GetSdrRepositoryInfo.Info> {
    /// Two that are equal are of the same records. Count and free space are looked at too, because some BMCs have no clock.
    ///
    /// @param added  when a record was added last, in seconds as the BMC counts them
    /// @param erased when records were erased last
    public record Info(int records, int freeBytes, int added, int erased) {}

    @Override
    public IpmiCall call() {
        return IpmiCall.query(STORAGE, 0x20);
    }

    @Override
    public String title() {
        return "Get SDR Repository Info";
    }

    @Override
    public Info decode(byte[] data) throws DecodeException {
        PacketReader in = reader(data);
        in.skip("SDR version", 1);
        return new Info(in.unsignedShort("record count"), in.unsignedShort("free space"), in.int32("most recent addition"), in.int32("most recent erase"));
    }
}
