package io.bessemer.db;

/// The database cannot be used; the message says why and which setting or file to look at.
public final class DatabaseStartException extends RuntimeException {
    public DatabaseStartException(String message) {
        super(message);
    }

    public DatabaseStartException(String message, Throwable cause) {
        super(message, cause);
    }
}
