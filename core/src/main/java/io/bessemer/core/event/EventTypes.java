package io.bessemer.core.event;

import java.util.List;

/// Choosing events by type.
public final class EventTypes {
    private EventTypes() {}

    /// @param beginnings whole words of a type: `baremetal.node` covers `baremetal.node.create.end`; none for all
    public static boolean match(List<String> beginnings, String type) {
        return beginnings.isEmpty() || beginnings.stream().anyMatch(beginning -> type.equals(beginning) || type.startsWith(beginning + "."));
    }

    /// Whether a type could begin so: a mistyped filter would choose nothing, silently.
    public static boolean isBeginning(String text) {
        return text.matches("(baremetal|bessemer)(\\.[a-z_]+){0,3}");
    }
}
