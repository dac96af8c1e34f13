package io.bessemer.cli.pool;

import io.bessemer.cli.client.BessemerClient;
import io.bessemer.cli.client.ServerOptions;
import io.bessemer.cli.terminal.Table;
import io.bessemer.cli.terminal.Terminal;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

@Command(name = "zone", description = "Availability zones: list.", subcommands = ZoneCommand.Show.class)
public final class ZoneCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Say what to do: list.");
    }

    @Command(name = "list", description = "All availability zones with what they can give to guests.")
    static final class Show implements Callable<Integer> {
        private final Terminal terminal;

        @Mixin
        private ServerOptions options;

        Show(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() throws InterruptedException {
            List<JsonNode> zones = options.ask(client -> client.list("/v1/availability_zones?detail=true", "availability_zones"));
            if (options.json()) {
                terminal.line("%s", BessemerClient.pretty(zones));
                return 0;
            }
            if (zones.isEmpty()) {
                terminal.line("No availability zones yet. Describe one in a file (docs/how-to/pools.md):");
                terminal.line("  ./bessemer apply -f rack.yaml");
                return 0;
            }
            var table = new Table("NAME", "POOLS", "HOSTS", "VCPUS", "MEMORY", "GUESTS");
            zones.forEach(zone -> table.row(zone.path("name").asString(""), zone.path("pools").size(), zone.at("/capacity/hypervisors").asString("0"),
                    PoolText.used(zone.path("capacity"), "vcpus"), PoolText.memory(zone.path("capacity")), zone.at("/capacity/guests").asString("0")));
            table.print(terminal);
            return 0;
        }
    }
}
