package io.bessemer.conductor.plan;

import io.bessemer.core.node.Node;
import io.bessemer.core.node.Port;
import io.bessemer.core.node.Secrets;
import io.bessemer.core.plan.InspectionRule;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// Applies rules to what an inspection found. Nothing is stored here: the outcome says what to store, so that a step which is run again
/// comes to the same.
public final class InspectionRules {
    /// of a value that a regular expression looks at
    private static final int LONGEST_VALUE = 10_000;
    /// of a regular expression at characters: some tenths of a second
    private static final int MOST_LOOKS = 10_000_000;

    private final Map<String, Object> inventory;
    private final RuleTargets targets;
    private final List<Note> notes = new ArrayList<>();

    private InspectionRules(Node node, List<Port> ports, Map<String, Object> inventory, Map<String, Object> pluginData) {
        this.inventory = inventory;
        this.targets = new RuleTargets(node, ports, pluginData);
    }

    /// What the rules came to.
    ///
    /// @param edit       of the node
    /// @param ports      those that changed
    /// @param pluginData as it shall be
    /// @param notes      of `log`
    /// @param failure    why the inspection fails; empty when it does not
    public record Outcome(UnaryOperator<Node> edit, List<Port> ports, Map<String, Object> pluginData, List<Note> notes, Optional<String> failure) {}

    /// @param level one of [RuleSyntax#LEVELS]
    public record Note(String rule, String level, String text) {}

    /// A rule that does not work out. The inspection fails of it, as in Ironic.
    static final class RuleException extends RuntimeException {
        RuleException(String message) {
            super(message);
        }
    }

    /// @param rules the one of highest priority comes first, of equal ones the older
    public static Outcome apply(List<InspectionRule> rules, Node node, List<Port> ports, Map<String, Object> inventory, Map<String, Object> pluginData) {
        InspectionRules run = new InspectionRules(node, ports, inventory, pluginData);
        Optional<String> failure = Optional.empty();
        for (InspectionRule rule : rules.stream().sorted(Comparator.comparingInt(InspectionRule::priority).reversed()).toList()) {
            try {
                if (run.holds(rule)) {
                    run.act(rule);
                }
            } catch (RuleException e) {
                failure = Optional.of("inspection rule %s%s: %s".formatted(rule.id(), rule.description() == null ? "" : " (" + rule.description() + ")", e.getMessage()));
                break;
            }
        }
        return new Outcome(run.targets.edit(), run.targets.changedPorts(), run.targets.pluginData(), List.copyOf(run.notes), failure);
    }

    private boolean holds(InspectionRule rule) {
        return rule.conditions().stream().allMatch(this::holds);
    }

    private boolean holds(Map<String, Object> condition) {
        String multiple = condition.get("multiple") instanceof String text ? text : "any";
        List<Object> items = items(condition);
        if (items.isEmpty()) {
            return holds(condition, Optional.empty());
        }
        return switch (multiple) {
            case "all" -> items.stream().allMatch(item -> holds(condition, Optional.of(item)));
            case "last" -> holds(condition, Optional.of(items.getLast()));
            default -> items.stream().anyMatch(item -> holds(condition, Optional.of(item)));
        };
    }

    /// An object is one item; an empty loop is none.
    private static List<Object> items(Map<String, Object> operation) {
        return switch (operation.get("loop")) {
            case List<?> list -> list.stream().map(Object.class::cast).toList();
            case Map<?, ?> map when !map.isEmpty() -> List.of(map);
            case null, default -> List.of();
        };
    }

