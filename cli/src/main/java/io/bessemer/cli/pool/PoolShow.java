package io.bessemer.cli.pool;

import io.bessemer.cli.client.BessemerClient;
import io.bessemer.cli.client.ServerOptions;
import io.bessemer.cli.terminal.FactLines;
import io.bessemer.cli.terminal.Terminal;
import io.bessemer.cli.terminal.Terminal.Colour;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

@Command(name = "show", description = "A host pool: whether it is as it shall be, what it lacks and why, and its members.")
final class PoolShow implements Callable<Integer> {
    private final Terminal terminal;

    @Parameters(paramLabel = "POOL", description = "Its name.")
    private String name;

    @Mixin
    private ServerOptions options;

    PoolShow(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        JsonNode pool = options.ask(client -> client.get(PoolCommand.path(name)));
        if (options.json()) {
            terminal.line("%s", BessemerClient.pretty(pool));
            return 0;
        }
        terminal.line("%s", terminal.paint(Colour.BOLD, Terminal.cut(name + ": " + PoolProgress.headline(pool), terminal.width())));
        say(Colour.GREEN, PoolProgress.settled(pool) ? "It is as it shall be." : "");
        String halted = pool.path("halted").asString("");
        say(Colour.RED, halted.isEmpty() ? "" : "Halted: %s. When the cause is cured: ./bessemer pool resume %s".formatted(halted.replaceFirst("\\.$", ""), name));
        String status = pool.path("status").asString("");
        say(Colour.YELLOW, halted.isEmpty() || !status.contains(halted) ? status : "");
        terminal.line("");
        JsonNode capacity = pool.path("capacity");
        new FactLines()
                .add("Description", pool.path("description").asString(""))
                .add("Zone", pool.path("zone").asString(""))
                .add("Profile", pool.path("profile").asString(""))
                .add("Size", pool.path("size").asString(""))
                .add("Members", PoolText.counts(pool.path("counts")))
                .add("Outdated", number(pool.path("outdated"), "of an older generation of the profile"))
                .add("Rollout", number(pool.path("to_reimage"), "to image again"))
                .add("vCPUs", PoolText.vcpus(capacity) + " used")
                .add("Memory", PoolText.memory(capacity) + " used")
                .add("Disk", PoolText.disk(capacity) + " used")
                .add("Guests", capacity.path("guests").asString("0"))
                .add("Selector", PoolText.flat(pool.path("selector")).isEmpty() ? "any node that is 'available'" : PoolText.flat(pool.path("selector")))
                .add("Limits", PoolText.flat(pool.path("limits")))
                .add("Made", PoolText.since(pool.path("created_at")) + " ago")
                .print(terminal);
        List<JsonNode> hosts = options.ask(client -> client.list("/v1/hypervisors?pool=" + BessemerClient.segment(name), "hypervisors"));
        terminal.line("");
        if (hosts.isEmpty()) {
            terminal.line(pool.path("size").asInt(0) == 0 ? "No members, and none are wanted: ./bessemer pool scale " + name + " SIZE"
                    : "No members yet. Nodes that match its selector and are 'available' become some.");
            return 0;
        }
        PoolText.hosts(terminal, hosts, false);
        return 0;
    }

    private void say(Colour colour, String text) {
        if (!text.isEmpty()) {
            FactLines.wrap(text, terminal.width() - 2).forEach(line -> terminal.line("%s", terminal.paint(colour, "  " + line)));
        }
    }

    private static String number(JsonNode value, String what) {
        return value.asInt(0) == 0 ? "" : "%d %s".formatted(value.asInt(0), what);
    }
}
