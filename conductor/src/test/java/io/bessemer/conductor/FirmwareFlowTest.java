package io.bessemer.conductor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bessemer.conductor.simulation.Rig;
import io.bessemer.core.driver.FirmwareInterface.Component;
import io.bessemer.core.fault.Failure;
import io.bessemer.core.lifecycle.LifecycleEvent;
import io.bessemer.core.lifecycle.ProvisionState;
import io.bessemer.core.node.PowerState;
import io.bessemer.core.node.Requester;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Firmware by steps: it is written once, the machine keeps its power meanwhile, and nothing is believed that the versions do not show.
class FirmwareFlowTest {
    private static final Map<String, Object> ERASE = Map.of("interface", "deploy", "step", "erase_devices_metadata");

    private final Rig rig = new Rig();

    @BeforeEach
    void manageable() {
        rig.enroll();
        rig.verb(LifecycleEvent.MANAGE);
        rig.settle();
    }

    private static Map<String, Object> update(Object... componentsAndFiles) {
        List<Map<String, Object>> settings = new ArrayList<>();
        for (int i = 0; i < componentsAndFiles.length; i += 2) {
            settings.add(Map.of("component", componentsAndFiles[i], "url", "http://192.0.2.1/" + componentsAndFiles[i + 1] + "?key=secret"));
        }
        return update(settings);
    }

    private static Map<String, Object> update(List<Map<String, Object>> settings) {
        return Map.of("interface", "firmware", "step", "update", "args", Map.of("settings", settings));
    }

    private void clean(boolean ramdisk, List<Map<String, Object>> steps) {
        rig.verb(LifecycleEvent.CLEAN, new ProvisionRequest(null, steps, null, null, null, !ramdisk, Requester.BESSEMER));
    }

    @Test
    void all_components_are_written_and_the_agent_is_back_for_the_next_step() {
        clean(true, List.of(update("bios", "2", "nic:1", "3", "bmc", "4"), ERASE));
        rig.await(ProvisionState.CLEAN_WAIT);
        rig.settle();
        assertThat(rig.node().provisionState()).as(rig.node().lastError()).isEqualTo(ProvisionState.MANAGEABLE);
        assertThat(rig.firmware().versions()).isEqualTo(Map.of("bios", "2?key=secret", "nic:1", "3?key=secret", "bmc", "4?key=secret"));
        assertThat(rig.firmware().told()).hasSize(3);
        assertThat(rig.firmware().ruined()).as("power went away while firmware was written").isFalse();
        assertThat(rig.agentWork()).containsExactly("clean step 2: deploy.erase_devices_metadata of attempt 2");
        assertThat(rig.powerActions()).as("into the ramdisk, for the BIOS, for the adapter, and into the ramdisk again")
                .containsExactly("BMC: ON", "BMC: OFF", "BMC: ON", "BMC: OFF", "BMC: ON", "BMC: OFF", "BMC: ON");
        assertThat(rig.conductor().nodeHardware().firmware(rig.id())).extracting(Component::component, Component::initialVersion, Component::currentVersion, Component::flashedVersion)
                .contains(org.assertj.core.groups.Tuple.tuple("bios", "1", "2?key=secret", "2?key=secret"));
        assertThat(rig.timeline()).anyMatch(line -> line.startsWith("Told the BMC to fetch and write firmware of bios") && line.contains("http://192.0.2.1/2"))
                .noneMatch(line -> line.contains("/2?key=secret"));
    }

    @Test
    void the_first_version_is_remembered_over_updates() {
        clean(false, List.of(update("nic:1", "5")));
        rig.settle();
        clean(false, List.of(update("nic:1", "6")));
        rig.settle();
        assertThat(rig.node().lastError()).isNull();
        assertThat(rig.conductor().nodeHardware().firmware(rig.id())).filteredOn(one -> one.component().equals("nic:1"))
                .extracting(one -> one.initialVersion() + " " + one.currentVersion() + " " + one.flashedVersion()).containsExactly("1 6?key=secret 6?key=secret");
    }

    @Test
    void a_bmc_that_writes_itself_may_be_silent_and_the_machine_is_not_booted_for_it() {
        clean(false, List.of(update("bmc", "4")));
        rig.settle();
        assertThat(rig.node().provisionState()).as(rig.node().lastError()).isEqualTo(ProvisionState.MANAGEABLE);
        assertThat(rig.firmware().versions()).containsEntry("bmc", "4?key=secret");
        assertThat(rig.powerActions()).isEmpty();
    }

    @Test
    void a_bmc_that_is_silent_for_longer_than_was_granted_is_told() {
        clean(false, List.of(update(List.of(Map.of("component", "bmc", "url", "http://192.0.2.1/4", "wait", 60)))));
        rig.settle();
        assertThat(rig.node().provisionState()).isEqualTo(ProvisionState.CLEAN_FAILED);
        assertThat(rig.node().lastError()).contains("has not answered as it should for 6", "did not answer.", "greater \"wait\"");
    }

    @Test
    void what_is_staged_is_waited_for_until_the_version_is_another() {
        rig.firmware().staged();
        clean(true, List.of(update("bios", "2"), ERASE));
        rig.settle();
        assertThat(rig.node().provisionState()).as(rig.node().lastError()).isEqualTo(ProvisionState.MANAGEABLE);
        assertThat(rig.firmware().versions()).containsEntry("bios", "2?key=secret");
        assertThat(rig.firmware().ruined()).isFalse();
    }

