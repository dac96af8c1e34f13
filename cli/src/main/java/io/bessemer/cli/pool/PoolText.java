package io.bessemer.cli.pool;

import io.bessemer.cli.node.NodeText;
import io.bessemer.cli.terminal.Table;
import io.bessemer.cli.terminal.Terminal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// Pools and hypervisors in the words of a terminal.
final class PoolText {
    private static final double MIB_A_GIB = 1024;

    private PoolText() {}

    /// `4 of 16`
    static String used(JsonNode capacity, String name) {
        return capacity.isObject() ? "%d of %d".formatted(capacity.path(name + "_used").asLong(0), capacity.path(name).asLong(0)) : "-";
    }

    /// `0.5 of 8 GiB`
    static String memory(JsonNode capacity) {
        return capacity.isObject() ? "%s of %s GiB".formatted(gib(capacity.path("memory_mib_used")), gib(capacity.path("memory_mib"))) : "-";
    }

    private static String gib(JsonNode mib) {
        double gib = mib.asLong(0) / MIB_A_GIB;
        return gib == Math.rint(gib) ? "%.0f".formatted(gib) : "%.1f".formatted(gib);
    }

    static String since(JsonNode time) {
        Instant instant = NodeText.instant(time);
        return instant == null ? "-" : NodeText.duration(Duration.between(instant, Instant.now()));
    }

    static String name(JsonNode host) {
        return host.path("node_name").asString(host.path("node_uuid").asString(""));
    }

    /// Fields that are set, without those that are shown elsewhere.
    static void fields(Terminal terminal, JsonNode thing, Set<String> without) {
        var table = new Table("FIELD", "VALUE");
        thing.properties().stream()
                .filter(field -> !field.getKey().equals("links") && !without.contains(field.getKey()))
                .filter(field -> !NodeText.of(field.getValue()).isEmpty() && !(field.getValue().isArray() && field.getValue().isEmpty()))
                .forEach(field -> flat(table, field.getKey(), field.getValue()));
        table.print(terminal);
    }

    /// An object's members get lines of their own.
    private static void flat(Table table, String name, JsonNode value) {
        if (value.isObject()) {
            value.properties().forEach(inner -> flat(table, name + "/" + inner.getKey(), inner.getValue()));
            return;
        }
        String text = NodeText.of(value);
        if (!text.isEmpty() && !text.equals("[]")) {
            table.row(name, text);
        }
    }

    static void hosts(Terminal terminal, List<JsonNode> hosts) {
        var table = new Table("NODE", "POOL", "ZONE", "STATE", "FOR", "GUESTS", "REASON");
        hosts.forEach(host -> table.row(name(host), host.path("pool").asString(""), host.path("zone").asString(""), host.path("state").asString(""),
                since(host.path("state_since")), host.path("capacity").isObject() ? host.path("capacity").path("guests").asString("0") : "-",
                host.path("reason").asString("")));
        table.print(terminal);
    }
}
