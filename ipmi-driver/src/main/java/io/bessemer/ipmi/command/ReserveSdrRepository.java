package io.bessemer.ipmi.command;

import io.bessemer.ipmi.protocol.DecodeException;
import io.bessemer.ipmi.session.IpmiCall;

/// Reserve SDR Repository, IPMI 2.0 §33.11: parts of records are given to who holds the last reservation. The next one, anybody's, and a
/// change of the repository cancel it.
public record ReserveSdrRepository() implements Command<Integer> {
    @Override
    public IpmiCall call() {
        return IpmiCall.query(STORAGE, 0x22);
    }

    @Override
    public String title() {
        return "Reserve SDR Repository";
    }

    @Override
    public Integer decode(byte[] data) throws DecodeException {
        return reader(data).unsignedShort("reservation id");
    }
}
