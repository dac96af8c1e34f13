package io.bessemer.agent.server;

/// 401: the server knows this token no more. Only a fresh boot gives a new one.
public final class SessionGoneException extends Exception {
    public SessionGoneException(String message) {
        super(message);
    }
}
