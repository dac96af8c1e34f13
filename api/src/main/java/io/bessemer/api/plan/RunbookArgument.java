package io.bessemer.api.plan;

import io.bessemer.api.identity.Policy;
import io.bessemer.api.wire.JsonBody;
import io.bessemer.api.wire.RequestContext;
import io.bessemer.api.wire.Values;
import io.bessemer.core.fault.Failure;
import io.bessemer.core.node.Node;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.plan.PlannedStep;
import io.bessemer.core.plan.Plans;
import io.bessemer.core.plan.Runbook;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springframework.stereotype.Component;

/// The argument `runbook` of `PUT states/provision`, Ironic API 1.92: it stands for the steps that the runbook has now.
@Component
public final class RunbookArgument {
    private static final Map<String, String> STEPS_OF = Map.of("clean", "clean_steps", "service", "service_steps");

    private final Plans plans;

    RunbookArgument(Plans plans) {
        this.plans = plans;
    }

    /// The body with a runbook replaced by what it says; any other body as it is.
    public JsonBody resolve(JsonBody body, Node node, RequestContext context) {
        if (!(body.value() instanceof Map<?, ?> given) || given.get("runbook") == null) {
            return body;
        }
        context.require(92, "Argument 'runbook'");
        String key = STEPS_OF.get(String.valueOf(given.get("target")));
        if (key == null) {
            throw new Failure.Invalid("runbook", "is not allowed with verb '%s', only with clean and service.".formatted(given.get("target")));
        }
        for (String other : List.of(key, "disable_ramdisk")) {
            if (given.get(other) != null) {
                throw new Failure.Invalid(other, "cannot be combined with a runbook, which says it already. Send one of the two.");
            }
        }
        Runbook runbook = find(Values.text(given.get("runbook"), "runbook"), context);
        requireApproved(runbook, node, context);
        Map<String, Object> resolved = new LinkedHashMap<>(Values.object(given, "body"));
        resolved.remove("runbook");
        List<Map<String, Object>> steps = new ArrayList<>();
        runbook.steps().stream().sorted(Comparator.comparingInt(PlannedStep::rank))
                .forEach(step -> steps.add(Map.of("interface", step.interfaceName(), "step", step.step(), "args", step.args())));
        resolved.put(key, steps);
        if (runbook.disableRamdisk()) {
            resolved.put("disable_ramdisk", true);
        }
        return new JsonBody(resolved);
    }

    /// By one of the runbook's traits since Ironic API 1.112, by its name before.
    private static void requireApproved(Runbook runbook, Node node, RequestContext context) {
        Set<String> approving = context.version().atLeast(112) ? runbook.traits() : Set.of(runbook.name());
        if (approving.isEmpty()) {
            throw new Failure.Invalid("runbook", "Runbook %s has no traits configured, so no node is approved for it. Add one with `PUT /v1/runbooks/%s/traits/TRAIT`."
                    .formatted(runbook.name(), runbook.name()));
        }
        if (Collections.disjoint(approving, node.traits())) {
            throw new Failure.Invalid("runbook", "This runbook has not been approved for use on node %s: the node has not the trait %s. Add it with `baremetal node add trait %s %s`."
                    .formatted(node.displayName(), String.join(" or ", approving), node.displayName(), approving.iterator().next()));
        }
    }

    private Runbook find(String ident, RequestContext context) {
        return NodeId.parse(ident).map(id -> plans.runbooks().find(id.value())).orElseGet(() -> plans.runbooks().findByName(ident))
                .filter(found -> Policy.allows(context.caller(), Policy.USE_RUNBOOK, RunbookResource.by(found, context)))
                .orElseThrow(() -> new Failure.NotFound("Runbook", ident));
    }
}
