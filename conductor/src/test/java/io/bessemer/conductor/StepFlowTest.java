package io.bessemer.conductor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bessemer.conductor.simulation.Rig;
import io.bessemer.core.fault.Failure;
import io.bessemer.core.lifecycle.LifecycleEvent;
import io.bessemer.core.lifecycle.ProvisionState;
import io.bessemer.core.node.Fault;
import io.bessemer.core.node.Node;
import io.bessemer.core.node.PowerState;
import io.bessemer.core.node.PowerTarget;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Cleaning, deploying and servicing by steps; rescue and its way back.
class StepFlowTest {
    private static final Map<String, Object> HOLD = step("power", "hold");
    private static final Map<String, Object> BURN_IN = step("deploy", "burnin_cpu");

    private final Rig rig = new Rig();

    private static Map<String, Object> step(String by, String name) {
        return Map.of("interface", by, "step", name);
    }

    private static ProvisionRequest cleaning(List<Map<String, Object>> steps) {
        return new ProvisionRequest(null, steps, null, null);
    }

    private void manageable() {
        rig.enroll();
        rig.verb(LifecycleEvent.MANAGE);
        rig.settle();
    }

    private void available() {
        manageable();
        rig.verb(LifecycleEvent.PROVIDE);
        rig.settle();
        rig.edit(node -> node.toBuilder().instanceInfo(Map.of("image_source", "tiny")).build());
    }

    private void active() {
        available();
        rig.verb(LifecycleEvent.DEPLOY);
        rig.settle();
        rig.pass(Duration.ofMinutes(1));
        assertThat(rig.machine().hostBoots()).isEqualTo(1);
    }

    @Test
    void bios_settings_count_from_the_boot_that_follows_them() {
        manageable();
        Map<String, Object> apply = Map.of("interface", "bios", "step", "apply_configuration", "args", Map.of("settings", List.of(Map.of("name", "NumLock", "value", "Off"))));
        rig.verb(LifecycleEvent.CLEAN, cleaning(List.of(apply)));
        rig.settle();
        assertThat(rig.node().provisionState()).as(rig.node().lastError()).isEqualTo(ProvisionState.MANAGEABLE);
        assertThat(rig.bios()).isEqualTo(Map.of("NumLock", "Off"));
        assertThat(rig.powerActions()).as("into the ramdisk, and once more for the settings").containsExactly("BMC: ON", "BMC: OFF", "BMC: ON");

        rig.refuseBios();
        rig.verb(LifecycleEvent.CLEAN, cleaning(List.of(Map.of("interface", "bios", "step", "apply_configuration",
                "args", Map.of("settings", List.of(Map.of("name", "NumLock", "value", "On")))))));
        rig.settle();
        assertThat(rig.node().provisionState()).isEqualTo(ProvisionState.CLEAN_FAILED);
        assertThat(rig.node().lastError()).contains("NumLock is 'Off', not 'On'");
    }

    @Test
    void a_held_clean_stands_still_for_hours_and_goes_on_after_unhold() {
        manageable();
        rig.verb(LifecycleEvent.CLEAN, cleaning(List.of(step("deploy", "erase_devices_metadata"), HOLD, step("deploy", "erase_devices"))));
        rig.await(ProvisionState.CLEAN_HOLD);
        assertThat(rig.node().cleanStep()).containsEntry("step", "hold").containsEntry("interface", "power");
        assertThat(rig.node().reservation()).isNull();
        assertThat(rig.node().targetProvisionState()).isEqualTo(ProvisionState.MANAGEABLE);
        assertThat(rig.explain().summary()).contains("unhold");
        assertThat(rig.explain().deadline()).isEmpty();
        rig.pass(Duration.ofHours(5));
        assertThat(rig.node().provisionState()).isEqualTo(ProvisionState.CLEAN_HOLD);
        assertThat(rig.machine().power()).as("its idle agent stays").isEqualTo(PowerState.ON);
        assertThatThrownBy(() -> rig.conductor().nodeService().setPower(rig.id(), PowerTarget.OFF, Optional.empty())).isInstanceOf(Failure.NodeLocked.class);

        rig.verb(LifecycleEvent.UNHOLD);
        assertThat(rig.node().provisionState()).isEqualTo(ProvisionState.CLEAN_WAIT);
        assertThat(rig.node().targetProvisionState()).isEqualTo(ProvisionState.MANAGEABLE);
        rig.settle();
        assertThat(rig.node().provisionState()).as(rig.node().lastError()).isEqualTo(ProvisionState.MANAGEABLE);
        assertThat(rig.node().cleanStep()).isEmpty();
        assertThat(rig.agentWork()).containsExactly("clean step 1: deploy.erase_devices_metadata of attempt 2", "clean step 3: deploy.erase_devices of attempt 2");
        assertThat(rig.history()).contains("cleaning → clean hold (hold)", "clean hold → clean wait (unhold)");
    }

