package io.bessemer.cli.event;

import io.bessemer.cli.node.NodeText;
import tools.jackson.databind.JsonNode;

/// An event on a line.
final class EventText {
    private static final int SHORT_UUID = 8;

    private EventText() {}

    /// `12:03:04.512  node.provision_set.start      n1        available → deploying (deploy)`
    static String line(JsonNode event) {
        String type = event.path("type").asString("");
        JsonNode data = event.path("data");
        return "%s  %-29s %-8s  %s".formatted(NodeText.clock(event.path("timestamp")), type.replaceFirst("^(baremetal|bessemer)\\.", ""), name(event), detail(type, data)).stripTrailing();
    }

    private static String name(JsonNode event) {
        String name = event.at("/data/name").asString("");
        String uuid = event.at("/data/uuid").asString(event.path("node_uuid").asString(event.at("/data/node_uuid").asString("")));
        return !name.isEmpty() ? name : uuid.length() > SHORT_UUID ? uuid.substring(0, SHORT_UUID) : uuid;
    }

    private static String detail(String type, JsonNode data) {
        String[] words = type.split("\\.");
        String thing = words.length > 2 ? words[1] + "." + words[2] : type;
        String error = type.endsWith(".error") ? text(data, "last_error") : "";
        return switch (thing) {
            case "node.provision_set" -> "%s → %s%s%s".formatted(text(data, "previous_provision_state"), text(data, "provision_state"),
                    text(data, "event").isEmpty() ? "" : " (" + text(data, "event") + ")", error.isEmpty() ? "" : ": " + error);
            case "node.power_set" -> "to %s%s".formatted(text(data, "to_power"), error.isEmpty() ? "" : ": " + error);
            case "node.power_state_corrected" -> "%s → %s".formatted(text(data, "from_power"), text(data, "power_state"));
            case "node.maintenance_set" -> data.path("maintenance").asBoolean(false) ? "on" + (text(data, "maintenance_reason").isEmpty() ? "" : ": " + text(data, "maintenance_reason")) : "off";
            case "node.console_set" -> data.path("console_enabled").asBoolean(false) ? "on" : "off";
            case "hypervisor.state_set" -> "%s → %s%s".formatted(text(data, "previous_state").isEmpty() ? "new" : text(data, "previous_state"),
                    text(data, "state").isEmpty() ? "gone" : text(data, "state"), text(data, "reason").isEmpty() ? "" : ": " + text(data, "reason"));
            default -> words.length > 1 ? switch (words[1]) {
                case "port", "portgroup" -> text(data, "address");
                case "allocation" -> text(data, "state");
                case "host_pool" -> "size " + text(data, "size");
                default -> "";
            } : "";
        };
    }

    private static String text(JsonNode data, String field) {
        return NodeText.of(data.path(field));
    }
}
