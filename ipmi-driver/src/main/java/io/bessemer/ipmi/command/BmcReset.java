package io.bessemer.ipmi.command;

import io.bessemer.ipmi.session.IpmiCall;

/// Cold Reset and Warm Reset, IPMI 2.0 §20.2 and §20.3: the BMC starts anew, the machine goes on.
///
/// @param warm keeps more of the BMC's state; which, its maker says
public record BmcReset(boolean warm) implements Command<Void> {
    @Override
    public IpmiCall call() {
        return IpmiCall.once(APP, warm ? 0x03 : 0x02);
    }

    @Override
    public String title() {
        return warm ? "Warm Reset" : "Cold Reset";
    }

    @Override
    public Void decode(byte[] data) {
        return Command.nothing();
    }
}
