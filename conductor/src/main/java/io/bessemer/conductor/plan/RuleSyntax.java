package io.bessemer.conductor.plan;

import io.bessemer.core.fault.Failure;
import io.bessemer.core.plan.InspectionRule;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// Which conditions and actions there are, and what each must be told (Ironic: `common/inspection_rules`).
public final class RuleSyntax {
    private static final int MOST = 100;
    private static final int LONGEST_REGEX = 1000;
    private static final List<String> MULTIPLE = List.of("any", "all", "first", "last");

    static final List<String> LEVELS = List.of("debug", "info", "warning", "error", "critical");

    /// by name, its arguments in the order that a list of them has
    static final Map<String, Signature> CONDITIONS = new TreeMap<>(Map.ofEntries(
            Map.entry("eq", of("values").maybe("force_strings")), Map.entry("ne", of("values").maybe("force_strings")),
            Map.entry("lt", of("values").maybe("force_strings")), Map.entry("gt", of("values").maybe("force_strings")),
            Map.entry("is-empty", of("value")), Map.entry("is-none", of("value")), Map.entry("is-true", of("value")), Map.entry("is-false", of("value")),
            Map.entry("in-net", of("address", "subnet")), Map.entry("matches", of("value", "regex")), Map.entry("contains", of("value", "regex")),
            Map.entry("one-of", of("value").maybe("values"))));

    static final Map<String, Signature> ACTIONS = new TreeMap<>(Map.ofEntries(
            Map.entry("fail", of("msg")), Map.entry("log", of("msg").maybe("level")),
            Map.entry("set-attribute", of("path", "value")), Map.entry("extend-attribute", of("path", "value").maybe("unique")), Map.entry("del-attribute", of("path")),
            Map.entry("set-capability", of("name", "value")), Map.entry("unset-capability", of("name")),
            Map.entry("add-trait", of("name")), Map.entry("remove-trait", of("name")),
            Map.entry("set-plugin-data", of("path", "value")), Map.entry("extend-plugin-data", of("path", "value").maybe("unique")),
            Map.entry("unset-plugin-data", of("path")),
            Map.entry("set-port-attribute", of("port_id", "path", "value")), Map.entry("extend-port-attribute", of("port_id", "path", "value").maybe("unique")),
            Map.entry("del-port-attribute", of("port_id", "path"))));

    /// @param required arguments, and then those that may be left out
    record Signature(List<String> required, List<String> optional) {
        Signature maybe(String... names) {
            return new Signature(required, List.of(names));
        }

        List<String> all() {
            List<String> all = new ArrayList<>(required);
            all.addAll(optional);
            return all;
        }
    }

    private RuleSyntax() {}

    private static Signature of(String... required) {
        return new Signature(List.of(required), List.of());
    }

    /// @throws Failure.Invalid with the place in the rule, what was found and what is allowed
    public static void check(InspectionRule rule) {
        if (rule.actions().isEmpty()) {
            throw new Failure.Missing("actions", "A rule has at least one of: " + String.join(", ", ACTIONS.keySet()) + ".");
        }
        if (rule.conditions().size() > MOST || rule.actions().size() > MOST) {
            throw new Failure.Invalid(rule.actions().size() > MOST ? "actions" : "conditions", "at most %d are allowed.".formatted(MOST));
        }
        for (int i = 0; i < rule.conditions().size(); i++) {
            String where = "conditions/" + i;
            Map<String, Object> condition = rule.conditions().get(i);
            String op = String.valueOf(condition.get("op")).strip();
            checkOperation(where, condition, op.startsWith("!") ? op.substring(1).strip() : op, CONDITIONS);
            if (condition.get("multiple") != null && !MULTIPLE.contains(condition.get("multiple"))) {
                throw new Failure.Invalid(where + "/multiple", "'%s' is not one of %s.".formatted(condition.get("multiple"), String.join(", ", MULTIPLE)));
            }
        }
        for (int i = 0; i < rule.actions().size(); i++) {
            Map<String, Object> action = rule.actions().get(i);
            String op = String.valueOf(action.get("op"));
            if (op.equals("api-call")) {
                throw new Failure.Invalid("actions/%d/op".formatted(i), "'api-call' is not supported by Bessemer: rules do not send requests to other servers. Read the inventory from there instead.");
            }
            checkOperation("actions/" + i, action, op, ACTIONS);
        }
    }

