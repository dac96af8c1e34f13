package io.bessemer.api.wire;

/// A fault of the request itself, before any node is looked at. Faults of nodes are `Failure`s of core.
public final class WireException extends RuntimeException {
    private final int status;

    public WireException(int status, String message) {
        super(message);
        this.status = status;
    }

    public int status() {
        return status;
    }

    public static WireException notAcceptable(String message) {
        return new WireException(406, message);
    }

    /// For fields, filters and verbs that are younger than the client's microversion.
    static WireException tooOld(String what, int since, Microversion asked) {
        return notAcceptable("%s needs API version 1.%d or later; this request used %s.".formatted(what, since, asked));
    }
}
