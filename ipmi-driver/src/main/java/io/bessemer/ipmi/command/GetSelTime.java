package io.bessemer.ipmi.command;

import io.bessemer.ipmi.protocol.DecodeException;
import io.bessemer.ipmi.session.IpmiCall;

/// Get SEL Time, IPMI 2.0 §31.10: the clock by which events are stamped, as its timestamps count.
public record GetSelTime() implements Command<Long> {
    @Override
    public IpmiCall call() {
        return IpmiCall.query(STORAGE, 0x48);
    }

    @Override
    public String title() {
        return "Get SEL Time";
    }

    @Override
    public Long decode(byte[] data) throws DecodeException {
        return Integer.toUnsignedLong(reader(data).int32("time"));
    }
}