    private static void checkOperation(String where, Map<String, Object> operation, String op, Map<String, Signature> known) {
        Signature signature = known.get(op);
        if (signature == null) {
            throw new Failure.Invalid(where + "/op", "'%s' is not one of %s.".formatted(op, String.join(", ", known.keySet())));
        }
        Object loop = operation.get("loop");
        if (loop != null && !(loop instanceof List<?>) && !(loop instanceof Map<?, ?>)) {
            throw new Failure.Invalid(where + "/loop", "must be a JSON array or object.");
        }
        if (loop instanceof List<?> list && list.stream().anyMatch(Objects::isNull)) {
            throw new Failure.Invalid(where + "/loop", "has null among its elements, which nothing can be done with.");
        }
        Map<String, Object> args = args(where, operation, signature);
        List<String> missing = signature.required().stream().filter(name -> !args.containsKey(name)).toList();
        if (!missing.isEmpty()) {
            throw new Failure.Missing(where + "/args/" + missing.getFirst(), "'%s' takes %s.".formatted(op, String.join(", ", signature.all())));
        }
        args.keySet().stream().filter(name -> !signature.all().contains(name)).findFirst().ifPresent(name -> {
            throw new Failure.Invalid(where + "/args/" + name, "is not known. '%s' takes %s.".formatted(op, String.join(", ", signature.all())));
        });
        checkValues(where, args, loop != null);
    }

    private static void checkValues(String where, Map<String, Object> args, boolean loops) {
        if (args.containsKey("values") && !(args.get("values") instanceof List<?>)) {
            throw new Failure.Invalid(where + "/args/values", "must be a JSON array.");
        }
        for (String name : Set.of("path", "name", "msg", "regex", "port_id", "address", "subnet", "level")) {
            if (args.containsKey(name) && !(args.get(name) instanceof String)) {
                throw new Failure.Invalid(where + "/args/" + name, "must be a string.");
            }
        }
        if (args.get("level") instanceof String level && !LEVELS.contains(level.toLowerCase(java.util.Locale.ROOT))) {
            throw new Failure.Invalid(where + "/args/level", "'%s' is not one of %s.".formatted(level, String.join(", ", LEVELS)));
        }
        if (args.get("regex") instanceof String regex && !loops) {
            if (regex.isEmpty() || regex.length() > LONGEST_REGEX) {
                throw new Failure.Invalid(where + "/args/regex", "has %d characters, 1 to %d are allowed.".formatted(regex.length(), LONGEST_REGEX));
            }
            try {
                Pattern.compile(regex);
            } catch (PatternSyntaxException e) {
                throw new Failure.Invalid(where + "/args/regex", "is not a regular expression: %s near index %d.".formatted(e.getDescription(), e.getIndex()));
            }
        }
    }

    /// Arguments by name, whichever way they were written.
    static Map<String, Object> args(String where, Map<String, Object> operation, Signature signature) {
        Map<String, Object> named = new LinkedHashMap<>();
        switch (operation.get("args")) {
            case Map<?, ?> map -> map.forEach((key, value) -> named.put(String.valueOf(key), value));
            case List<?> list -> {
                if (list.size() > signature.all().size()) {
                    throw new Failure.Invalid(where + "/args", "has %d arguments, at most %d are allowed.".formatted(list.size(), signature.all().size()));
                }
                for (int i = 0; i < list.size(); i++) {
                    named.put(signature.all().get(i), list.get(i));
                }
            }
            case null, default -> throw new Failure.Invalid(where + "/args", "must be a JSON object, or an array in the order " + String.join(", ", signature.all()) + ".");
        }
        return named;
    }
}
