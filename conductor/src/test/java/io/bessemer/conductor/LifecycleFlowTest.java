package io.bessemer.conductor;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.conductor.simulation.Rig;
import io.bessemer.core.lifecycle.LifecycleEvent;
import io.bessemer.core.lifecycle.ProvisionState;
import io.bessemer.core.node.Node;
import io.bessemer.core.node.PowerState;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LifecycleFlowTest {
    private final Rig rig = new Rig();

    @Test
    void a_machine_goes_from_enrolled_to_a_host_on_its_own_disk_and_back() {
        rig.enroll();
        rig.verb(LifecycleEvent.MANAGE);
        rig.settle();
        assertThat(rig.node().provisionState()).isEqualTo(ProvisionState.MANAGEABLE);
        assertThat(rig.node().powerState()).isEqualTo(PowerState.OFF);
        assertThat(rig.node().driverInternalInfo()).containsKey("bmc");

        rig.verb(LifecycleEvent.INSPECT);
        assertThat(rig.node().targetProvisionState()).isEqualTo(ProvisionState.MANAGEABLE);
        rig.settle();
        Node inspected = rig.node();
        assertThat(inspected.provisionState()).as(inspected.lastError()).isEqualTo(ProvisionState.MANAGEABLE);
        assertThat(inspected.properties()).containsEntry("cpus", 4).containsEntry("memory_mb", 8192).containsEntry("local_gb", 19L)
                .containsEntry("cpu_arch", "x86_64").containsEntry("capabilities", "boot_mode:bios");
        assertThat(inspected.inspectionFinishedAt()).isNotNull();

        rig.verb(LifecycleEvent.PROVIDE);
        rig.settle();
        assertThat(rig.node().provisionState()).isEqualTo(ProvisionState.AVAILABLE);
        assertThat(rig.powerActions()).as("fast track: one boot for inspection and cleaning").containsExactly("BMC: ON");

        rig.edit(node -> node.toBuilder().instanceInfo(Map.of("image_source", "tiny", "display_name", "Web 1")).build());
        rig.verb(LifecycleEvent.DEPLOY);
        rig.settle();
        assertThat(rig.node().provisionState()).as(rig.node().lastError()).isEqualTo(ProvisionState.ACTIVE);
        rig.pass(Duration.ofMinutes(1));
        assertThat(rig.machine().hostBoots()).isEqualTo(1);

        rig.verb(LifecycleEvent.DELETE);
        rig.settle();
        assertThat(rig.node().provisionState()).isEqualTo(ProvisionState.AVAILABLE);
        assertThat(rig.node().instanceInfo()).isEmpty();
        assertThat(rig.node().reservation()).isNull();
        assertThat(rig.history()).contains("deploying → wait call-back (wait)", "wait call-back → deploying (resume)", "deleting → cleaning (clean)");
    }
}
