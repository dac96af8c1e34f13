package io.bessemer.core.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LifecycleTest {
    private static final Path DIAGRAM = Path.of("../docs/reference/lifecycle.md");

    @Test
    void the_table_has_ironics_93_transitions_and_30_states() {
        assertThat(Lifecycle.TABLE).hasSize(93);
        assertThat(ProvisionState.values()).hasSize(30);
    }

    @Test
    void every_state_can_be_reached_from_enroll() {
        Set<ProvisionState> seen = EnumSet.of(ProvisionState.ENROLL);
        ArrayDeque<ProvisionState> open = new ArrayDeque<>(seen);
        while (!open.isEmpty()) {
            ProvisionState state = open.poll();
            Lifecycle.TABLE.stream().filter(row -> row.from() == state).map(Transition::to).filter(seen::add).forEach(open::add);
        }
        assertThat(seen).containsExactlyInAnyOrder(ProvisionState.values());
    }

    @Test
    void every_busy_state_can_fail() {
        assertThat(StateClasses.BUSY).allSatisfy(state -> assertThat(Lifecycle.find(state, LifecycleEvent.FAIL)).isPresent());
    }

    @Test
    void every_busy_state_has_a_target_that_clients_can_wait_for() {
        assertThat(StateClasses.BUSY).allSatisfy(state -> assertThat(StateClasses.target(state)).isPresent());
    }

    @Test
    void every_wire_string_fits_its_column() {
        assertThat(ProvisionState.values()).allSatisfy(state -> assertThat(state.wire()).hasSizeLessThanOrEqualTo(15));
    }

    @Test
    void states_and_events_are_found_by_their_wire_strings() {
        assertThat(ProvisionState.values()).allSatisfy(state -> assertThat(ProvisionState.fromWire(state.wire())).contains(state));
        assertThat(LifecycleEvent.values()).allSatisfy(event -> assertThat(LifecycleEvent.fromWire(event.wire())).contains(event));
        assertThat(ProvisionState.fromWire("DEPLOYING")).isEmpty();
    }

    @Test
    void the_old_and_new_names_of_the_deploy_verbs_mean_the_same() {
        assertThat(Lifecycle.verbOf("active")).contains(LifecycleEvent.DEPLOY).isEqualTo(Lifecycle.verbOf("deploy"));
        assertThat(Lifecycle.verbOf("deleted")).contains(LifecycleEvent.DELETE).isEqualTo(Lifecycle.verbOf("undeploy"));
        assertThat(Lifecycle.verbOf("done")).isEmpty();
    }

    @Test
    void manage_ends_a_manual_clean_but_no_client_may_ask_for_it_there() {
        assertThat(Lifecycle.find(ProvisionState.CLEANING, LifecycleEvent.MANAGE)).get().returns(false, Transition::verb);
        assertThat(Lifecycle.verbs(ProvisionState.CLEANING)).isEmpty();
        assertThat(Lifecycle.verbs(ProvisionState.CLEAN_FAILED)).containsExactly(LifecycleEvent.MANAGE);
    }

    /// Run with -Dbessemer.docs.write=true to write the page after a change of the table.
    @Test
    void the_committed_diagram_is_the_table() throws Exception {
        String page = LifecyclePage.render();
        if (Boolean.getBoolean("bessemer.docs.write")) {
            Files.createDirectories(DIAGRAM.getParent());
            Files.writeString(DIAGRAM, page);
        }
        assertThat(Files.readString(DIAGRAM)).isEqualTo(page);
    }
}
