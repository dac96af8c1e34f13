package io.bessemer.conductor.console;

import java.net.InetAddress;
import java.nio.file.Path;

/// How serial consoles are served and kept.
///
/// @param directory where recordings are kept, one file for each node
/// @param record    whether boots are recorded at all
/// @param logBytes  length of a file, after which a new one begins
/// @param logFiles  how many older ones are kept of each node
/// @param address   on which TCP clients are served
/// @param firstPort first of the ports for nodes that name none
/// @param lastPort  last of them
/// @param most      consoles open at a time; 0 for none
public record ConsoleSettings(Path directory, boolean record, long logBytes, int logFiles, InetAddress address, int firstPort, int lastPort, int most) {
    /// No console is opened.
    public static ConsoleSettings off() {
        return new ConsoleSettings(Path.of("consoles"), false, 0, 0, InetAddress.getLoopbackAddress(), 0, 0, 0);
    }

    public static ConsoleSettings in(Path directory) {
        return new ConsoleSettings(directory, true, 4 << 20, 1, InetAddress.getLoopbackAddress(), 10000, 10999, 256);
    }
}