    private boolean holds(Map<String, Object> condition, Optional<Object> item) {
        String given = String.valueOf(condition.get("op")).strip();
        boolean inverted = given.startsWith("!");
        String op = inverted ? given.substring(1).strip() : given;
        Map<String, Object> args = interpolated(op, RuleSyntax.args("", condition, RuleSyntax.CONDITIONS.get(op)), item);
        Object value = args.get("value");
        boolean holds = switch (op) {
            case "eq", "ne", "lt", "gt" -> compares(op, list(args.get("values")), item.isPresent() || Boolean.TRUE.equals(args.get("force_strings")));
            case "is-empty" -> List.of("", "None", "[]", "{}").contains(Interpolation.shown(value));
            case "is-none" -> value == null;
            case "is-true" -> value instanceof Number number ? number.doubleValue() != 0 : List.of("yes", "true").contains(lower(value));
            case "is-false" -> value == null || (value instanceof Number number ? number.doubleValue() == 0 : List.of("no", "false").contains(lower(value)));
            case "in-net" -> inNet(String.valueOf(args.get("address")), String.valueOf(args.get("subnet")));
            case "matches" -> found(args, value, Matcher::matches);
            case "contains" -> found(args, value, Matcher::find);
            case "one-of" -> list(args.get("values")).stream().anyMatch(one -> Objects.equals(one, value));
            default -> throw new RuleException("the condition '%s' is not known".formatted(op));
        };
        return inverted != holds;
    }

    private static String lower(Object value) {
        return Interpolation.shown(value).toLowerCase(java.util.Locale.ROOT);
    }

    private static List<?> list(Object value) {
        return value instanceof List<?> list ? list : List.of();
    }

    private static boolean compares(String op, List<?> values, boolean asStrings) {
        for (int i = 0; i + 1 < values.size(); i++) {
            Object one = asStrings ? Interpolation.shown(values.get(i)) : values.get(i);
            Object two = asStrings ? Interpolation.shown(values.get(i + 1)) : values.get(i + 1);
            boolean numbers = one instanceof Number && two instanceof Number;
            boolean equal = numbers ? ((Number) one).doubleValue() == ((Number) two).doubleValue() : Objects.equals(one, two);
            boolean holds = switch (op) {
                case "eq" -> equal;
                case "ne" -> !equal;
                default -> {
                    if (!numbers && !(one instanceof String && two instanceof String)) {
                        throw new RuleException("'%s' cannot compare %s and %s; force_strings compares them as texts".formatted(op, one, two));
                    }
                    int order = numbers ? Double.compare(((Number) one).doubleValue(), ((Number) two).doubleValue()) : ((String) one).compareTo((String) two);
                    yield op.equals("lt") ? order < 0 : order > 0;
                }
            };
            if (!holds) {
                return false;
            }
        }
        return true;
    }

    private static Pattern pattern(Map<String, Object> args) {
        try {
            return Pattern.compile(String.valueOf(args.get("regex")));
        } catch (PatternSyntaxException e) {
            throw new RuleException("'%s' is not a regular expression: %s".formatted(args.get("regex"), e.getDescription()));
        }
    }

    /// A pattern may take exponential time for a value, or more calls than a stack holds: then the rule does not work out.
    private static boolean found(Map<String, Object> args, Object value, Predicate<Matcher> search) {
        Pattern pattern = pattern(args);
        try {
            return search.test(pattern.matcher(new Looked(shortened(value), new AtomicInteger())));
        } catch (StackOverflowError | LookedEnough e) {
            throw tooMuch(pattern);
        }
    }

    private static RuleException tooMuch(Pattern pattern) {
        return new RuleException("the regular expression '%s' takes too long for a value of the inventory; write it without a repetition inside a repetition".formatted(pattern));
    }

    private static final class LookedEnough extends RuntimeException {}

    /// A text that counts how often it is looked at.
    private record Looked(CharSequence text, AtomicInteger looks) implements CharSequence {
        @Override
        public int length() {
            return text.length();
        }

        @Override
        public char charAt(int index) {
            if (looks.incrementAndGet() > MOST_LOOKS) {
                throw new LookedEnough();
            }
            return text.charAt(index);
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return new Looked(text.subSequence(start, end), looks);
        }

        @Override
        public String toString() {
            return text.toString();
        }
    }

    private static String shortened(Object value) {
        String text = Interpolation.shown(value);
        return text.length() > LONGEST_VALUE ? text.substring(0, LONGEST_VALUE) : text;
    }

