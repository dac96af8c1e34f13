package io.bessemer.core.program;

import java.io.IOException;

/// A program ended with an exit status other than 0, or did not end in time.
public final class CommandFailedException extends IOException {
    private final int status;

    /// @param status -1 when it was stopped because it took too long
    public CommandFailedException(String program, int status, String detail) {
        super("%s %s: %s".formatted(program, status < 0 ? "did not end in time" : "ended with status " + status, detail));
        this.status = status;
    }

    public int status() {
        return status;
    }
}