    @Test
    void a_node_in_maintenance_is_not_cleaned_by_hand() {
        manageable();
        rig.conductor().nodeService().setMaintenance(rig.id(), true, "fan");
        assertThatThrownBy(() -> rig.verb(LifecycleEvent.CLEAN, cleaning(List.of(HOLD)))).isInstanceOf(Failure.NodeInMaintenance.class);
        assertThat(rig.node().provisionState()).isEqualTo(ProvisionState.MANAGEABLE);
    }

    @Test
    void an_abort_in_a_hold_ends_the_clean_and_powers_off() {
        manageable();
        rig.verb(LifecycleEvent.CLEAN, cleaning(List.of(HOLD)));
        rig.await(ProvisionState.CLEAN_HOLD);
        rig.verb(LifecycleEvent.ABORT);
        assertThat(rig.node().provisionState()).isEqualTo(ProvisionState.CLEAN_FAILED);
        rig.settle();
        assertThat(rig.machine().power()).isEqualTo(PowerState.OFF);
        assertThat(rig.node().cleanStep()).isEmpty();
    }

    @Test
    void reserved_steps_power_the_machine_and_wait_and_the_agent_is_back_afterwards() {
        manageable();
        rig.verb(LifecycleEvent.CLEAN, cleaning(List.of(step("power", "reboot"), Map.of("interface", "power", "step", "wait", "args", Map.of("seconds", 600)),
                step("power", "wait"), BURN_IN, step("power", "power_off"), step("power", "power_on"), step("deploy", "erase_devices_metadata"))));
        rig.settle();
        assertThat(rig.node().provisionState()).as(rig.node().lastError()).isEqualTo(ProvisionState.MANAGEABLE);
        assertThat(rig.powerActions()).containsExactly("BMC: ON", "BMC: OFF", "BMC: ON", "BMC: OFF", "BMC: ON");
        assertThat(rig.agentWork()).containsExactly("clean step 4: deploy.burnin_cpu of attempt 2", "clean step 7: deploy.erase_devices_metadata of attempt 2");
    }

    @Test
    void without_the_ramdisk_only_power_steps_run_and_no_agent_is_booted() {
        manageable();
        ProvisionRequest request = new ProvisionRequest(null, List.of(step("power", "power_on"), step("power", "power_off")), null, null, null, true, null);
        rig.verb(LifecycleEvent.CLEAN, request);
        rig.settle();
        assertThat(rig.node().provisionState()).isEqualTo(ProvisionState.MANAGEABLE);
        assertThat(rig.powerActions()).containsExactly("BMC: ON", "BMC: OFF");
        assertThat(rig.history()).doesNotContain("The agent speaks");
    }

