package io.bessemer.nova;

import io.bessemer.core.pool.Cloud.Progress;

/// Ends a step early, with what is to be answered.
final class Unfinished extends Exception {
    private static final long serialVersionUID = 1;

    private final transient Progress progress;

    private Unfinished(Progress progress) {
        super(progress.toString(), null, false, false); // an answer, not a fault: no stack
        this.progress = progress;
    }

    static Unfinished waiting(String what, Object... arguments) {
        return new Unfinished(new Progress.Waiting(what.formatted(arguments)));
    }

    static Unfinished failed(String reason, Object... arguments) {
        return new Unfinished(new Progress.Failed(reason.formatted(arguments)));
    }

    Progress progress() {
        return progress;
    }
}
