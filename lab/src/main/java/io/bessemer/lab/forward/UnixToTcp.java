package io.bessemer.lab.forward;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;

/// The process inside a namespace: `UnixToTcp SOCKET ADDRESS:PORT`. Ends when its standard input does, that is, with its parent.
public final class UnixToTcp {
    private UnixToTcp() {}

    public static void main(String[] arguments) throws IOException {
        int colon = arguments[1].lastIndexOf(':');
        var target = new InetSocketAddress(InetAddress.getByName(arguments[1].substring(0, colon)),
                Integer.parseInt(arguments[1].substring(colon + 1)));
        try (Relay _ = Relay.start(UnixDomainSocketAddress.of(arguments[0]), target)) {
            while (System.in.read() >= 0) {
                // nobody is expected to say anything
            }
        }
    }
}