    @Test
    void deploy_steps_run_between_those_of_the_deploy_and_a_hold_waits_there() {
        available();
        rig.verb(LifecycleEvent.DEPLOY, new ProvisionRequest(null, null, List.of(
                Map.of("interface", "power", "step", "hold", "priority", 70), Map.of("interface", "deploy", "step", "burnin_cpu", "priority", 90)), null));
        rig.await(ProvisionState.DEPLOY_HOLD);
        assertThat(rig.node().deployStep()).containsEntry("step", "hold").containsEntry("priority", 70);
        assertThat(rig.agentWork()).endsWith("deploy step 1: deploy.burnin_cpu of attempt 3", "write image of attempt 3", "write config drive of attempt 3");
        rig.verb(LifecycleEvent.UNHOLD);
        rig.settle();
        assertThat(rig.node().provisionState()).as(rig.node().lastError()).isEqualTo(ProvisionState.ACTIVE);
        assertThat(rig.node().deployStep()).isEmpty();
        assertThat(rig.agentWork()).endsWith("install boot of attempt 3");
    }

    @Test
    void an_abort_in_a_deploy_hold_leaves_deploy_failed_as_one_in_its_wait_does() {
        available();
        rig.verb(LifecycleEvent.DEPLOY, new ProvisionRequest(null, null, List.of(Map.of("interface", "power", "step", "hold", "priority", 70)), null));
        rig.await(ProvisionState.DEPLOY_HOLD);
        rig.verb(LifecycleEvent.ABORT);
        rig.settle();
        assertThat(rig.node().provisionState()).isEqualTo(ProvisionState.DEPLOY_FAILED);
        assertThat(rig.node().instanceInfo()).isNotEmpty();
        assertThat(rig.machine().power()).isEqualTo(PowerState.OFF);
    }

    @Test
    void a_service_runs_in_the_ramdisk_and_the_instance_comes_back() {
        active();
        rig.verb(LifecycleEvent.SERVICE, ProvisionRequest.service(List.of(BURN_IN)));
        assertThat(rig.node().provisionState()).isEqualTo(ProvisionState.SERVICING);
        assertThat(rig.node().targetProvisionState()).isEqualTo(ProvisionState.ACTIVE);
        rig.settle();
        rig.pass(Duration.ofMinutes(1));
        Node node = rig.node();
        assertThat(node.provisionState()).as(node.lastError()).isEqualTo(ProvisionState.ACTIVE);
        assertThat(node.serviceStep()).isEmpty();
        assertThat(node.instanceInfo()).containsKey("image_source");
        assertThat(rig.machine().hostBoots()).isEqualTo(2);
        assertThat(rig.agentWork()).endsWith("service step 1: deploy.burnin_cpu of attempt 4");
        assertThat(rig.history()).contains("active → servicing (service)", "servicing → service wait (wait)", "servicing → active (done)");
    }

