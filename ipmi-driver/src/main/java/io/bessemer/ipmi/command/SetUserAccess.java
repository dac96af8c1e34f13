package io.bessemer.ipmi.command;

import io.bessemer.ipmi.session.IpmiCall;

/// Set User Access, IPMI 2.0 §22.26, without a limit of sessions: it stays as it is.
///
/// @param privilege 1 to 4 as [io.bessemer.ipmi.protocol.Privilege], 15 for none
public record SetUserAccess(int channel, int user, boolean callbackOnly, boolean linkAuthentication, boolean messaging, int privilege) implements Command<Void> {
    /// or the other bits of that byte are not looked at
    private static final int CHANGE = 0x80;

    @Override
    public IpmiCall call() {
        int access = CHANGE | (callbackOnly ? 0x40 : 0) | (linkAuthentication ? 0x20 : 0) | (messaging ? 0x10 : 0) | channel & 0x0f;
        return IpmiCall.control(APP, 0x43, (byte) access, (byte) (user & 0x3f), (byte) (privilege & 0x0f));
    }

    @Override
    public String title() {
        return "Set User Access (user %d, channel %d)".formatted(user, channel);
    }

    @Override
    public Void decode(byte[] data) {
        return Command.nothing();
    }
}
