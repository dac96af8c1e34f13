package io.bessemer.core.program;

import java.util.List;

/// A program that the work needs is not on this machine and could not be installed. The command line ends with exit code 69.
public final class MissingProgramException extends RuntimeException {
    private final List<String> names;

    /// @param names programs or Debian packages
    /// @param cure  what the operator does about it
    public MissingProgramException(List<String> names, String cure) {
        super("Missing: %s. %s".formatted(String.join(", ", names), cure));
        this.names = List.copyOf(names);
    }

    public List<String> names() {
        return names;
    }
}
