package io.bessemer.core.node;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/// Ironic's `properties/capabilities`: `boot_mode:uefi,cpu_vt:true`, or an object of the same.
public final class Capabilities {
    private Capabilities() {}

    /// In the order that they stand in; what has not the form is left out.
    public static Map<String, String> of(Object field) {
        Map<String, String> found = new LinkedHashMap<>();
        if (field instanceof Map<?, ?> map) {
            map.forEach((key, value) -> found.put(String.valueOf(key), String.valueOf(value)));
        } else if (field instanceof String text) {
            Arrays.stream(text.split(",")).map(String::strip).filter(pair -> pair.contains(":")).forEach(pair -> {
                int colon = pair.indexOf(':');
                found.put(pair.substring(0, colon).strip(), pair.substring(colon + 1).strip());
            });
        }
        return found;
    }

    public static String text(Map<String, String> capabilities) {
        return capabilities.entrySet().stream().map(entry -> entry.getKey() + ":" + entry.getValue()).collect(Collectors.joining(","));
    }
}
