package io.bessemer.core.lifecycle;

import java.util.stream.Collectors;

/// Renders `docs/reference/lifecycle.md`.
final class LifecyclePage {
    private LifecyclePage() {
    }

    static String render() {
        StringBuilder page = new StringBuilder("""
                # The lifecycle of a node

                Written from the table in `core` (`io.bessemer.core.lifecycle.Lifecycle`); a test fails when they differ.
                Events in brackets are Bessemer's own; the others are verbs of `PUT /v1/nodes/{id}/states/provision`.

                ```mermaid
                """);
        page.append(Lifecycle.mermaid()).append("```\n\n");
        page.append("| State | Class | Target | Verbs |\n| --- | --- | --- | --- |\n");
        for (ProvisionState state : ProvisionState.values()) {
            page.append("| %s | %s | %s | %s |\n".formatted(state.wire(), classes(state),
                    StateClasses.target(state).map(ProvisionState::wire).orElse(""),
                    Lifecycle.verbs(state).stream().map(LifecycleEvent::wire).collect(Collectors.joining(", "))));
        }
        return page.toString();
    }

    private static String classes(ProvisionState state) {
        StringBuilder names = new StringBuilder();
        if (StateClasses.STABLE.contains(state)) {
            names.append("stable ");
        }
        if (StateClasses.BUSY.contains(state)) {
            names.append("busy ");
        }
        if (StateClasses.HELD.contains(state)) {
            names.append("held ");
        }
        if (StateClasses.UPDATE_ALLOWED.contains(state)) {
            names.append("update ");
        }
        if (StateClasses.DELETE_ALLOWED.contains(state)) {
            names.append("delete ");
        }
        if (StateClasses.LOOKUP_ALLOWED.contains(state)) {
            names.append("lookup ");
        }
        return names.toString().trim();
    }
}
