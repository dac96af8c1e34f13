package io.bessemer.conductor.plan;

import io.bessemer.conductor.allocation.AllocationRules;
import io.bessemer.core.fault.Failure;
import io.bessemer.core.node.Node;
import io.bessemer.core.plan.DeployTemplate;
import io.bessemer.core.plan.PlannedStep;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Who has a say in the steps of a deploy beside the driver: the client and the deploy templates (Ironic: `conductor/steps.py`).
public final class DeploySteps {
    private DeploySteps() {}

    /// The templates whose names are among the traits that the instance asks for (`instance_info/traits`), which are a part of those that
    /// the node has.
    public static List<DeployTemplate> templatesOf(Node node, Collection<DeployTemplate> all) {
        if (!(node.instanceInfo().get(AllocationRules.TRAITS) instanceof List<?> traits)) {
            return List.of();
        }
        return all.stream().filter(template -> traits.contains(template.name())).toList();
    }

    /// What is asked for beside the deploy's own steps: the client's, and those of templates that the client does not have itself.
    ///
    /// @param ofClient  `deploy_steps`, as Ironic writes them
    /// @param templates of [#templatesOf]
    /// @throws Failure.Invalid when two templates have the same step
    public static List<Map<String, Object>> asked(List<Map<String, Object>> ofClient, Collection<DeployTemplate> templates) {
        Set<String> own = ofClient.stream().map(step -> step.get("interface") + "." + step.get("step")).collect(Collectors.toSet());
        return Stream.concat(ofClient.stream(), ofTemplates(templates).stream().filter(step -> !own.contains(step.id())).map(PlannedStep::wire)).toList();
    }

    private static List<PlannedStep> ofTemplates(Collection<DeployTemplate> templates) {
        Map<String, String> templateOf = new LinkedHashMap<>();
        List<PlannedStep> steps = new ArrayList<>();
        for (DeployTemplate template : templates) {
            for (PlannedStep step : template.steps()) {
                String other = templateOf.putIfAbsent(step.id(), template.name());
                if (other != null) {
                    throw new Failure.Invalid("instance_info/traits", "the deploy templates %s and %s both have step %s. Ask for one of the two traits alone. Matching templates: %s."
                            .formatted(other, template.name(), step.id(), templates.stream().map(DeployTemplate::name).collect(Collectors.joining(", "))));
                }
                steps.add(step);
            }
        }
        return steps;
    }
}
