package io.bessemer.api.plan;

import io.bessemer.api.wire.Values;
import io.bessemer.core.fault.Failure;
import io.bessemer.core.node.Secrets;
import io.bessemer.core.plan.PlannedStep;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// Steps of templates and runbooks as clients write them.
final class Steps {
    private static final int MOST = 256;
    private static final int LONGEST_NAME = 255;
    private static final List<String> INTERFACES = List.of("bios", "deploy", "firmware", "management", "power", "raid", "vendor");

    private Steps() {}

    /// @param rankName  `priority` or `order`
    /// @param needsArgs Ironic wants `args` in templates, and does without in runbooks
    static List<PlannedStep> check(Object value, String field, String rankName, boolean needsArgs) {
        List<Object> list = value == null ? List.of() : Values.list(value, field);
        if (list.isEmpty() || list.size() > MOST) {
            throw new Failure.Invalid(field, "has %d steps, 1 to %d are allowed.".formatted(list.size(), MOST));
        }
        List<PlannedStep> steps = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < list.size(); i++) {
            PlannedStep step = step(Values.object(list.get(i), "%s/%d".formatted(field, i)), "%s/%d".formatted(field, i), rankName, needsArgs);
            if (!seen.add(step.id())) {
                throw new Failure.Invalid(field, "Duplicate steps: interface %s, step %s. The same step may stand there once."
                        .formatted(step.interfaceName(), step.step()));
            }
            steps.add(step);
        }
        return steps;
    }

    private static PlannedStep step(Map<String, Object> step, String where, String rankName, boolean needsArgs) {
        Set<String> known = new TreeSet<>(Set.of("interface", "step", "args", rankName));
        step.keySet().stream().filter(key -> !known.contains(key)).findFirst().ifPresent(key -> {
            throw new Failure.Invalid(where + "/" + key, "is not known. Known: " + String.join(", ", known) + ".");
        });
        known.stream().filter(key -> step.get(key) == null && (needsArgs || !key.equals("args"))).findFirst().ifPresent(key -> {
            throw new Failure.Missing(where + "/" + key, "A step has " + String.join(", ", known) + ".");
        });
        String name = Values.text(step.get("interface"), where + "/interface");
        if (!INTERFACES.contains(name)) {
            throw new Failure.Invalid(where + "/interface", "'%s' is not one of %s.".formatted(name, String.join(", ", INTERFACES)));
        }
        String what = Values.text(step.get("step"), where + "/step", LONGEST_NAME);
        if (what.isEmpty()) {
            throw new Failure.Invalid(where + "/step", "is empty.");
        }
        int rank = Values.wholeNumber(step.get(rankName), where + "/" + rankName);
        if (rank < 0) {
            throw new Failure.Invalid(where + "/" + rankName, "is %d, but must not be negative.".formatted(rank));
        }
        Map<String, Object> args = step.get("args") == null ? Map.of() : Values.object(step.get("args"), where + "/args");
        return new PlannedStep(name, what, args, rank, rankName);
    }

    /// As stored.
    static List<Map<String, Object>> stored(List<PlannedStep> steps) {
        return steps.stream().map(PlannedStep::wire).toList();
    }

    /// As shown: secrets among the arguments are masked.
    static List<Map<String, Object>> shown(List<PlannedStep> steps) {
        return steps.stream().map(step -> Secrets.mask(step.wire())).toList();
    }
}
