package io.bessemer.lab.forward;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/// The process inside a namespace: `UnixToTcp SOCKET ADDRESS:PORT`. Ends when its standard input does, that is, with its parent.
public final class UnixToTcp {
    static final String NOT_LISTENING = ".new";

    private UnixToTcp() {}

    public static void main(String[] arguments) throws IOException {
        int colon = arguments[1].lastIndexOf(':');
        var target = new InetSocketAddress(InetAddress.getByName(arguments[1].substring(0, colon)),
                Integer.parseInt(arguments[1].substring(colon + 1)));
        // The file appears with bind(), yet only listen() makes it answer: it gets its name once it does.
        Path socket = Path.of(arguments[0]);
        Path unnamed = socket.resolveSibling(socket.getFileName() + NOT_LISTENING);
        try (Relay _ = Relay.start(UnixDomainSocketAddress.of(unnamed), target)) {
            Files.move(unnamed, socket, StandardCopyOption.ATOMIC_MOVE);
            while (System.in.read() >= 0) {
                // nobody is expected to say anything
            }
        }
    }
}
