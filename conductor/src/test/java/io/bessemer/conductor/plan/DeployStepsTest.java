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
    void a_step_of_the_client_stands_in_for_the_same_one_of_a_template() {
        DeployTemplate template = template("CUSTOM_A", step("raid", "create_configuration", 90, "template"), step("deploy", "burnin_cpu", 70, "template"));
        Map<String, Object> own = step("raid", "create_configuration", 95, "client").wire();
        assertThat(DeploySteps.asked(List.of(own), List.of(template))).containsExactly(own, step("deploy", "burnin_cpu", 70, "template").wire());
        assertThat(DeploySteps.asked(List.of(own), List.of())).containsExactly(own);
        assertThat(DeploySteps.asked(List.of(), List.of())).isEmpty();
    }

    @Test
    void two_templates_with_the_same_step_are_refused_by_name() {
        DeployTemplate one = template("CUSTOM_RAID1", step("raid", "create_configuration", 110));
        DeployTemplate two = template("CUSTOM_RAID5", step("raid", "create_configuration", 110));
        assertThatThrownBy(() -> DeploySteps.asked(List.of(), List.of(one, two))).isInstanceOf(Failure.Invalid.class)
                .hasMessageContaining("CUSTOM_RAID1 and CUSTOM_RAID5 both have step raid.create_configuration");
    }
}
