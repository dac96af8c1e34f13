package io.bessemer.cli.pool;

import io.bessemer.cli.client.BessemerClient;
import io.bessemer.cli.client.ServerOptions;
import io.bessemer.cli.terminal.FactLines;
import io.bessemer.cli.terminal.Table;
import io.bessemer.cli.terminal.Terminal;
import io.bessemer.cli.terminal.Terminal.Colour;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

@Command(name = "zone", description = "Availability zones: list, show, create, delete.",
        subcommands = {ZoneCommand.ListAll.class, ZoneCommand.Show.class, ZoneCommand.Create.class, ZoneCommand.Delete.class})
public final class ZoneCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Say what to do: list, show, create or delete.");
    }

    @Command(name = "list", description = "All availability zones with what they can give to guests.")
    static final class ListAll implements Callable<Integer> {
        private final Terminal terminal;

        @Mixin
        private ServerOptions options;

        ListAll(Terminal terminal) {
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
                terminal.line("No availability zones yet. Make one: ./bessemer zone create az1");
                terminal.line("or describe one, with all the rest, in a file (docs/how-to/pools.md):");
                terminal.line("  ./bessemer apply -f rack.yaml");
                return 0;
            }
            var table = new Table("NAME", "POOLS", "HOSTS", "VCPUS", "MEMORY", "GUESTS", "DESCRIPTION");
            zones.forEach(zone -> table.row(zone.path("name").asString(""), zone.path("pools").size(), zone.at("/capacity/hypervisors").asString("0"),
                    PoolText.vcpus(zone.path("capacity")), PoolText.memory(zone.path("capacity")), zone.at("/capacity/guests").asString("0"),
                    zone.path("description").asString("")));
            table.print(terminal);
            return 0;
        }
    }

    @Command(name = "show", description = "An availability zone, its pools and what they can give.")
    static final class Show implements Callable<Integer> {
        private final Terminal terminal;

        @Parameters(paramLabel = "ZONE", description = "Its name.")
        private String name;

        @Mixin
        private ServerOptions options;

        Show(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() throws InterruptedException {
            JsonNode zone = options.ask(client -> client.get("/v1/availability_zones/" + BessemerClient.segment(name)));
            if (options.json()) {
                terminal.line("%s", BessemerClient.pretty(zone));
                return 0;
            }
            List<JsonNode> pools = options.ask(client -> client.list("/v1/host_pools?detail=true&zone=" + BessemerClient.segment(name), "host_pools"));
            JsonNode capacity = zone.path("capacity");
            terminal.line("%s", terminal.paint(Colour.BOLD, zone.path("name").asString("")));
            new FactLines()
                    .add("Description", zone.path("description").asString(""))
                    .add("Hosts", capacity.path("hypervisors").asString("0") + " enabled")
                    .add("vCPUs", PoolText.vcpus(capacity) + " used")
                    .add("Memory", PoolText.memory(capacity) + " used")
                    .add("Disk", PoolText.disk(capacity) + " used")
                    .add("Guests", capacity.path("guests").asString("0"))
                    .add("Made", PoolText.since(zone.path("created_at")) + " ago")
                    .print(terminal);
            terminal.line("");
            if (pools.isEmpty()) {
                terminal.line("No pools yet: ./bessemer pool create NAME --zone %s --profile PROFILE", name);
                return 0;
            }
            var table = new Table("POOL", "PROFILE", "ENABLED", "OTHERS", "STATUS");
            pools.forEach(pool -> table.row(pool.path("name").asString(""), pool.path("profile").asString(""),
                    "%d of %d".formatted(pool.at("/counts/enabled").asInt(0), pool.path("size").asInt(0)), PoolText.others(pool.path("counts")),
                    pool.path("status").asString("")));
            table.print(terminal);
            return 0;
        }
    }

    @Command(name = "create", description = "Make an availability zone.")
    static final class Create implements Callable<Integer> {
        private final Terminal terminal;

        @Parameters(paramLabel = "ZONE", description = "Its name, as in Nova; it cannot be changed.")
        private String name;

        @Option(names = "--description", paramLabel = "TEXT", description = "For people.")
        private String description;

        @Mixin
        private ServerOptions options;

        Create(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() throws InterruptedException {
            Map<String, Object> body = new LinkedHashMap<>(Map.of("name", name));
            if (description != null) {
                body.put("description", description);
            }
            JsonNode zone = options.ask(client -> client.post("/v1/availability_zones", body));
            terminal.line("%s", options.json() ? BessemerClient.pretty(zone)
                    : "%s is made. Next: ./bessemer pool create NAME --zone %s --profile PROFILE".formatted(name, name));
            return 0;
        }
    }

    @Command(name = "delete", description = "Delete an availability zone that has no pools any more.")
    static final class Delete extends Deletion {
        Delete(Terminal terminal) {
            super(terminal, "availability zone", "availability_zones", "See ./bessemer zone show %s.");
        }
    }
}
