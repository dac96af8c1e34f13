package io.bessemer.conductor.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bessemer.core.fault.Failure;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class StepCatalogueTest {
    private static Map<String, Object> step(String by, String name, Object... more) {
        Map<String, Object> step = new HashMap<>(Map.of("interface", by, "step", name));
        for (int i = 0; i < more.length; i += 2) {
            step.put((String) more[i], more[i + 1]);
        }
        return step;
    }

    private static List<String> names(List<NodeStep> steps) {
        return steps.stream().map(NodeStep::name).toList();
    }

    @Test
    void automated_cleaning_wipes_the_metadata() {
        assertThat(StepCatalogue.automatedClean(Map.of())).extracting(NodeStep::name, NodeStep::priority)
                .containsExactly(org.assertj.core.groups.Tuple.tuple("deploy.erase_devices_metadata", 99));
    }

    @Test
    void settings_add_steps_to_automated_cleaning_move_them_and_leave_them_out() {
        assertThat(names(StepCatalogue.automatedClean(Map.of("deploy.erase_devices", 10, "deploy.erase_devices_express", 100))))
                .containsExactly("deploy.erase_devices_express", "deploy.erase_devices_metadata", "deploy.erase_devices");
        assertThat(names(StepCatalogue.automatedClean(Map.of("deploy.erase_devices_metadata", 0, "deploy.erase_devices", 10)))).containsExactly("deploy.erase_devices");
    }

    @Test
    void manual_steps_run_as_given_or_by_their_order() {
        assertThat(names(StepCatalogue.check(StepFamily.CLEAN, List.of(step("power", "hold"), step("deploy", "erase_devices")), true)))
                .containsExactly("power.hold", "deploy.erase_devices");
        assertThat(names(StepCatalogue.check(StepFamily.CLEAN, List.of(step("power", "hold", "order", 2), step("deploy", "erase_devices", "order", 1)), true)))
                .containsExactly("deploy.erase_devices", "power.hold");
    }

    @Test
    void deploy_steps_run_by_priority_ties_by_the_rank_of_their_interface_and_zero_is_off() {
        assertThat(names(StepCatalogue.check(StepFamily.DEPLOY, List.of(step("raid", "wait", "priority", 50), step("vendor", "wait", "priority", 50),
                step("deploy", "hold", "priority", 90), step("power", "wait", "priority", 50), step("power", "reboot", "priority", 0)), true)))
                .containsExactly("deploy.hold", "vendor.wait", "power.wait", "raid.wait");
    }

    @ParameterizedTest
    @EnumSource(StepFamily.class)
    void an_unknown_step_is_refused_with_the_known_ones(StepFamily family) {
        assertThatThrownBy(() -> StepCatalogue.check(family, List.of(step("power", "wait"), step("deploy", "polish")), true))
                .isInstanceOf(Failure.Invalid.class).hasMessageContaining(family.argument() + "[1]")
                .hasMessageContaining("'deploy.polish' is not a %s step. Known: [".formatted(family.wire())).hasMessageContaining("deploy.burnin_cpu").hasMessageContaining("power.hold");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            SERVICE | deploy | erase_devices  | 0   | true  | deploy.erase_devices' is not a service step
            DEPLOY  | deploy | write_image    | 90  | true  | deploy.write_image is part of every deploy
            DEPLOY  | deploy | burnin_cpu     | 40  | true  | 40 is outside of 41 to 100
            DEPLOY  | deploy | burnin_cpu     | 101 | true  | 101 is outside of 41 to 100
            DEPLOY  | power  | hold           | 10001 | true | 10001 is more than 10000
            DEPLOY  | raid   | apply_configuration | 80 | true | would destroy it
            DEPLOY  | raid   | create_configuration | 90 | true | is not a deploy step
            CLEAN   | deploy | erase_devices  | 0   | false | needs the agent's ramdisk
            CLEAN   | kitchen | hold          | 0   | true  | kitchen' is not one of [bios
            """)
    void what_cannot_run_there_is_refused(StepFamily family, String by, String name, int priority, boolean ramdisk, String why) {
        assertThatThrownBy(() -> StepCatalogue.check(family, List.of(step(by, name, "priority", priority)), ramdisk))
                .isInstanceOf(Failure.Invalid.class).hasMessageContaining(why);
    }

    @Test
    void arguments_are_checked() {
        assertThat(StepCatalogue.check(StepFamily.CLEAN, List.of(step("power", "wait", "args", Map.of("seconds", 60))), true).getFirst().args()).isEqualTo(Map.of("seconds", 60));
        assertThatThrownBy(() -> StepCatalogue.check(StepFamily.CLEAN, List.of(step("power", "wait", "args", Map.of("seconds", 0))), true))
                .hasMessageContaining("clean_steps[0]/args/seconds").hasMessageContaining("'0' is not a number of 1 to 86400");
        assertThatThrownBy(() -> StepCatalogue.check(StepFamily.CLEAN, List.of(step("power", "wait", "args", Map.of("seconds", "soon"))), true)).hasMessageContaining("'soon'");
        assertThatThrownBy(() -> StepCatalogue.check(StepFamily.CLEAN, List.of(step("deploy", "erase_devices", "args", Map.of("gently", true))), true))
                .hasMessageContaining("clean_steps[0]/args/gently").hasMessageContaining("This step takes no arguments");
    }

    @Test
    void bios_steps_need_no_ramdisk_and_their_settings_are_checked() {
        Map<String, Object> good = Map.of("settings", List.of(Map.of("name", "NumLock", "value", "Off"), Map.of("name", "Delay", "value", 60)));
        assertThat(names(StepCatalogue.check(StepFamily.SERVICE, List.of(step("bios", "apply_configuration", "args", good), step("bios", "factory_reset")), false)))
                .containsExactly("bios.apply_configuration", "bios.factory_reset");
        assertThat(BiosStep.settings(good)).containsExactly(Map.entry("NumLock", "Off"), Map.entry("Delay", "60"));
        for (Object bad : List.of("x", List.of(), List.of("x"), List.of(Map.of("name", "a")), List.of(Map.of("name", "", "value", "b")), List.of(Map.of("name", "a", "value", Map.of())))) {
            assertThatThrownBy(() -> StepCatalogue.check(StepFamily.CLEAN, List.of(step("bios", "apply_configuration", "args", Map.of("settings", bad))), true))
                    .isInstanceOf(Failure.Invalid.class).hasMessageContaining("clean_steps[0]/args/settings").hasMessageContaining("must be a list of 1 to 1000 objects");
        }
        assertThatThrownBy(() -> StepCatalogue.check(StepFamily.CLEAN, List.of(step("bios", "factory_reset", "args", Map.of("really", true))), true))
                .hasMessageContaining("clean_steps[0]/args/really").hasMessageContaining("no arguments");
    }

    @Test
    void a_step_survives_its_way_through_a_flow() {
        NodeStep step = new NodeStep("power", "wait", Map.of("seconds", 5), 70);
        assertThat(NodeStep.listOf(List.of(step.toMap()))).containsExactly(step);
    }
}
