package io.bessemer.core.plan;

import java.util.LinkedHashMap;
import java.util.Map;

/// Reads what the plans themselves wrote.
final class Bodies {
    private Bodies() {}

    static Map<String, Object> object(Object value) {
        Map<String, Object> object = new LinkedHashMap<>();
        if (value instanceof Map<?, ?> map) {
            map.forEach((key, inner) -> object.put(String.valueOf(key), inner));
        }
        return object;
    }
}
