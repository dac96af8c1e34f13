package io.bessemer.cli.apply;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// What a node in a file has beyond the API's fields: ports and the state that it shall come to.
final class NodeShape {
    /// in the order in which a node goes through them
    static final List<String> STATES = List.of("enroll", "manageable", "available");

    private static final List<String> PORT_FIELDS = List.of("address", "pxe_enabled", "physical_network", "extra", "local_link_connection");

    private NodeShape() {}

    static void check(Described node) {
        for (String name : List.of("driver_info", "properties", "extra")) {
            if (node.fields().get(name) != null && !(node.fields().get(name) instanceof Map)) {
                throw node.wrong(name, "must be a mapping.");
            }
        }
        Object traits = node.fields().getOrDefault("traits", List.of());
        if (!(traits instanceof List<?> list) || !list.stream().allMatch(String.class::isInstance)) {
            throw node.wrong("traits", "must be a list of strings.");
        }
        if (!STATES.contains(state(node))) {
            throw node.wrong("state", "'%s' is not one of %s.".formatted(state(node), String.join(", ", STATES)));
        }
        ports(node);
    }

    static String state(Described node) {
        return String.valueOf(node.fields().getOrDefault("state", STATES.getFirst()));
    }

    /// By MAC address; a port may be written as its address alone.
    static Map<String, Map<String, Object>> ports(Described node) {
        Map<String, Map<String, Object>> ports = new LinkedHashMap<>();
        Object written = node.fields().get("ports");
        if (written == null) {
            return ports;
        }
        if (!(written instanceof List<?> list)) {
            throw node.wrong("ports", "must be a list of MAC addresses, or of mappings with 'address: ...'.");
        }
        for (int i = 0; i < list.size(); i++) {
            String where = "ports/" + i;
            Map<String, Object> port = new LinkedHashMap<>();
            switch (list.get(i)) {
                case String address -> port.put("address", address);
                case Map<?, ?> map -> map.forEach((key, value) -> port.put(String.valueOf(key), value));
                case null, default -> throw node.wrong(where, "must be a MAC address in quotes, or a mapping with 'address: ...'.");
            }
            port.keySet().stream().filter(key -> !PORT_FIELDS.contains(key)).findFirst().ifPresent(key -> {
                throw node.wrong(where + "/" + key, "is not a field of a port here. Fields: %s.".formatted(String.join(", ", PORT_FIELDS)));
            });
            if (!(port.get("address") instanceof String address) || !address.matches("[0-9A-Fa-f]{2}([:-][0-9A-Fa-f]{2}){5}")) {
                throw node.wrong(where, "'%s' is not a MAC address such as 52:54:00:12:34:56.".formatted(port.get("address")));
            }
            String mac = address.toLowerCase(Locale.ROOT).replace('-', ':');
            port.put("address", mac);
            if (ports.put(mac, port) != null) {
                throw node.wrong(where, "%s is there twice.".formatted(mac));
            }
        }
        return ports;
    }
}