    private static boolean inNet(String address, String subnet) {
        String[] parts = subnet.split("/", 2);
        try {
            byte[] net = InetAddress.ofLiteral(parts[0]).getAddress();
            byte[] host = InetAddress.ofLiteral(address).getAddress();
            int bits = parts.length == 2 ? Integer.parseInt(parts[1]) : net.length * 8;
            if (bits < 0 || bits > net.length * 8) {
                throw new RuleException("'%s' is not a network".formatted(subnet));
            }
            for (int i = 0; net.length == host.length && i < bits; i++) {
                int mask = 0x80 >> i % 8;
                if ((net[i / 8] & mask) != (host[i / 8] & mask)) {
                    return false;
                }
            }
            return net.length == host.length;
        } catch (IllegalArgumentException e) {
            throw new RuleException("'%s' is not an address, or '%s' is not a network".formatted(address, subnet));
        }
    }

    /// Outside of loops only the arguments that hold values are interpolated: a path or regular expression may have braces of its own.
    private Map<String, Object> interpolated(String op, Map<String, Object> args, Optional<Object> item) {
        Map<String, Object> values = new HashMap<>();
        values.put("node", targets.shownNode());
        values.put("inventory", Secrets.mask(inventory));
        values.put("plugin_data", Secrets.mask(targets.pluginData()));
        Interpolation outer = new Interpolation(Map.copyOf(values));
        item.ifPresent(one -> values.put("item", outer.of(one)));
        Interpolation all = new Interpolation(values);
        Map<String, Object> result = new LinkedHashMap<>();
        args.forEach((name, value) -> {
            boolean formatted = item.isPresent() || List.of("value", "msg", "address", "subnet").contains(name) || name.equals("values") && !op.equals("one-of");
            boolean missing = op.equals("is-empty") && value instanceof String text && all.text(text).isEmpty();
            result.put(name, missing ? null : formatted ? all.of(value) : value);
        });
        return result;
    }

    private void act(InspectionRule rule) {
        for (Map<String, Object> action : rule.actions()) {
            List<Object> items = items(action);
            if (items.isEmpty()) {
                act(rule, action, Optional.empty());
            } else {
                items.forEach(item -> act(rule, action, Optional.of(item)));
            }
        }
    }

    private void act(InspectionRule rule, Map<String, Object> action, Optional<Object> item) {
        String op = String.valueOf(action.get("op"));
        Map<String, Object> args = interpolated(op, RuleSyntax.args("", action, RuleSyntax.ACTIONS.get(op)), item);
        String path = String.valueOf(args.get("path"));
        String name = String.valueOf(args.get("name"));
        String port = String.valueOf(args.get("port_id"));
        Object value = args.get("value");
        boolean unique = Boolean.TRUE.equals(args.get("unique"));
        switch (op) {
            case "fail" -> throw new RuleException(String.valueOf(args.get("msg")));
            case "log" -> notes.add(new Note(rule.id().toString(), String.valueOf(args.getOrDefault("level", "info")).toLowerCase(java.util.Locale.ROOT), String.valueOf(args.get("msg"))));
            case "set-attribute" -> targets.setAttribute(path, value);
            case "extend-attribute" -> targets.extendAttribute(path, value, unique);
            case "del-attribute" -> targets.deleteAttribute(path);
            case "set-capability" -> targets.setCapability(name, Interpolation.shown(value));
            case "unset-capability" -> targets.unsetCapability(name);
            case "add-trait" -> targets.addTrait(name);
            case "remove-trait" -> targets.removeTrait(name);
            case "set-plugin-data" -> targets.setPluginData(path, value);
            case "extend-plugin-data" -> targets.extendPluginData(path, value, unique);
            case "unset-plugin-data" -> targets.unsetPluginData(path);
            case "set-port-attribute" -> targets.setPortAttribute(port, path, value);
            case "extend-port-attribute" -> targets.extendPortAttribute(port, path, value);
            case "del-port-attribute" -> targets.deletePortAttribute(port, path);
            default -> throw new RuleException("the action '%s' is not known".formatted(op));
        }
    }
}
