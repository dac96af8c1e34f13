package io.bessemer.ipmi.command;

import io.bessemer.ipmi.protocol.Rakp1;
import io.bessemer.ipmi.session.IpmiCall;
import java.nio.charset.StandardCharsets;

/// Set User Name, IPMI 2.0 §22.28.
///
/// @param name at most 16 bytes; empty for none
public record SetUserName(int user, String name) implements Command<Void> {
    @Override
    public IpmiCall call() {
        byte[] text = name.getBytes(StandardCharsets.UTF_8);
        byte[] data = new byte[1 + Rakp1.MAX_USERNAME];
        data[0] = (byte) (user & 0x3f);
        System.arraycopy(text, 0, data, 1, text.length);
        return IpmiCall.control(APP, 0x45, data);
    }

    @Override
    public String title() {
        return "Set User Name (user %d)".formatted(user);
    }

    @Override
    public Void decode(byte[] data) {
        return Command.nothing();
    }
}
