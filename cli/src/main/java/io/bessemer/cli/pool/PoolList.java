package io.bessemer.cli.pool;

import io.bessemer.cli.client.BessemerClient;
import io.bessemer.cli.client.ServerOptions;
import io.bessemer.cli.terminal.FactLines;
import io.bessemer.cli.terminal.Table;
import io.bessemer.cli.terminal.Terminal;
import io.bessemer.cli.terminal.Terminal.Colour;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

@Command(name = "list", description = "All host pools: how many hosts they have of how many wanted, what these can give, and what is wrong.")
final class PoolList implements Callable<Integer> {
    private final Terminal terminal;

    @Option(names = "--zone", paramLabel = "ZONE", description = "Only those of this availability zone.")
    private String zone;

    @Mixin
    private ServerOptions options;

    PoolList(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        String filter = zone == null ? "" : "&zone=" + BessemerClient.segment(zone);
        List<JsonNode> pools = options.ask(client -> client.list("/v1/host_pools?detail=true" + filter, "host_pools"));
        if (options.json()) {
            terminal.line("%s", BessemerClient.pretty(pools));
            return 0;
        }
        if (pools.isEmpty()) {
            terminal.line(zone == null ? "No host pools yet. Describe one in a file (docs/how-to/pools.md):" : "No host pool is in this zone. Describe one in a file (docs/how-to/pools.md):");
            terminal.line("  ./bessemer apply -f rack.yaml");
            return 0;
        }
        var table = new Table("NAME", "ZONE", "PROFILE", "ENABLED", "OTHERS", "VCPUS", "MEMORY");
        pools.forEach(pool -> table.row(pool.path("name").asString(""), pool.path("zone").asString(""), pool.path("profile").asString(""),
                "%d of %d".formatted(pool.at("/counts/enabled").asInt(0), pool.path("size").asInt(0)), PoolText.others(pool.path("counts")),
                PoolText.vcpus(pool.path("capacity")), PoolText.memory(pool.path("capacity"))));
        table.print(terminal);
        pools.forEach(this::trouble);
        return 0;
    }

    /// What a table has no room for.
    private void trouble(JsonNode pool) {
        String halted = pool.path("halted").asString("");
        String text = halted.isEmpty() ? pool.path("status").asString("") : "halted: " + halted;
        if (!text.isEmpty()) {
            terminal.line("");
            FactLines.wrap("%s: %s".formatted(pool.path("name").asString(""), text), terminal.width())
                    .forEach(line -> terminal.line("%s", terminal.paint(Colour.YELLOW, line)));
        }
    }
}
