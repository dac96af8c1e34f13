package io.bessemer.cli.client;

/// The server refused, or there is no server. The message is for the user.
public final class ApiException extends Exception {
    private static final long serialVersionUID = 1;

    private final int status;

    /// @param status of HTTP, 0 when no answer came
    public ApiException(int status, String message, Throwable cause) {
        super(message, cause);
        this.status = status;
    }

    public int status() {
        return status;
    }
}
