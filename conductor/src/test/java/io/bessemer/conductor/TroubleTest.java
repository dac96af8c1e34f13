package io.bessemer.conductor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bessemer.conductor.flow.BootAdvice;
import io.bessemer.conductor.simulation.Rig;
import io.bessemer.core.driver.PowerInterface.PowerAction;
import io.bessemer.core.fault.Failure;
import io.bessemer.core.lifecycle.LifecycleEvent;
import io.bessemer.core.lifecycle.ProvisionState;
import io.bessemer.core.node.Fault;
import io.bessemer.core.node.PowerState;
import io.bessemer.core.timeline.BootPhase;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class TroubleTest {
    private final Rig rig = new Rig();

    private void manageable() {
        rig.enroll();
        rig.verb(LifecycleEvent.MANAGE);
        rig.settle();
    }

    @Test
    void a_boot_that_stays_silent_is_tried_three_times_and_fails_with_its_phase() {
        manageable();
        rig.hangBoots();
        rig.verb(LifecycleEvent.INSPECT);
        rig.pass(Duration.ofSeconds(30));
        assertThat(rig.node().provisionState()).isEqualTo(ProvisionState.INSPECT_WAIT);
        assertThat(rig.explain().phase()).contains("power");
        assertThat(rig.explain().deadline()).isPresent();
        rig.settle();
        assertThat(rig.node().provisionState()).isEqualTo(ProvisionState.INSPECT_FAILED);
        assertThat(rig.node().lastError()).startsWith("Inspection failed in phase 'power': the machine is on, but no DHCP packet came from it in 90 s (3 attempts). Check");
        assertThat(rig.explain().advice()).contains(BootAdvice.of(BootPhase.POWER).getFirst(), "Then `baremetal node manage web-1`.");
        assertThat(rig.machine().power()).as("nobody knows what it booted").isEqualTo(PowerState.OFF);
    }

    @Test
    void a_wait_is_aborted_at_once_and_the_node_forgotten_though_its_BMC_is_dead() {
        manageable();
        rig.hangBoots();
        rig.verb(LifecycleEvent.INSPECT);
        rig.pass(Duration.ofSeconds(30));
        rig.killBmc();
        rig.verb(LifecycleEvent.ABORT);
        assertThat(rig.node().provisionState()).isEqualTo(ProvisionState.INSPECT_FAILED);
        assertThatThrownBy(() -> rig.conductor().nodeService().delete(rig.id())).isInstanceOf(Failure.Conflict.class);
        rig.conductor().nodeService().setMaintenance(rig.id(), true, "BMC is dead");
        rig.conductor().nodeService().delete(rig.id());
        assertThatThrownBy(() -> rig.conductor().nodeService().explain(rig.id())).isInstanceOf(Failure.NotFound.class);
    }

    @Test
    void power_sync_repairs_what_changed_gives_up_on_a_dead_BMC_and_recovers() throws InterruptedException {
        manageable();
        rig.powerBehindOurBack(PowerAction.ON);
        rig.conductor().powerSync().round();
        rig.pass(Duration.ofSeconds(5));
        assertThat(rig.machine().power()).isEqualTo(PowerState.OFF);
        assertThat(rig.history()).contains("repaired: the machine is 'power on' and should be 'power off'");

        rig.killBmc();
        for (int i = 0; i < 3; i++) {
            rig.conductor().powerSync().round();
        }
        assertThat(rig.node().maintenance()).isTrue();
        assertThat(rig.node().fault()).isEqualTo(Fault.POWER_FAILURE);

        rig.reviveBmc();
        rig.conductor().powerSync().round();
        assertThat(rig.node().maintenance()).isFalse();
        assertThat(rig.node().fault()).isNull();
        assertThat(rig.node().powerState()).isEqualTo(PowerState.OFF);
    }

    @Test
    void only_power_sync_asks_in_the_background_where_a_silent_BMC_is_left_alone() throws InterruptedException {
        manageable();
        assertThat(rig.clientCalls()).isPositive();
        assertThat(rig.backgroundCalls()).isZero();
        int asked = rig.clientCalls();
        rig.powerBehindOurBack(PowerAction.ON);
        rig.conductor().powerSync().round();
        assertThat(rig.backgroundCalls()).as("looked and repaired").isEqualTo(2);
        assertThat(rig.clientCalls()).isEqualTo(asked);
    }

    @Test
    void an_agent_that_may_still_write_is_not_taken_over_but_its_machine_is_power_cycled() {
        manageable();
        rig.verb(LifecycleEvent.INSPECT);
        rig.settle();
        rig.occupyAgent("write_image");
        rig.verb(LifecycleEvent.PROVIDE);
        rig.settle();
        assertThat(rig.node().provisionState()).isEqualTo(ProvisionState.AVAILABLE);
        assertThat(rig.powerActions()).as("without it the agent of the inspection cleans too").containsExactly("BMC: ON", "BMC: OFF", "BMC: ON");
    }

    @Test
    void a_verb_that_does_not_fit_is_refused_and_names_those_that_do() {
        rig.enroll();
        assertThatThrownBy(() -> rig.verb(LifecycleEvent.PROVIDE)).isInstanceOf(Failure.InvalidState.class)
                .hasMessageContaining("can not be performed on node \"web-1\" while it is in state \"enroll\". Possible now: [manage]");
        assertThat(rig.node().provisionState()).isEqualTo(ProvisionState.ENROLL);
    }
}
