package io.bessemer.conductor;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.conductor.simulation.Rig;
import io.bessemer.core.lifecycle.LifecycleEvent;
import io.bessemer.core.lifecycle.ProvisionState;
import io.bessemer.core.node.BootMode;
import io.bessemer.core.node.Port;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// `inspect_interface` of a driver's own: the BMC says what there is, and nothing boots.
class BmcInspectionTest {
    private final Rig rig = new Rig();

    @BeforeEach
    void manageable() {
        rig.enroll();
        rig.verb(LifecycleEvent.MANAGE);
        rig.settle();
        rig.edit(node -> node.toBuilder().interfaces(Map.of("inspect", "bmc")).build());
    }

    @Test
    void properties_ports_and_inventory_come_from_the_bmc() {
        rig.seenByBmc(Map.of("cpu", Map.of("count", 48, "architecture", "x86_64"), "memory", Map.of("physical_mb", 196608), "boot", Map.of("current_boot_mode", "uefi"),
                "disks", List.of(Map.of("name", "Disk.1", "size", 480L << 30), Map.of("name", "Disk.2", "size", 960L << 30)),
                "interfaces", List.of(Map.of("name", "NIC.1", "mac_address", "52:54:00:aa:00:01"), Map.of("name", "NIC.2", "mac_address", "52:54:00:aa:00:02", "has_carrier", true),
                        Map.of("name", "NIC.3", "mac_address", "52:54:00:aa:00:03", "has_carrier", false))));
        rig.verb(LifecycleEvent.INSPECT);
        rig.settle();
        assertThat(rig.node().provisionState()).as(rig.node().lastError()).isEqualTo(ProvisionState.MANAGEABLE);
        assertThat(rig.node().properties()).containsEntry("cpus", 48).containsEntry("memory_mb", 196608).containsEntry("cpu_arch", "x86_64").containsEntry("local_gb", 479L)
                .containsEntry("capabilities", "boot_mode:uefi");
        assertThat(rig.node().bootMode()).isEqualTo(BootMode.UEFI);
        assertThat(rig.node().inspectionFinishedAt()).isNotNull();
        assertThat(rig.inventory().inventory()).containsKey("disks");
        assertThat(rig.ports()).filteredOn(port -> !port.address().equals(rig.mac())).as("without a link there is no network").extracting(port -> port.address().value())
                .containsExactlyInAnyOrder("52:54:00:aa:00:01", "52:54:00:aa:00:02");
        assertThat(rig.ports()).as("any may be the one that boots").allMatch(Port::pxeEnabled);
        assertThat(rig.powerActions()).isEmpty();
    }

    @Test
    void a_bmc_that_does_not_know_what_is_needed_is_told_unless_the_operator_knows() {
        rig.seenByBmc(Map.of("cpu", Map.of("count", 2)));
        rig.verb(LifecycleEvent.INSPECT);
        rig.settle();
        assertThat(rig.node().provisionState()).isEqualTo(ProvisionState.INSPECT_FAILED);
        assertThat(rig.node().lastError()).contains("does not say cpu_arch and memory_mb", "power it on once");
        rig.edit(node -> node.toBuilder().properties(Map.of("cpu_arch", "x86_64", "memory_mb", 4096)).build());
        rig.verb(LifecycleEvent.INSPECT);
        rig.settle();
        assertThat(rig.node().provisionState()).as(rig.node().lastError()).isEqualTo(ProvisionState.MANAGEABLE);
        assertThat(rig.node().properties()).containsEntry("cpus", 2).containsEntry("memory_mb", 4096);
    }
}
