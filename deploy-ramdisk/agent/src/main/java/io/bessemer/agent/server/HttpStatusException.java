package io.bessemer.agent.server;

import java.io.IOException;

/// An answer that is neither what was asked for nor one that has a meaning of its own.
public final class HttpStatusException extends IOException {
    private final int status;

    public HttpStatusException(String address, int status, String body) {
        super("%s answered %d %s".formatted(address, status, body));
        this.status = status;
    }

    /// The request itself is wrong: asking again would bring the same.
    public boolean permanent() {
        return status >= 400 && status < 500 && status != 408 && status != 429;
    }
}
