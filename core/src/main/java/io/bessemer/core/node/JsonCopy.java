package io.bessemer.core.node;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Unmodifiable deep copies of JSON values: maps, lists, strings, numbers, booleans and null.
public final class JsonCopy {
    private JsonCopy() {
    }

    /// Keeps the order of keys and null values, which `Map.copyOf` would not.
    public static Map<String, Object> of(Map<String, Object> object) {
        if (object == null) {
            return Map.of();
        }
        Map<String, Object> copy = new LinkedHashMap<>();
        object.forEach((key, value) -> copy.put(key, value(value)));
        return Collections.unmodifiableMap(copy);
    }

    private static Object value(Object value) {
        return switch (value) {
            case Map<?, ?> map -> {
                Map<String, Object> strings = new LinkedHashMap<>();
                map.forEach((key, inner) -> strings.put(String.valueOf(key), value(inner)));
                yield Collections.unmodifiableMap(strings);
            }
            case List<?> list -> {
                List<Object> copy = new ArrayList<>();
                list.forEach(inner -> copy.add(value(inner)));
                yield Collections.unmodifiableList(copy);
            }
            case null -> null;
            default -> value;
        };
    }
}
