package io.bessemer.core.pool;

import java.util.stream.Collectors;

/// Renders `docs/reference/hypervisor-states.md`.
final class HypervisorStatesPage {
    private HypervisorStatesPage() {
    }

    static String render() {
        StringBuilder page = new StringBuilder("""
                # The states of a hypervisor

                Written from the table in `core` (`io.bessemer.core.pool.HypervisorLifecycle`); a test fails when they differ.
                Events in brackets are Bessemer's own; the others are verbs of `PUT /v1/hypervisors/{node}/states` and of
                `./bessemer hypervisor`. Deadlines are the host profile's; one that passes is a `fail`.

                ```mermaid
                stateDiagram-v2
                    [*] --> deploying
                """);
        HypervisorLifecycle.TABLE.forEach(row -> page.append("    %s --> %s: %s\n".formatted(row.from().wire(), row.to().wire(),
                row.verb() ? row.event().wire() : "[" + row.event().wire() + "]")));
        page.append("    removing --> [*]\n```\n\n| State | Meaning | Deadline | Verbs |\n| --- | --- | --- | --- |\n");
        for (HypervisorState state : HypervisorState.values()) {
            page.append("| `%s` | %s | %s | %s |\n".formatted(state.wire(), meaning(state), deadline(state),
                    HypervisorLifecycle.verbs(state).stream().map(HypervisorEvent::wire).collect(Collectors.joining(", "))));
        }
        return page.toString();
    }

    private static String meaning(HypervisorState state) {
        return switch (state) {
            case DEPLOYING -> "chosen for the pool; its node is deployed";
            case BOOTSTRAPPING -> "its node is `active`; the compute agent has not joined yet";
            case VERIFYING -> "the agent runs the profile's checks, and the cloud is joined";
            case ENABLED -> "takes guests";
            case DRAINING -> "takes no new guests and waits for those that it has to leave";
            case REMOVING -> "leaves the cloud, and its node is torn down; the member is forgotten afterwards";
            case QUARANTINED -> "something failed: it takes no guests until it is replaced, or an operator looked";
        };
    }

    private static String deadline(HypervisorState state) {
        return switch (state) {
            case DEPLOYING, REMOVING -> "`deploy`";
            case BOOTSTRAPPING -> "`bootstrap`";
            case VERIFYING -> "`verify`";
            case ENABLED -> "`silence`, since its last report";
            case DRAINING -> "`drain`";
            case QUARANTINED -> "";
        };
    }
}
