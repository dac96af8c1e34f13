package io.bessemer.cli.guest;

import io.bessemer.cli.node.NodeText;
import io.bessemer.cli.terminal.Table;
import io.bessemer.cli.terminal.Terminal;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// Guests in the words of a terminal.
final class GuestText {
    private GuestText() {}

    static void list(Terminal terminal, List<JsonNode> guests) {
        var table = new Table("NAME", "HOST", "STATE", "MEMORY", "REMARK");
        guests.forEach(guest -> table.row(guest.path("name").asString(""), host(guest), state(guest), memory(guest), remark(guest)));
        table.print(terminal);
    }

    static void show(Terminal terminal, JsonNode guest) {
        var table = new Table("FIELD", "VALUE");
        guest.properties().forEach(entry -> {
            String name = entry.getKey();
            JsonNode value = entry.getValue();
            if (name.equals("links")) {
                return;
            }
            if (name.equals("migration") && value.isObject()) {
                value.properties().forEach(inner -> row(table, "migration/" + inner.getKey(), NodeText.of(inner.getValue())));
            } else if (name.equals("consoles")) {
                row(table, name, String.join(", ", value.valueStream().map(console -> console.asString("")).toList()));
            } else {
                row(table, name, NodeText.of(value));
            }
        });
        table.print(terminal);
    }

    private static void row(Table table, String name, String text) {
        if (!text.isEmpty()) {
            table.row(name, text);
        }
    }

    static String host(JsonNode guest) {
        String name = guest.path("node_name").asString("");
        return name.isEmpty() ? guest.path("node_uuid").asString("") : name;
    }

    /// `running`, or `shut off → running` while it is not as it shall be.
    private static String state(JsonNode guest) {
        String state = guest.path("state").asString("");
        String wanted = guest.path("target_state").asString("");
        return wanted.isEmpty() || wanted.equals(state) ? state : state + " → " + wanted;
    }

    private static String memory(JsonNode guest) {
        return guest.path("memory_mib").isNumber() ? guest.path("memory_mib").asLong(0) + " MiB" : "-";
    }

    static String remark(JsonNode guest) {
        String error = guest.path("error").asString("");
        JsonNode migration = guest.path("migration");
        if (!migration.isObject()) {
            return !error.isEmpty() ? error : guest.path("target_state").isNull() ? "made by libvirt itself" : "";
        }
        String target = migration.path("target").asString("");
        String progress = migration.path("progress").asString("");
        return target.isEmpty() ? "has no host to move to: " + error : "moves to %s%s".formatted(target, progress.isEmpty() ? "" : ": " + progress);
    }
}
