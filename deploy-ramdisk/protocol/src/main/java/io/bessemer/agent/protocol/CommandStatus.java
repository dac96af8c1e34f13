package io.bessemer.agent.protocol;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// How far an agent is with a command.
public enum CommandStatus {
    RUNNING, SUCCEEDED, FAILED;

    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<CommandStatus> fromWire(String text) {
        return Arrays.stream(values()).filter(status -> status.wire().equals(text)).findFirst();
    }
}