    @Test
    void a_job_that_fails_says_why_in_the_bmcs_words() {
        rig.firmware().fails("Image http://192.0.2.1/2?key=secret is not for this board");
        clean(false, List.of(update("nic:1", "2", "bios", "2")));
        rig.settle();
        assertThat(rig.node().provisionState()).isEqualTo(ProvisionState.CLEAN_FAILED);
        assertThat(rig.node().lastError()).contains("did not write the firmware of nic:1 from http://192.0.2.1/2: Image http://192.0.2.1/2 is not for this board").doesNotContain("secret");
        assertThat(rig.firmware().told()).hasSize(1);
    }

    @Test
    void the_job_of_somebody_else_that_kept_the_bmc_busy_is_not_taken_for_ours() {
        rig.firmware().busyFor(Duration.ofSeconds(10));
        clean(false, List.of(update("nic:1", "2")));
        rig.settle();
        assertThat(rig.node().provisionState()).as(rig.node().lastError()).isEqualTo(ProvisionState.MANAGEABLE);
        assertThat(rig.firmware().told()).hasSize(1);
        assertThat(rig.firmware().versions()).containsEntry("nic:1", "2?key=secret");
    }

    @Test
    void a_job_that_is_forgotten_counts_by_its_effect() {
        rig.firmware().forgets();
        clean(false, List.of(update("bios", "2")));
        rig.settle();
        assertThat(rig.node().provisionState()).isEqualTo(ProvisionState.CLEAN_FAILED);
        assertThat(rig.node().lastError()).contains("knows nothing of its job any more", "bios has version 1 as before");
    }

    @Test
    void an_abort_leaves_the_machine_on_while_firmware_may_be_written() {
        clean(true, List.of(update("bios", "2")));
        rig.await(ProvisionState.CLEAN_WAIT);
        while (!rig.flow().getFirst().waitingFor().contains("50 %")) {
            rig.pass(Duration.ofSeconds(1));
        }
        rig.verb(LifecycleEvent.ABORT);
        assertThat(rig.node().provisionState()).isEqualTo(ProvisionState.CLEAN_FAILED);
        assertThat(rig.node().lastError()).contains("Aborted in 'clean wait'", "may still be writing firmware");
        rig.pass(Duration.ofMinutes(10));
        assertThat(rig.machine().power()).isEqualTo(PowerState.ON);
        assertThat(rig.firmware().ruined()).isFalse();
        assertThat(rig.firmware().versions()).containsEntry("bios", "2?key=secret");
    }

    @Test
    void a_dead_bmc_does_not_cost_a_machine_its_power_in_the_middle() {
        clean(true, List.of(update("bios", "2")));
        rig.await(ProvisionState.CLEAN_WAIT);
        while (!rig.flow().getFirst().waitingFor().contains("50 %")) {
            rig.pass(Duration.ofSeconds(1));
        }
        rig.killBmc();
        rig.await(ProvisionState.CLEAN_FAILED);
        rig.reviveBmc();
        rig.pass(Duration.ofMinutes(10));
        assertThat(rig.machine().power()).isEqualTo(PowerState.ON);
        assertThat(rig.firmware().ruined()).isFalse();
    }

    @Test
    void a_node_without_the_interface_is_refused_before_anything_boots() {
        rig.edit(node -> node.toBuilder().interfaces(Map.of("firmware", "no-firmware")).build());
        assertThatThrownBy(() -> clean(true, List.of(update("bios", "2")))).isInstanceOf(Failure.Unsupported.class).hasMessageContaining("firmware_interface 'no-firmware'");
        assertThat(rig.node().provisionState()).isEqualTo(ProvisionState.MANAGEABLE);
    }

    @Test
    void arguments_are_checked_by_their_names() {
        Map<String, Object> good = Map.of("component", "bios", "url", "http://192.0.2.1/2");
        refused(Map.of(), "clean_steps[0]/args/settings", "must be a list of 1 to 100 objects");
        refused(Map.of("settings", List.of(good), "force", true), "clean_steps[0]/args/force", "This step takes settings");
        refused(Map.of("settings", List.of(good, "x")), "args/settings[1]", "'x' is not an object");
        refused(Map.of("settings", List.of(with(good, "component", "gpu"))), "settings[0]/component", "'gpu' is not 'bios', 'bmc' or 'nic:'");
        refused(Map.of("settings", List.of(with(good, "component", "nic:"))), "settings[0]/component", "'nic:'");
        refused(Map.of("settings", List.of(with(good, "url", "file:///etc/shadow"))), "settings[0]/url", "http or https");
        refused(Map.of("settings", List.of(with(good, "url", "http://me:secret@192.0.2.1/2"))), "settings[0]/url", "without a user");
        refused(Map.of("settings", List.of(with(good, "wait", 0))), "settings[0]/wait", "'0' is not a number of 1 to 86400");
        refused(Map.of("settings", List.of(with(good, "wait", "long"))), "settings[0]/wait", "'long'");
        refused(Map.of("settings", List.of(with(good, "checksum", "1"))), "settings[0]/checksum", "Known: component, url, wait");
        assertThat(rig.node().provisionState()).isEqualTo(ProvisionState.MANAGEABLE);
    }

    private static Map<String, Object> with(Map<String, Object> setting, String key, Object value) {
        Map<String, Object> changed = new HashMap<>(setting);
        changed.put(key, value);
        return changed;
    }

    private void refused(Map<String, Object> args, String where, String why) {
        assertThatThrownBy(() -> clean(false, List.of(Map.of("interface", "firmware", "step", "update", "args", args)))).isInstanceOf(Failure.Invalid.class)
                .hasMessageContaining(where).hasMessageContaining(why).hasMessageNotContaining("secret");
    }
}
