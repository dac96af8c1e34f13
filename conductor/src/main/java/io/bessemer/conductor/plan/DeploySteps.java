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
import java.util.stream.Collectors;

/// The steps of one deploy, merged from who has a say: the client, the deploy templates, the driver (Ironic: `conductor/steps.py`).
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

    /// What is done, in order: by falling priority, at equal priority in the order of [#INTERFACES] and then as they were given. A step of
    /// the client stands in for the same one of a template, and both for the driver's. A step of priority 0 is left out, which is how a
    /// step of the driver is turned off.
    ///
    /// @param asked     `deploy_steps` of the client
    /// @param templates of [#templatesOf]
    /// @param ofDriver  what happens when nobody says anything
    /// @throws Failure.Invalid when two templates have the same step
    public static List<PlannedStep> merge(List<PlannedStep> asked, Collection<DeployTemplate> templates, List<PlannedStep> ofDriver) {
        Map<String, PlannedStep> chosen = new LinkedHashMap<>();
        asked.forEach(step -> chosen.put(step.id(), step));
        ofTemplates(templates).forEach(step -> chosen.putIfAbsent(step.id(), step));
        ofDriver.forEach(step -> chosen.putIfAbsent(step.id(), step));
        List<PlannedStep> steps = new ArrayList<>(chosen.values());
        steps.removeIf(step -> step.rank() <= 0);
        steps.sort((one, other) -> one.rank() != other.rank() ? Integer.compare(other.rank(), one.rank())
                : Integer.compare(INTERFACES.indexOf(one.interfaceName()), INTERFACES.indexOf(other.interfaceName())));
        return List.copyOf(steps);
    }

    /// Ironic's order among steps of one priority.
    static final List<String> INTERFACES = List.of("vendor", "power", "management", "firmware", "deploy", "bios", "raid");

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