    @Test
    void a_held_service_gets_other_steps() {
        active();
        rig.verb(LifecycleEvent.SERVICE, ProvisionRequest.service(List.of(HOLD, step("power", "power_off"))));
        rig.await(ProvisionState.SERVICE_HOLD);
        int before = rig.powerActions().size();
        rig.verb(LifecycleEvent.SERVICE, ProvisionRequest.service(List.of(BURN_IN)));
        rig.settle();
        rig.pass(Duration.ofMinutes(1));
        assertThat(rig.node().provisionState()).as(rig.node().lastError()).isEqualTo(ProvisionState.ACTIVE);
        assertThat(rig.powerActions().subList(before, rig.powerActions().size())).as("the agent is taken over; only the way back to the disk")
                .containsExactly("BMC: OFF", "BMC: ON");
        assertThat(rig.machine().hostBoots()).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource(value = ProvisionState.class, names = {"SERVICE_WAIT", "SERVICE_HOLD"})
    void an_aborted_service_ends_in_active_as_in_ironic_and_the_instance_is_booted_again(ProvisionState state) {
        active();
        rig.verb(LifecycleEvent.SERVICE, ProvisionRequest.service(List.of(HOLD)));
        rig.await(state);
        rig.verb(LifecycleEvent.ABORT);
        assertThat(rig.node().provisionState()).isEqualTo(ProvisionState.ACTIVE);
        assertThat(rig.node().targetPowerState()).isEqualTo(PowerTarget.REBOOT);
        assertThat(rig.node().lastError()).isEqualTo("Aborted in '%s' by request.".formatted(state.wire()));
        rig.settle();
        rig.pass(Duration.ofMinutes(1));
        assertThat(rig.machine().power()).isEqualTo(PowerState.ON);
        assertThat(rig.machine().hostBoots()).isEqualTo(2);
        assertThat(rig.history()).contains("%s → service failed (abort)".formatted(state.wire()), "service failed → active (abort)");
    }

    @Test
    void a_service_that_never_boots_fails_and_its_abort_returns_the_instance() {
        active();
        rig.hangBoots();
        rig.verb(LifecycleEvent.SERVICE, ProvisionRequest.service(List.of(BURN_IN)));
        rig.settle();
        assertThat(rig.node().provisionState()).isEqualTo(ProvisionState.SERVICE_FAILED);
        assertThat(rig.explain().advice()).anyMatch(line -> line.contains("baremetal node abort web-1"));
        rig.conductor().nodeService().setMaintenance(rig.id(), true, "look");
        assertThatThrownBy(() -> rig.verb(LifecycleEvent.ABORT)).isInstanceOf(Failure.NodeInMaintenance.class);
        rig.conductor().nodeService().setMaintenance(rig.id(), false, null);
        rig.verb(LifecycleEvent.ABORT);
        rig.settle();
        rig.pass(Duration.ofMinutes(1));
        assertThat(rig.node().provisionState()).isEqualTo(ProvisionState.ACTIVE);
        assertThat(rig.machine().hostBoots()).isEqualTo(2);
    }

    @Test
    void a_rescued_machine_lets_somebody_in_for_as_long_as_it_is_rescued() {
        active();
        RescuePassword password = RescuePassword.of("secret words");
        rig.verb(LifecycleEvent.RESCUE, ProvisionRequest.rescue(password));
        assertThat(rig.node().targetProvisionState()).isEqualTo(ProvisionState.RESCUED);
        rig.settle();
        assertThat(rig.node().provisionState()).as(rig.node().lastError()).isEqualTo(ProvisionState.RESCUED);
        assertThat(rig.machine().login()).isEqualTo(password.hash());
        assertThat(rig.node().driverInternalInfo()).containsEntry("rescue_address", "192.0.2.9");
        rig.pass(Duration.ofHours(3));
        assertThat(rig.machine().login()).as("an idle agent would power off: not here").isEqualTo(password.hash());

        RescuePassword other = RescuePassword.of("other words");
        rig.verb(LifecycleEvent.RESCUE, ProvisionRequest.rescue(other));
        rig.settle();
        assertThat(rig.machine().login()).as("a second rescue changes the password without a boot").isEqualTo(other.hash());

        rig.verb(LifecycleEvent.UNRESCUE);
        rig.settle();
        rig.pass(Duration.ofMinutes(1));
        assertThat(rig.node().provisionState()).isEqualTo(ProvisionState.ACTIVE);
        assertThat(rig.machine().login()).isNull();
        assertThat(rig.machine().hostBoots()).isEqualTo(2);
        assertThat(rig.node().driverInternalInfo()).doesNotContainKey("rescue_address");
        assertThat(rig.history()).contains("active → rescuing (rescue)", "rescuing → rescue wait (wait)", "rescuing → rescue (done)", "unrescuing → active (done)");
    }

    @Test
    void a_rescue_that_is_aborted_leaves_the_machine_off_and_unrescue_boots_it() {
        active();
        rig.hangBoots();
        rig.verb(LifecycleEvent.RESCUE, ProvisionRequest.rescue(RescuePassword.of("secret words")));
        rig.await(ProvisionState.RESCUE_WAIT);
        rig.verb(LifecycleEvent.ABORT);
        rig.settle();
        assertThat(rig.node().provisionState()).isEqualTo(ProvisionState.RESCUE_FAILED);
        assertThat(rig.machine().power()).isEqualTo(PowerState.OFF);
        rig.verb(LifecycleEvent.UNRESCUE);
        rig.settle();
        rig.pass(Duration.ofMinutes(1));
        assertThat(rig.node().provisionState()).isEqualTo(ProvisionState.ACTIVE);
        assertThat(rig.machine().hostBoots()).isEqualTo(2);
    }

    @Test
    void an_instance_is_undeployed_from_its_rescue() {
        active();
        rig.verb(LifecycleEvent.RESCUE, ProvisionRequest.rescue(RescuePassword.of("secret words")));
        rig.settle();
        rig.verb(LifecycleEvent.DELETE);
        rig.settle();
        assertThat(rig.node().provisionState()).isEqualTo(ProvisionState.AVAILABLE);
        assertThat(rig.node().driverInternalInfo()).doesNotContainKey("rescue_address");
        assertThat(rig.machine().login()).isNull();
    }

    /// What is missing, not supported or not allowed is said before anything happens.
    @Test
    void verbs_that_lack_something_are_refused_and_the_instance_stays_as_it_is() {
        active();
        Instant moved = rig.node().provisionUpdatedAt();
        assertThatThrownBy(() -> rig.verb(LifecycleEvent.RESCUE)).isInstanceOf(Failure.Missing.class).hasMessageContaining("rescue_password");
        assertThatThrownBy(() -> rig.verb(LifecycleEvent.SERVICE)).isInstanceOf(Failure.Missing.class).hasMessageContaining("service_steps").hasMessageContaining("deploy.burnin_cpu");
        assertThatThrownBy(() -> rig.verb(LifecycleEvent.SERVICE, ProvisionRequest.service(List.of(step("deploy", "erase_devices"))))).isInstanceOf(Failure.Invalid.class);
        assertThatThrownBy(() -> rig.verb(LifecycleEvent.DELETE, ProvisionRequest.service(List.of(HOLD)))).hasMessageContaining("only valid with target 'service'");
        assertThatThrownBy(() -> rig.verb(LifecycleEvent.SERVICE, ProvisionRequest.rescue(RescuePassword.of("x")))).hasMessageContaining("only valid with target 'rescue'");
        assertThatThrownBy(() -> rig.verb(LifecycleEvent.UNHOLD)).isInstanceOf(Failure.InvalidState.class);
        assertThatThrownBy(() -> rig.verb(LifecycleEvent.UNRESCUE)).isInstanceOf(Failure.InvalidState.class);
        rig.conductor().nodeService().setMaintenance(rig.id(), true, "disk");
        assertThatThrownBy(() -> rig.verb(LifecycleEvent.RESCUE, ProvisionRequest.rescue(RescuePassword.of("x")))).isInstanceOf(Failure.NodeInMaintenance.class);
        assertThatThrownBy(() -> rig.verb(LifecycleEvent.SERVICE, ProvisionRequest.service(List.of(HOLD)))).isInstanceOf(Failure.NodeInMaintenance.class);
        rig.conductor().nodeService().setMaintenance(rig.id(), false, null);
        rig.edit(node -> node.toBuilder().interfaces(Map.of("rescue", "no-rescue")).build());
        assertThatThrownBy(() -> rig.verb(LifecycleEvent.RESCUE, ProvisionRequest.rescue(RescuePassword.of("x")))).isInstanceOf(Failure.Unsupported.class)
                .hasMessageContaining("no-rescue");
        assertThat(rig.node().provisionState()).isEqualTo(ProvisionState.ACTIVE);
        assertThat(rig.node().provisionUpdatedAt()).isEqualTo(moved);
        assertThat(rig.node().fault()).isNotEqualTo(Fault.SERVICE_FAILURE);
    }
}
