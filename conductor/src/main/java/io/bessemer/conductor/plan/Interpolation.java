package io.bessemer.conductor.plan;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Puts values into texts, as Python's `str.format` does with what rules use of it: `{inventory[cpu][count]}`, `{node.driver}`, `{item}`,
/// and `{{` for a brace. A text that names something which is not there stays as it is.
///
/// @param values by the name that stands first: `node`, `inventory`, `plugin_data`, `item`
record Interpolation(Map<String, Object> values) {
    private static final int LONGEST = 1 << 20;
    private static final Pattern FIELD = Pattern.compile("\\{\\{|}}|\\{([^{}]*)}");
    private static final Pattern PART = Pattern.compile("\\[([^\\[\\]]*)]|\\.([A-Za-z_][A-Za-z0-9_]*)");
    private static final Pattern FIRST = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    Object of(Object value) {
        return switch (value) {
            case String text -> text(text).orElse(text);
            case Map<?, ?> map -> {
                Map<String, Object> copy = new LinkedHashMap<>();
                map.forEach((key, inner) -> copy.put(String.valueOf(of(String.valueOf(key))), of(inner)));
                yield copy;
            }
            case List<?> list -> list.stream().map(this::of).toList();
            case null -> null;
            default -> value;
        };
    }

    /// Empty when something that it names is not there.
    Optional<String> text(String text) {
        Matcher matcher = FIELD.matcher(text);
        StringBuilder result = new StringBuilder();
        while (matcher.find()) {
            String replacement;
            if (matcher.group(1) == null) {
                replacement = matcher.group().substring(1);
            } else {
                Optional<Object[]> found = find(matcher.group(1));
                if (found.isEmpty()) {
                    return Optional.empty();
                }
                replacement = shown(found.get()[0]);
            }
            matcher.appendReplacement(result, Matcher.quoteReplacement(replacement));
            if (result.length() > LONGEST) { // of a loop that puts what it has made into itself
                throw new InspectionRules.RuleException("a text of more than %d characters would be made".formatted(LONGEST));
            }
        }
        return Optional.of(matcher.appendTail(result).toString());
    }

    /// The value, which may be null, in an array of one.
    private Optional<Object[]> find(String field) {
        Matcher first = FIRST.matcher(field);
        if (!first.lookingAt() || !values.containsKey(first.group())) {
            return Optional.empty();
        }
        Object value = values.get(first.group());
        Matcher part = PART.matcher(field);
        int at = first.end();
        while (at < field.length()) {
            if (!part.find(at) || part.start() != at) {
                return Optional.empty();
            }
            String key = part.group(1) == null ? part.group(2) : part.group(1);
            if (value instanceof Map<?, ?> map && map.containsKey(key)) {
                value = map.get(key);
            } else if (value instanceof List<?> list && key.matches("\\d{1,6}") && Integer.parseInt(key) < list.size()) {
                value = list.get(Integer.parseInt(key));
            } else {
                return Optional.empty();
            }
            at = part.end();
        }
        return Optional.of(new Object[] {value});
    }

    /// As Python writes it.
    static String shown(Object value) {
        return switch (value) {
            case null -> "None";
            case Boolean flag -> flag ? "True" : "False";
            case Map<?, ?> map when map.isEmpty() -> "{}";
            default -> String.valueOf(value);
        };
    }
}
