package io.bessemer.cli.pool;

import io.bessemer.cli.client.BessemerClient;
import io.bessemer.cli.client.ServerOptions;
import io.bessemer.cli.node.NodeText;
import io.bessemer.cli.terminal.FactLines;
import io.bessemer.cli.terminal.Table;
import io.bessemer.cli.terminal.Terminal;
import io.bessemer.cli.terminal.Terminal.Colour;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

@Command(name = "show", description = "What is known of a hypervisor: why it is where it is, its checks, guests and versions, and its node's last events.")
final class HypervisorShow implements Callable<Integer> {
    private static final int LAST_EVENTS = 8;

    private final Terminal terminal;

    @Parameters(paramLabel = "NODE", description = "Name or UUID of its node.")
    private String node;

    @Mixin
    private ServerOptions options;

    HypervisorShow(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        JsonNode host = options.ask(client -> client.get(HypervisorCommand.path(node)));
        if (options.json()) {
            terminal.line("%s", BessemerClient.pretty(host));
            return 0;
        }
        List<JsonNode> timeline = options.ask(client -> client.timeline(host.path("node_uuid").asString(node), ""));
        String state = host.path("state").asString("");
        terminal.line("%s", terminal.paint(Colour.BOLD, "%s is '%s' for %s".formatted(PoolText.name(host), state, PoolText.since(host.path("state_since")))));
        String reason = host.path("reason").asString("");
        if (!reason.isEmpty()) {
            Colour colour = state.equals("quarantined") ? Colour.RED : Colour.YELLOW;
            FactLines.wrap(reason, terminal.width() - 2).forEach(line -> terminal.line("%s", terminal.paint(colour, "  " + line)));
        }
        terminal.line("");
        facts(host).print(terminal);
        checks(host.path("checks"));
        guests(host.path("guests"));
        if (!timeline.isEmpty()) {
            List<JsonNode> last = timeline.subList(Math.max(0, timeline.size() - LAST_EVENTS), timeline.size());
            terminal.line("");
            terminal.line("%s", terminal.paint(Colour.BOLD, "Timeline of its node (last %d of %d)".formatted(last.size(), timeline.size())));
            last.forEach(event -> terminal.line("%s", "  " + Terminal.cut(NodeText.event(event), terminal.width() - 2)));
        }
        return 0;
    }

    private static FactLines facts(JsonNode host) {
        Instant deadline = NodeText.instant(host.path("deadline"));
        JsonNode facts = host.path("facts");
        JsonNode capacity = host.path("capacity");
        return new FactLines()
                .add("Pool", "%s in zone %s".formatted(host.path("pool").asString(""), host.path("zone").asString("")))
                .add("Verbs", host.path("verbs").valueStream().map(verb -> verb.asString("")).collect(Collectors.joining(", ")))
                .add("Gives up", deadline == null ? "" : "in " + NodeText.duration(Duration.between(Instant.now(), deadline)))
                .add("Reported", host.path("reported_at").isString() ? PoolText.since(host.path("reported_at")) + " ago" : "")
                .add("Address", host.path("address").asString(""))
                .add("libvirt", host.path("address").isString() ? "qemu+tls://%s/system".formatted(host.path("address").asString()) : "")
                .add("Certificate", certificate(host))
                .add("Cloud", facts.path("cloud").asString(""))
                .add("vCPUs", capacity.isObject() ? PoolText.used(capacity, "vcpus") + " used" : "")
                .add("Memory", capacity.isObject() ? PoolText.memory(capacity) + " used" : "")
                .add("Disk", capacity.isObject() ? PoolText.disk(capacity) + " used" : "")
                .add("Profile", "generation %s%s%s".formatted(host.path("generation").asString("0"), host.path("outdated").asBoolean(false) ? ", outdated" : "",
                        host.path("reimage").asBoolean(false) ? ", will be imaged again" : ""))
                .add("System", joined(facts, "os", "kernel"))
                .add("Versions", Stream.of("agent", "libvirt", "qemu").filter(name -> !facts.path(name).asString("").isEmpty())
                        .map(name -> name + " " + facts.path(name).asString("")).collect(Collectors.joining(", ")))
                .add("CPU", joined(facts.path("cpu"), "model", "virtualization"))
                .add("KVM", kvm(facts.path("kvm")))
                .add("libvirt error", facts.path("libvirt_error").asString(""))
                .add("First boot", facts.at("/first_boot/status").asString("").equals("error") ? "failed: " + PoolText.flat(facts.at("/first_boot/errors"))
                        : facts.at("/first_boot/status").asString(""))
                .add("Node", host.path("node_uuid").asString(""));
    }

    private static String joined(JsonNode facts, String... names) {
        return Stream.of(names).map(name -> facts.path(name).asString("")).filter(text -> !text.isEmpty()).collect(Collectors.joining(", "));
    }

    private static String kvm(JsonNode kvm) {
        if (!kvm.isObject()) {
            return "";
        }
        return kvm.path("device").asBoolean(false) ? "usable" : "not usable: " + kvm.path("error").asString("no reason is told");
    }

    private static String certificate(JsonNode host) {
        Instant end = NodeText.instant(host.path("certificate_expires_at"));
        if (end == null) {
            return "";
        }
        String left = end.isBefore(Instant.now()) ? "it has ended" : "in " + NodeText.duration(Duration.between(Instant.now(), end));
        return "until %s (%s), serial %s".formatted(LocalDate.ofInstant(end, ZoneOffset.UTC), left, host.path("certificate_serial").asString(""));
    }

    private void checks(JsonNode checks) {
        if (checks.isEmpty()) {
            return;
        }
        terminal.line("");
        var table = new Table("CHECK", "STATUS", "SECONDS", "DETAIL");
        checks.forEach(check -> table.row(check.path("check").asString(""), check.path("status").asString(""),
                "%.1f".formatted(check.path("seconds").asDouble(0)), check.path("detail").asString("").lines().findFirst().orElse("")));
        table.print(terminal);
        checks.forEach(this::explain);
    }

    /// A failed check's own output, whole.
    private void explain(JsonNode check) {
        if (check.path("status").asString("").equals("failed")) {
            terminal.line("");
            terminal.line("%s failed:", check.path("check").asString(""));
            check.path("detail").asString("").lines().flatMap(line -> FactLines.wrap(line, terminal.width() - 2).stream())
                    .forEach(line -> terminal.line("  %s", line));
        }
    }

    private void guests(JsonNode guests) {
        if (guests.isEmpty()) {
            return;
        }
        terminal.line("");
        var table = new Table("GUEST", "STATE", "VCPUS", "MEMORY", "UUID");
        guests.forEach(guest -> table.row(guest.path("name").asString(""), guest.path("state").asString(""),
                guest.path("vcpus").asString(""), guest.path("memory_mib").asString("") + " MiB", guest.path("uuid").asString("")));
        table.print(terminal);
    }
}
