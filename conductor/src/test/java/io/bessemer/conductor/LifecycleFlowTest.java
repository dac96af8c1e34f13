package io.bessemer.conductor;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.conductor.simulation.Rig;
import io.bessemer.core.lifecycle.LifecycleEvent;
import io.bessemer.core.lifecycle.ProvisionState;
import io.bessemer.core.node.Node;
import io.bessemer.core.node.PowerState;
import io.bessemer.core.plan.InspectionRule;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class LifecycleFlowTest {
    private final Rig rig = new Rig();

    private static InspectionRule rule(List<Map<String, Object>> conditions, List<Map<String, Object>> actions) {
        return new InspectionRule(UUID.randomUUID(), "test", 0, "main", false, conditions, actions, 1, Instant.EPOCH, null);
    }

    @Test
    void rules_are_applied_to_what_an_inspection_found() {
        rig.enroll();
        rig.plans().inspectionRules().create(rule(List.of(Map.of("op", "eq", "args", Map.of("values", List.of("{inventory[cpu][count]}", "4")))),
                List.of(Map.of("op", "add-trait", "args", Map.of("name", "CUSTOM_FOUR")),
                        Map.of("op", "set-attribute", "args", Map.of("path", "extra/cpus", "value", "{node.properties[cpus]}")),
                        Map.of("op", "set-plugin-data", "args", Map.of("path", "rules/ran", "value", true)))));
        rig.verb(LifecycleEvent.MANAGE);
        rig.settle();
        rig.verb(LifecycleEvent.INSPECT);
        rig.settle();
        assertThat(rig.node().provisionState()).as(rig.node().lastError()).isEqualTo(ProvisionState.MANAGEABLE);
        assertThat(rig.node().traits()).containsExactly("CUSTOM_FOUR");
        assertThat(rig.node().extra()).isEqualTo(Map.of("cpus", "4"));
        assertThat(rig.inventory().pluginData()).containsEntry("rules", Map.of("ran", true));
        rig.plans().inspectionRules().create(rule(List.of(), List.of(Map.of("op", "fail", "args", Map.of("msg", "too small")))));
        rig.verb(LifecycleEvent.INSPECT);
        rig.settle();
        assertThat(rig.node().provisionState()).isEqualTo(ProvisionState.INSPECT_FAILED);
        assertThat(rig.node().lastError()).contains("inspection rule").contains("(test): too small");
    }

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
