package io.bessemer.core.network;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.regex.Pattern;

/// An IPv4 or IPv6 network, as in `169.254.0.0/16`.
public final class Network {
    private static final Pattern SHAPE = Pattern.compile("([0-9.]{7,15}|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*)/([0-9]{1,3})");

    private final String text;
    private final byte[] first;
    private final int bits;

    /// @throws IllegalArgumentException with what was found and what is allowed
    public Network(String text) {
        var shape = SHAPE.matcher(text);
        try {
            if (!shape.matches()) {
                throw wrong(text);
            }
            first = InetAddress.getByName(shape.group(1)).getAddress(); // digits only: nothing is looked up
        } catch (UnknownHostException e) {
            throw wrong(text);
        }
        bits = Integer.parseInt(shape.group(2));
        if (bits > first.length * 8) {
            throw wrong(text);
        }
        this.text = text;
    }

    public boolean contains(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (bytes.length != first.length || !Arrays.equals(bytes, 0, bits / 8, first, 0, bits / 8)) {
            return false;
        }
        int mask = 0xff00 >> bits % 8 & 0xff;
        return mask == 0 || ((bytes[bits / 8] ^ first[bits / 8]) & mask) == 0;
    }

    private static IllegalArgumentException wrong(String text) {
        return new IllegalArgumentException("'%s' is not a network. Write it as 169.254.0.0/16 or fe80::/10".formatted(text));
    }

    @Override
    public String toString() {
        return text;
    }
}
