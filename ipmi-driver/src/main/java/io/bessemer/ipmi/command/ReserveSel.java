package io.bessemer.ipmi.command;

import io.bessemer.ipmi.protocol.DecodeException;
import io.bessemer.ipmi.session.IpmiCall;

/// Reserve SEL, IPMI 2.0 §31.4: parts of entries are given to, and the log is cleared for, who holds the last reservation. The next one, anybody's,
/// cancels it.
public record ReserveSel() implements Command<Integer> {
    @Override
    public IpmiCall call() {
        return IpmiCall.query(STORAGE, 0x42);
    }

    @Override
    public String title() {
        return "Reserve SEL";
    }

    @Override
    public Integer decode(byte[] data) throws DecodeException {
        return reader(data).unsignedShort("reservation id");
    }
}
