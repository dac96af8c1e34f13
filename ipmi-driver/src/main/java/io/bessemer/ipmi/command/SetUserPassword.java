package io.bessemer.ipmi.command;

import io.bessemer.ipmi.session.IpmiCall;
import java.nio.charset.StandardCharsets;

/// Set User Password, IPMI 2.0 §22.30, operation "set password".
///
/// @param password at most [#LONGEST] bytes; more than [#SHORT] are what IPMI 2.0 added
public record SetUserPassword(int user, String password) implements Command<Void> {
    public static final int SHORT = 16;
    public static final int LONGEST = 20;
    private static final int TWENTY_BYTES = 0x80;
    private static final int SET = 0x02;

    @Override
    public IpmiCall call() {
        byte[] text = password.getBytes(StandardCharsets.UTF_8);
        boolean isLong = text.length > SHORT;
        byte[] data = new byte[2 + (isLong ? LONGEST : SHORT)];
        data[0] = (byte) (user & 0x3f | (isLong ? TWENTY_BYTES : 0));
        data[1] = SET;
        System.arraycopy(text, 0, data, 2, text.length);
        return IpmiCall.slowControl(APP, 0x47, data);
    }

    @Override
    public String title() {
        return "Set User Password (user %d)".formatted(user);
    }

    @Override
    public Void decode(byte[] data) {
        return Command.nothing();
    }

    @Override
    public String toString() {
        return "SetUserPassword[user " + user + ", password ***]";
    }
}
