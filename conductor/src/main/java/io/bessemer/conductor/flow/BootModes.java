package io.bessemer.conductor.flow;

import io.bessemer.core.node.BootMode;
import io.bessemer.core.node.Node;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/// Which boot mode a machine has, and Ironic's `capabilities` string that may say so: `boot_mode:uefi,cpu_vt:true`.
public final class BootModes {
    private BootModes() {
    }

    /// What the operator wrote, else what the agent saw, else BIOS: a machine that was never inspected is mostly asked to boot from
    /// the network once, which BMCs do whatever mode the flag names.
    public static BootMode of(Node node) {
        return BootMode.fromWire(capabilities(node.properties().get("capabilities")).get("boot_mode"))
                .orElse(node.bootMode() == null ? BootMode.BIOS : node.bootMode());
    }

    static Map<String, String> capabilities(Object field) {
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

    static String text(Map<String, String> capabilities) {
        return capabilities.entrySet().stream().map(entry -> entry.getKey() + ":" + entry.getValue()).collect(Collectors.joining(","));
    }
}
