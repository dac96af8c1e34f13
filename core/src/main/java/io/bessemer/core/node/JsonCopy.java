package io.bessemer.core.node;

import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Unmodifiable deep copies of JSON values: maps, lists, strings, numbers, booleans and null.
public final class JsonCopy {
    private JsonCopy() {
    }

    /// Keeps the order of keys and null values, which `Map.copyOf` would not.
    public static Map<String, Object> of(Map<String, Object> object) {
        if (object == null || object.isEmpty()) {
            return Map.of();
        }
        if (object instanceof Copy) {
            return object;
        }
        Map<String, Object> copy = new LinkedHashMap<>();
        object.forEach((key, value) -> copy.put(key, value(value)));
        return new Copy(copy);
    }

    private static Object value(Object value) {
        return switch (value) {
            case Copy copy -> copy;
            case Map<?, ?> map -> {
                Map<String, Object> strings = new LinkedHashMap<>();
                map.forEach((key, inner) -> strings.put(String.valueOf(key), value(inner)));
                yield new Copy(strings);
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

    /// Known to be a copy, so that what is built of what was built copies nothing.
    private static final class Copy extends AbstractMap<String, Object> {
        private final Map<String, Object> members;

        Copy(Map<String, Object> members) {
            this.members = Collections.unmodifiableMap(members);
        }

        @Override
        public Set<Entry<String, Object>> entrySet() {
            return members.entrySet();
        }

        @Override
        public Object get(Object key) {
            return members.get(key);
        }

        @Override
        public boolean containsKey(Object key) {
            return members.containsKey(key);
        }

        @Override
        public int size() {
            return members.size();
        }
    }
}
