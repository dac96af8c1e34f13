package io.bessemer.server;

import java.net.InetAddress;
import java.net.UnknownHostException;

/// `ADDR:PORT` of a listening socket; IPv6 addresses stand in brackets.
public record ListenAddress(InetAddress address, int port) {
    /// @param setting the configuration key, for the message
    /// @throws IllegalArgumentException that names the setting, what was found and what is allowed
    static ListenAddress parse(String setting, String text) {
        int colon = text.lastIndexOf(':');
        String host = colon < 0 ? "" : text.substring(0, colon).replaceAll("^\\[|]$", "");
        try {
            int port = Integer.parseInt(text.substring(colon + 1));
            if (host.isEmpty() || port < 1 || port > 65_535) {
                throw new NumberFormatException();
            }
            return new ListenAddress(InetAddress.getByName(host), port);
        } catch (NumberFormatException | UnknownHostException wrong) {
            throw new IllegalArgumentException("%s is '%s'; allowed is ADDRESS:PORT with a port of 1 to 65535, such as 127.0.0.1:6385"
                    .formatted(setting, text), wrong);
        }
    }

    boolean loopback() {
        return address.isLoopbackAddress();
    }

    String url() {
        String host = address.getHostAddress();
        return "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
