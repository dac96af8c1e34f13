package io.bessemer.pxe.net;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Which process holds a port, for error messages: what `ss -lp` would say.
public final class PortOwner {
    private PortOwner() {}

    /// As `dnsmasq (pid 812)`; empty when unknown, as when we may not look into the process.
    ///
    /// @param protocol `udp` or `tcp`
    public static Optional<String> find(String protocol, int port) {
        try {
            Set<String> sockets = new HashSet<>();
            for (String table : List.of(protocol, protocol + "6")) {
                Path file = Path.of("/proc/net", table);
                if (!Files.isReadable(file)) {
                    continue;
                }
                for (String line : Files.readAllLines(file)) {
                    String[] columns = line.trim().split("\\s+");
                    boolean bound = columns.length > 9 && columns[1].endsWith(":%04X".formatted(port)) && (protocol.equals("udp") || columns[3].equals("0A"));
                    if (bound) {
                        sockets.add("socket:[" + columns[9] + "]");
                    }
                }
            }
            return sockets.isEmpty() ? Optional.empty() : processWith(sockets);
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }

    private static Optional<String> processWith(Set<String> sockets) throws IOException {
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                if (holds(process, sockets)) {
                    return Optional.of(Files.readString(process.resolve("comm")).strip() + " (pid " + process.getFileName() + ")");
                }
            }
        }
        return Optional.empty();
    }

    private static boolean holds(Path process, Set<String> sockets) {
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(process.resolve("fd"))) {
            for (Path descriptor : descriptors) {
                if (sockets.contains(Files.readSymbolicLink(descriptor).toString())) {
                    return true;
                }
            }
        } catch (IOException gone) {
            return false; // ended meanwhile, or not ours to see
        }
        return false;
    }
}
