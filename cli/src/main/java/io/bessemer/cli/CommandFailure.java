package io.bessemer.cli;

/// A command could not do its work. The message says why and what to do; it is the last line that the user sees.
public final class CommandFailure extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int exitCode;

    public CommandFailure(String message) {
        this(ExitCode.FAILED, message, null);
    }

    public CommandFailure(String message, Throwable cause) {
        this(ExitCode.FAILED, message, cause);
    }

    public CommandFailure(int exitCode, String message, Throwable cause) {
        super(message, cause);
        this.exitCode = exitCode;
    }

    public int exitCode() {
        return exitCode;
    }
}
