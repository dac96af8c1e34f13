package io.bessemer.cli.pool;

import io.bessemer.cli.node.NodeText;
import io.bessemer.cli.terminal.Table;
import io.bessemer.cli.terminal.Terminal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
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

    static String disk(JsonNode capacity) {
        return capacity.isObject() ? used(capacity, "disk_gib") + " GiB" : "-";
    }

    private static String gib(JsonNode mib) {
        double gib = mib.asLong(0) / MIB_A_GIB;
        return gib == Math.rint(gib) ? "%.0f".formatted(gib) : "%.1f".formatted(gib);
    }

    static String since(JsonNode time) {
        Instant instant = NodeText.instant(time);
        return instant == null ? "-" : NodeText.duration(Duration.between(instant, Instant.now()));
    }

    /// `qemu (emulated)`
    static String kind(JsonNode host) {
        return host.path("hypervisor").asString("-") + (host.path("emulated").asBoolean(false) ? " (emulated)" : "");
    }

    /// `4 of 16`, and whether that is emulated.
    static String vcpus(JsonNode capacity) {
        long hosts = capacity.path("hypervisors").asLong(0);
        long emulated = capacity.path("hypervisors_emulated").asLong(0);
        return used(capacity, "vcpus") + (emulated == 0 ? "" : emulated == hosts ? " (emulated)" : " (%d of %d hosts emulate)".formatted(emulated, hosts));
    }

    static String name(JsonNode host) {
        return host.path("node_name").asString(host.path("node_uuid").asString(""));
    }

    /// `2 enabled, 1 deploying`
    static String counts(JsonNode counts) {
        return members(counts, "");
    }

    /// Those that take no guests now: `1 deploying, 1 quarantined`.
    static String others(JsonNode counts) {
        String text = members(counts, "enabled");
        return text.isEmpty() ? "-" : text;
    }

    private static String members(JsonNode counts, String without) {
        return counts.properties().stream().filter(one -> !one.getKey().equals(without) && one.getValue().asInt(0) > 0)
                .map(one -> one.getValue().asInt(0) + " " + one.getKey()).collect(Collectors.joining(", "));
    }

    /// An object's members, or a list's elements, on one line: `resource_class compute; racks r1, r2`.
    static String flat(JsonNode value) {
        if (value.isObject()) {
            return value.properties().stream().filter(one -> !flat(one.getValue()).isEmpty()).map(one -> one.getKey() + " " + flat(one.getValue()))
                    .collect(Collectors.joining("; "));
        }
        if (value.isArray()) {
            return value.valueStream().map(PoolText::flat).collect(Collectors.joining(", "));
        }
        return NodeText.of(value);
    }

    static void hosts(Terminal terminal, List<JsonNode> hosts, boolean withPool) {
        var table = withPool ? new Table("NODE", "STATE", "FOR", "KIND", "GUESTS", "POOL", "REASON") : new Table("NODE", "STATE", "FOR", "KIND", "GUESTS", "ADDRESS", "REASON");
        hosts.forEach(host -> table.row(name(host), host.path("state").asString(""), since(host.path("state_since")), kind(host),
                host.path("capacity").isObject() ? host.path("capacity").path("guests").asString("0") : "-",
                withPool ? host.path("pool").asString("") : host.path("address").asString("-"), host.path("reason").asString("")));
        table.print(terminal);
    }
}
