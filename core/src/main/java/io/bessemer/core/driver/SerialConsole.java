package io.bessemer.core.driver;

import java.util.OptionalInt;

/// A machine's serial line, read and written by way of its BMC. Unlike [ConsoleInterface], which hands out a console that somebody
/// else serves, this is the line itself: whoever opens it serves it.
public interface SerialConsole {
    /// Returns at once; the line is connected in the background, and again whenever it is lost, until it is closed.
    ///
    /// @throws DriverException when `driver_info` is wrong
    Line open(DriverNode node, Watcher watcher) throws DriverException;

    /// Where clients of the node's console shall find it: a TCP port that `driver_info` names.
    OptionalInt terminalPort(DriverNode node) throws DriverException;

    /// An open line.
    interface Line extends AutoCloseable {
        /// Queues what somebody typed.
        ///
        /// @return false when the line is not connected, or too much waits already: nothing was taken
        boolean write(byte[] text);

        void sendBreak();

        /// Lets go of the BMC, in the background.
        @Override
        void close();
    }

    /// Who is told. Called on a thread that must not be kept: no waiting.
    interface Watcher {
        void text(byte[] bytes);

        /// @param why in words, for all but CONNECTED
        void state(State state, String why);
    }

    enum State {
        CONNECTING,
        CONNECTED,
        /// will be tried again by itself
        LOST,
        /// will not: the BMC has no serial console, or refuses it
        UNAVAILABLE
    }
}
