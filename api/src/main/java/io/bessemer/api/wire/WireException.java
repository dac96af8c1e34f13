package io.bessemer.api.wire;

/// A fault of the request itself, before any node is looked at. Faults of nodes are `Failure`s of core.
public final class WireException extends RuntimeException {
    private final ErrorKind kind;

    public WireException(ErrorKind kind, String message) {
        super(message);
        this.kind = kind;
    }

    public ErrorKind kind() {
        return kind;
    }

    /// For fields, filters and verbs that are younger than the client's microversion.
    static WireException tooOld(String what, int since, Microversion asked) {
        return new WireException(ErrorKind.VERSION_TOO_OLD, "%s needs API version 1.%d or later; this request used %s.".formatted(what, since, asked));
    }
}
