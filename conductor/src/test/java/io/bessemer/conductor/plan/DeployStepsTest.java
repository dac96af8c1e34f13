package io.bessemer.conductor.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bessemer.core.fault.Failure;
import io.bessemer.core.node.Node;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.plan.DeployTemplate;
import io.bessemer.core.plan.PlannedStep;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class DeployStepsTest {
    private static PlannedStep step(String interfaceName, String name, int priority, String... args) {
        return new PlannedStep(interfaceName, name, args.length == 0 ? Map.of() : Map.of("by", args[0]), priority, PlannedStep.PRIORITY);
    }

    private static DeployTemplate template(String name, PlannedStep... steps) {
        return new DeployTemplate(UUID.randomUUID(), name, List.of(steps), Map.of(), 1, Instant.EPOCH, null);
    }

    private static final List<PlannedStep> DRIVER = List.of(step("deploy", "deploy", 100), step("deploy", "write_image", 80), step("deploy", "tear_down_agent", 40));

    private static List<String> ids(List<PlannedStep> steps) {
        return steps.stream().map(PlannedStep::id).toList();
    }

    @Test
    void templates_are_those_whose_names_are_among_the_instances_traits() {
        DeployTemplate raid = template("CUSTOM_RAID", step("raid", "create_configuration", 110));
        DeployTemplate bios = template("CUSTOM_BIOS", step("bios", "apply_configuration", 110));
        Node node = Node.builder(NodeId.random(), "fake").instanceInfo(Map.of("traits", List.of("CUSTOM_RAID", "CUSTOM_OTHER"))).build();
        assertThat(DeploySteps.templatesOf(node, List.of(bios, raid))).containsExactly(raid);
        assertThat(DeploySteps.templatesOf(node.toBuilder().instanceInfo(Map.of()).build(), List.of(raid))).isEmpty();
        assertThat(DeploySteps.templatesOf(node.toBuilder().instanceInfo(Map.of("traits", "CUSTOM_RAID")).build(), List.of(raid))).as("no list").isEmpty();
    }

    @Test
    void without_templates_the_drivers_steps_remain() {
        assertThat(DeploySteps.merge(List.of(), List.of(), DRIVER)).isEqualTo(DRIVER);
    }

    @Test
    void steps_come_by_falling_priority_and_then_by_interface() {
        DeployTemplate template = template("CUSTOM_A", step("raid", "create_configuration", 100), step("bios", "apply_configuration", 100), step("management", "update", 90),
                step("vendor", "send", 100));
        assertThat(ids(DeploySteps.merge(List.of(), List.of(template), DRIVER))).containsExactly("vendor.send", "deploy.deploy", "bios.apply_configuration",
                "raid.create_configuration", "management.update", "deploy.write_image", "deploy.tear_down_agent");
    }

    @Test
    void the_client_goes_before_templates_and_both_before_the_driver() {
        DeployTemplate template = template("CUSTOM_A", step("raid", "create_configuration", 90, "template"), step("deploy", "write_image", 70, "template"));
        List<PlannedStep> merged = DeploySteps.merge(List.of(step("raid", "create_configuration", 95, "client")), List.of(template), DRIVER);
        assertThat(merged).contains(step("raid", "create_configuration", 95, "client"), step("deploy", "write_image", 70, "template"));
        assertThat(merged).hasSize(4);
    }

    @Test
    void priority_zero_turns_a_step_off() {
        DeployTemplate template = template("CUSTOM_A", step("deploy", "tear_down_agent", 0), step("bios", "factory_reset", 0));
        assertThat(ids(DeploySteps.merge(List.of(), List.of(template), DRIVER))).containsExactly("deploy.deploy", "deploy.write_image");
        assertThat(ids(DeploySteps.merge(List.of(step("deploy", "write_image", 0)), List.of(template), DRIVER))).containsExactly("deploy.deploy");
    }

    @Test
    void two_templates_with_the_same_step_are_refused_by_name() {
        DeployTemplate one = template("CUSTOM_RAID1", step("raid", "create_configuration", 110));
        DeployTemplate two = template("CUSTOM_RAID5", step("raid", "create_configuration", 110));
        assertThatThrownBy(() -> DeploySteps.merge(List.of(), List.of(one, two), DRIVER)).isInstanceOf(Failure.Invalid.class)
                .hasMessageContaining("CUSTOM_RAID1 and CUSTOM_RAID5 both have step raid.create_configuration");
    }
}
