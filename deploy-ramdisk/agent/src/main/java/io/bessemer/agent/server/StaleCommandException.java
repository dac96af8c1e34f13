package io.bessemer.agent.server;

/// 409: the command was given up, drop it.
public final class StaleCommandException extends Exception {
    public StaleCommandException(String message) {
        super(message);
    }
}
