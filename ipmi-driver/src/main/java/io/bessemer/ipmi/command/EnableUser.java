package io.bessemer.ipmi.command;

import io.bessemer.ipmi.session.IpmiCall;

/// Set User Password, IPMI 2.0 §22.30, operations "disable user" and "enable user", which leave the password as it is.
///
/// @param padded with room for a password that is not looked at: the specification has it left out, and some BMCs want it
public record EnableUser(int user, boolean enable, boolean padded) implements Command<Void> {
    @Override
    public IpmiCall call() {
        byte[] data = new byte[2 + (padded ? SetUserPassword.SHORT : 0)];
        data[0] = (byte) (user & 0x3f);
        data[1] = (byte) (enable ? 1 : 0);
        return IpmiCall.slowControl(APP, 0x47, data);
    }

    @Override
    public String title() {
        return "Set User Password (user %d, %s)".formatted(user, enable ? "enable" : "disable");
    }

    @Override
    public Void decode(byte[] data) {
        return Command.nothing();
    }
}
