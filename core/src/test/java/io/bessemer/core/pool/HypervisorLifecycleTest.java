package io.bessemer.core.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HypervisorLifecycleTest {
    private static final Path PAGE = Path.of("../docs/reference/hypervisor-states.md");

    @Test
    void no_event_leads_to_two_states() {
        assertThat(HypervisorLifecycle.TABLE).extracting(one -> one.from() + " " + one.event()).doesNotHaveDuplicates();
    }

    @Test
    void every_state_is_reached_and_every_state_can_be_left_for_good() {
        assertThat(reached(HypervisorState.DEPLOYING)).containsExactlyInAnyOrder(HypervisorState.values());
        for (HypervisorState state : HypervisorState.values()) {
            assertThat(reached(state)).as("from %s", state).contains(HypervisorState.REMOVING);
        }
    }

    @Test
    void whatever_waits_can_fail_and_a_client_can_always_remove() {
        for (HypervisorState state : HypervisorState.values()) {
            assertThat(HypervisorLifecycle.find(state, HypervisorEvent.REMOVE)).as("remove in %s", state).hasValueSatisfying(one -> assertThat(one.verb()).isTrue());
            if (state != HypervisorState.QUARANTINED) {
                assertThat(HypervisorLifecycle.find(state, HypervisorEvent.FAIL)).as("fail in %s", state).isPresent();
            }
        }
    }

    /// Run with -Dbessemer.docs.write=true to write the page after a change of the table.
    @Test
    void the_committed_diagram_is_the_table() throws Exception {
        String page = HypervisorStatesPage.render();
        if (Boolean.getBoolean("bessemer.docs.write")) {
            Files.writeString(PAGE, page);
        }
        assertThat(Files.readString(PAGE)).isEqualTo(page);
    }

    private static Set<HypervisorState> reached(HypervisorState from) {
        Set<HypervisorState> seen = EnumSet.of(from);
        var queue = new ArrayDeque<>(seen);
        while (!queue.isEmpty()) {
            HypervisorState state = queue.remove();
            HypervisorLifecycle.TABLE.stream().filter(one -> one.from() == state && seen.add(one.to())).forEach(one -> queue.add(one.to()));
        }
        return seen;
    }
}
