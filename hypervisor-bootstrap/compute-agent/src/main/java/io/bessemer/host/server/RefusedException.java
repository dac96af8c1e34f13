package io.bessemer.host.server;

/// The server does not want to know this host: asking again soon would bring the same.
public final class RefusedException extends Exception {
    private final int status;

    RefusedException(int status, String body) {
        super("the server answered %d %s".formatted(status, body));
        this.status = status;
    }

    /// 401 token or certificate not accepted, 404 no member
    public int status() {
        return status;
    }
}
