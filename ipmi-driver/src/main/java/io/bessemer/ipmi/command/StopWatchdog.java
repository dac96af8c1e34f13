package io.bessemer.ipmi.command;

import io.bessemer.ipmi.session.IpmiCall;

/// Set Watchdog Timer, IPMI 2.0 §27.6, which stops it; all else stays as it is.
public record StopWatchdog(GetWatchdog.Watchdog now) implements Command<Void> {
    @Override
    public IpmiCall call() {
        int count = (int) (now.timeout().toMillis() / 100);
        return IpmiCall.control(APP, 0x24, (byte) (now.use() | (now.logs() ? 0 : 0x80)), (byte) now.actions(), (byte) now.preTimeout(), (byte) 0, (byte) count, (byte) (count >> 8));
    }

    @Override
    public String title() {
        return "Set Watchdog Timer (stop)";
    }

    @Override
    public Void decode(byte[] data) {
        return Command.nothing();
    }
}
