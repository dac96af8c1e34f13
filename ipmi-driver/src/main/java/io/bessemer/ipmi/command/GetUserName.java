package io.bessemer.ipmi.command;

import io.bessemer.ipmi.protocol.DecodeException;
import io.bessemer.ipmi.protocol.Rakp1;
import io.bessemer.ipmi.protocol.TypedText;
import io.bessemer.ipmi.session.IpmiCall;
import java.nio.charset.StandardCharsets;

/// Get User Name, IPMI 2.0 §22.29. Empty for an account that has none.
public record GetUserName(int user) implements Command<String> {
    @Override
    public IpmiCall call() {
        return IpmiCall.query(APP, 0x46, (byte) user);
    }

    @Override
    public String title() {
        return "Get User Name (user %d)".formatted(user);
    }

    @Override
    public String decode(byte[] data) throws DecodeException {
        byte[] name = reader(data).bytes("user name", Rakp1.MAX_USERNAME);
        int length = 0;
        while (length < name.length && name[length] != 0) {
            length++;
        }
        return TypedText.printable(new String(name, 0, length, StandardCharsets.UTF_8));
    }
}
