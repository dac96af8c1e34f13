package io.bessemer.ipmi.command;

import io.bessemer.ipmi.session.IpmiCall;

/// Set SEL Time, IPMI 2.0 §31.11.
///
/// @param seconds since 1970, of UTC
public record SetSelTime(long seconds) implements Command<Void> {
    @Override
    public IpmiCall call() {
        return IpmiCall.control(STORAGE, 0x49, (byte) seconds, (byte) (seconds >> 8), (byte) (seconds >> 16), (byte) (seconds >> 24));
    }

    @Override
    public String title() {
        return "Set SEL Time";
    }

    @Override
    public Void decode(byte[] data) {
        return Command.nothing();
    }
}
