package io.bessemer.ipmi.command;

import io.bessemer.ipmi.session.IpmiCall;
import java.util.HexFormat;

/// Any command. Nobody knows what it does, so it is never executed twice.
public record RawCommand(int netFn, int command, byte[] data) implements Command<byte[]> {
    public RawCommand {
        if (netFn < 0 || netFn > 0x3e || (netFn & 1) != 0) {
            throw new IllegalArgumentException("network function 0x%02x: a request has an even one up to 0x3e".formatted(netFn));
        }
        if (command < 0 || command > 0xff) {
            throw new IllegalArgumentException("command 0x%x: it must be 0 to 0xff".formatted(command));
        }
    }

    /// As after `ipmitool raw`: `0x06 0x01`, or `06 01`; network function, command, data.
    public static RawCommand parse(String text) {
        String[] words = text.strip().split("[\\s,]+");
        if (words.length < 2) {
            throw new IllegalArgumentException("raw command '%s': expected at least a network function and a command".formatted(text));
        }
        StringBuilder hex = new StringBuilder();
        for (String word : words) {
            String digits = word.startsWith("0x") ? word.substring(2) : word;
            if (!digits.matches("[0-9a-fA-F]{1,2}")) {
                throw new IllegalArgumentException("raw command byte '%s': expected hexadecimal, 0x00 to 0xff".formatted(word));
            }
            hex.append(digits.length() == 1 ? "0" : "").append(digits);
        }
        byte[] all = HexFormat.of().parseHex(hex);
        return new RawCommand(all[0] & 0xff, all[1] & 0xff, java.util.Arrays.copyOfRange(all, 2, all.length));
    }

    @Override
    public IpmiCall call() {
        return IpmiCall.once(netFn, command, data);
    }

    @Override
    public String title() {
        return "raw 0x%02x 0x%02x".formatted(netFn, command);
    }

    @Override
    public byte[] decode(byte[] answer) {
        return answer;
    }
}
