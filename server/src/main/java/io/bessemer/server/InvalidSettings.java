package io.bessemer.server;

import java.util.List;

/// The server cannot start with these settings. Each fault names its key, what was found and what is allowed.
final class InvalidSettings extends RuntimeException {
    private static final long serialVersionUID = 1;

    InvalidSettings(List<String> faults) {
        super(faults.size() == 1 ? faults.getFirst() : "%d settings are wrong:\n  %s".formatted(faults.size(), String.join("\n  ", faults)));
    }
}
