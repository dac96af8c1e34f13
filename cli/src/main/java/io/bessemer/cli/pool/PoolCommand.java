package io.bessemer.cli.pool;

import io.bessemer.cli.client.ApiException;
import io.bessemer.cli.client.BessemerClient;
import io.bessemer.cli.client.ServerOptions;
import io.bessemer.cli.terminal.Table;
import io.bessemer.cli.terminal.Terminal;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

@Command(name = "pool", description = "Host pools: list, show, scale, halt, resume, reimage.",
        subcommands = {PoolCommand.ListAll.class, PoolCommand.Show.class, PoolCommand.Scale.class, PoolCommand.Halt.class, PoolCommand.Resume.class,
            PoolCommand.Reimage.class})
public final class PoolCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Say what to do: list, show, scale, halt, resume or reimage.");
    }

    @Command(name = "list", description = "All host pools: how many hosts they have of how many wanted, and what these can give.")
    static final class ListAll implements Callable<Integer> {
        private final Terminal terminal;

        @Mixin
        private ServerOptions options;

        ListAll(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() throws InterruptedException {
            List<JsonNode> pools = options.ask(client -> client.list("/v1/host_pools?detail=true", "host_pools"));
            if (options.json()) {
                terminal.line("%s", BessemerClient.pretty(pools));
                return 0;
            }
            if (pools.isEmpty()) {
                terminal.line("No host pools yet. Describe one in a file (docs/how-to/pools.md):");
                terminal.line("  ./bessemer apply -f rack.yaml");
                return 0;
            }
            var table = new Table("NAME", "ZONE", "PROFILE", "ENABLED", "OTHERS", "VCPUS", "MEMORY", "HALTED");
            pools.forEach(pool -> table.row(pool.path("name").asString(""), pool.path("zone").asString(""), pool.path("profile").asString(""),
                    "%d of %d".formatted(pool.at("/counts/enabled").asInt(0), pool.path("size").asInt(0)), others(pool.path("counts")),
                    PoolText.used(pool.path("capacity"), "vcpus"), PoolText.memory(pool.path("capacity")), pool.path("halted").asString("")));
            table.print(terminal);
            return 0;
        }

        private static String others(JsonNode counts) {
            String text = String.join(", ", counts.properties().stream()
                    .filter(one -> !one.getKey().equals("enabled") && one.getValue().asInt(0) > 0)
                    .map(one -> one.getValue().asInt(0) + " " + one.getKey()).toList());
            return text.isEmpty() ? "-" : text;
        }
    }

    @Command(name = "show", description = "A host pool and its members.")
    static final class Show implements Callable<Integer> {
        private final Terminal terminal;

        @Parameters(paramLabel = "POOL", description = "Its name.")
        private String name;

        @Mixin
        private ServerOptions options;

        Show(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() throws InterruptedException {
            JsonNode pool = options.ask(client -> client.get(path(name)));
            if (options.json()) {
                terminal.line("%s", BessemerClient.pretty(pool));
                return 0;
            }
            PoolText.fields(terminal, pool, Set.of());
            List<JsonNode> hosts = options.ask(client -> client.list("/v1/hypervisors?pool=" + BessemerClient.segment(name), "hypervisors"));
            terminal.line("");
            if (hosts.isEmpty()) {
                terminal.line("No members yet. Nodes that match its selector and are 'available' become some.");
                return 0;
            }
            PoolText.hosts(terminal, hosts);
            return 0;
        }
    }

    /// A verb that changes a pool and shows what came of it.
    abstract static class Verb implements Callable<Integer> {
        private final Terminal terminal;

        @Parameters(index = "0", paramLabel = "POOL", description = "Its name.")
        private String name;

        @Mixin
        private ServerOptions options;

        Verb(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() throws InterruptedException {
            JsonNode pool = options.ask(client -> {
                ask(client, path(name));
                return client.get(path(name));
            });
            if (options.json()) {
                terminal.line("%s", BessemerClient.pretty(pool));
            } else {
                terminal.line("%s", said(pool));
            }
            return 0;
        }

        abstract void ask(BessemerClient client, String path) throws ApiException, InterruptedException;

        abstract String said(JsonNode pool);

        static void rollout(BessemerClient client, String path, Map<String, ?> body) throws ApiException, InterruptedException {
            client.put(path + "/rollout", body);
        }

        static String name(JsonNode pool) {
            return pool.path("name").asString("");
        }
    }

    @Command(name = "scale", description = "How many hosts a pool shall have. Those that are too many are drained first.")
    static final class Scale extends Verb {
        @Parameters(index = "1", paramLabel = "SIZE", description = "0 to 10000.")
        private int size;

        Scale(Terminal terminal) {
            super(terminal);
        }

        @Override
        void ask(BessemerClient client, String path) throws ApiException, InterruptedException {
            client.patch(path, List.of(Map.of("op", "replace", "path", "/size", "value", size)));
        }

        @Override
        String said(JsonNode pool) {
            return "%s shall have %d hosts; it has %d enabled. Watch: ./bessemer pool show %s".formatted(name(pool), pool.path("size").asInt(0),
                    pool.at("/counts/enabled").asInt(0), name(pool));
        }
    }

    @Command(name = "halt", description = "Change nothing in a pool until it is resumed. Hosts and guests go on.")
    static final class Halt extends Verb {
        @Option(names = "--reason", paramLabel = "TEXT", description = "Why; shown with the pool.")
        private String reason;

        Halt(Terminal terminal) {
            super(terminal);
        }

        @Override
        void ask(BessemerClient client, String path) throws ApiException, InterruptedException {
            rollout(client, path, reason == null ? Map.of("target", "halt") : Map.of("target", "halt", "reason", reason));
        }

        @Override
        String said(JsonNode pool) {
            return "%s is halted: %s. Go on with: ./bessemer pool resume %s".formatted(name(pool), pool.path("halted").asString(""), name(pool));
        }
    }

    @Command(name = "resume", description = "Go on with a pool that was halted.")
    static final class Resume extends Verb {
        Resume(Terminal terminal) {
            super(terminal);
        }

        @Override
        void ask(BessemerClient client, String path) throws ApiException, InterruptedException {
            rollout(client, path, Map.of("target", "resume"));
        }

        @Override
        String said(JsonNode pool) {
            return name(pool) + " goes on.";
        }
    }

    @Command(name = "reimage", description = "Image all hosts of a pool again, some at a time: each is drained, deployed and verified.")
    static final class Reimage extends Verb {
        Reimage(Terminal terminal) {
            super(terminal);
        }

        @Override
        void ask(BessemerClient client, String path) throws ApiException, InterruptedException {
            rollout(client, path, Map.of("target", "reimage"));
        }

        @Override
        String said(JsonNode pool) {
            String halted = pool.path("halted").asString("");
            return "%d hosts of %s will be imaged again.%s".formatted(pool.path("to_reimage").asInt(0), name(pool),
                    halted.isEmpty() ? "" : " It is halted (%s): resume it first.".formatted(halted));
        }
    }

    private static String path(String name) {
        return "/v1/host_pools/" + BessemerClient.segment(name);
    }
}
