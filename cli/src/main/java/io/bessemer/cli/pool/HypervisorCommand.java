package io.bessemer.cli.pool;

import io.bessemer.cli.client.BessemerClient;
import io.bessemer.cli.client.ServerOptions;
import io.bessemer.cli.terminal.Table;
import io.bessemer.cli.terminal.Terminal;
import java.util.List;
import java.util.Locale;
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

@Command(name = "hypervisor", description = "Members of host pools: list, show, verify, drain, enable, remove.",
        subcommands = {HypervisorCommand.ListAll.class, HypervisorCommand.Show.class, HypervisorCommand.Verify.class, HypervisorCommand.Drain.class,
            HypervisorCommand.Enable.class, HypervisorCommand.Remove.class})
public final class HypervisorCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Say what to do: list, show, verify, drain, enable or remove.");
    }

    @Command(name = "list", description = "All hypervisors with their states.")
    static final class ListAll implements Callable<Integer> {
        private final Terminal terminal;

        @Option(names = "--pool", paramLabel = "POOL", description = "Only those of this pool.")
        private String pool;

        @Option(names = "--zone", paramLabel = "ZONE", description = "Only those of this availability zone.")
        private String zone;

        @Option(names = "--state", paramLabel = "STATE", description = "Only those in this state: enabled, quarantined, ...")
        private String state;

        @Mixin
        private ServerOptions options;

        ListAll(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() throws InterruptedException {
            String path = "/v1/hypervisors?detail=true" + filter("pool", pool) + filter("zone", zone) + filter("state", state);
            List<JsonNode> hosts = options.ask(client -> client.list(path, "hypervisors"));
            if (options.json()) {
                terminal.line("%s", BessemerClient.pretty(hosts));
                return 0;
            }
            if (hosts.isEmpty()) {
                boolean filtered = pool != null || zone != null || state != null;
                terminal.line(filtered ? "No hypervisor is like that." : "No hypervisors yet. They come from host pools: ./bessemer pool list");
                return 0;
            }
            PoolText.hosts(terminal, hosts);
            return 0;
        }

        private static String filter(String name, String value) {
            return value == null ? "" : "&" + name + "=" + BessemerClient.segment(value);
        }
    }

    @Command(name = "show", description = "All that is known of a hypervisor: its checks, guests and facts.")
    static final class Show implements Callable<Integer> {
        private final Terminal terminal;

        @Parameters(paramLabel = "NODE", description = "Name or UUID of its node.")
        private String node;

        @Mixin
        private ServerOptions options;

        Show(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() throws InterruptedException {
            JsonNode host = options.ask(client -> client.get("/v1/hypervisors/" + BessemerClient.segment(node)));
            if (options.json()) {
                terminal.line("%s", BessemerClient.pretty(host));
                return 0;
            }
            PoolText.fields(terminal, host, Set.of("checks", "guests"));
            if (!host.path("checks").isEmpty()) {
                terminal.line("");
                var checks = new Table("CHECK", "STATUS", "SECONDS", "DETAIL");
                host.path("checks").forEach(check -> checks.row(check.path("check").asString(""), check.path("status").asString(""),
                        "%.1f".formatted(check.path("seconds").asDouble(0)), check.path("detail").asString("").lines().findFirst().orElse("")));
                checks.print(terminal);
                host.path("checks").forEach(this::explain);
            }
            if (!host.path("guests").isEmpty()) {
                terminal.line("");
                var guests = new Table("GUEST", "STATE", "VCPUS", "MEMORY", "UUID");
                host.path("guests").forEach(guest -> guests.row(guest.path("name").asString(""), guest.path("state").asString(""),
                        guest.path("vcpus").asString(""), guest.path("memory_mib").asString("") + " MiB", guest.path("uuid").asString("")));
                guests.print(terminal);
            }
            return 0;
        }

        /// A failed check's own output, whole.
        private void explain(JsonNode check) {
            if (check.path("status").asString("").equals("failed")) {
                terminal.line("");
                terminal.line("%s failed:", check.path("check").asString(""));
                check.path("detail").asString("").lines().forEach(line -> terminal.line("  %s", line));
            }
        }
    }

    /// Asks for a verb and says which state came of it.
    abstract static class Verb implements Callable<Integer> {
        private final Terminal terminal;

        @Parameters(paramLabel = "NODE", description = "Name or UUID of its node.")
        private String node;

        @Mixin
        private ServerOptions options;

        Verb(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() throws InterruptedException {
            String path = "/v1/hypervisors/" + BessemerClient.segment(node) + "/states";
            JsonNode states = options.ask(client -> {
                client.put(path, Map.of("target", getClass().getSimpleName().toLowerCase(Locale.ROOT)));
                return client.get(path);
            });
            terminal.line("%s", options.json() ? BessemerClient.pretty(states) : "%s is '%s'.".formatted(node, states.path("state").asString("")));
            return 0;
        }
    }

    @Command(name = "verify", description = "Run the profile's checks again. It takes no new guests meanwhile.")
    static final class Verify extends Verb {
        Verify(Terminal terminal) {
            super(terminal);
        }
    }

    @Command(name = "drain", description = "Take no new guests, have the others moved or wait for them, then leave the pool.")
    static final class Drain extends Verb {
        Drain(Terminal terminal) {
            super(terminal);
        }
    }

    @Command(name = "enable", description = "Call off a drain.")
    static final class Enable extends Verb {
        Enable(Terminal terminal) {
            super(terminal);
        }
    }

    @Command(name = "remove", description = "Leave the pool at once, whatever guests there are. Its node is torn down.")
    static final class Remove extends Verb {
        Remove(Terminal terminal) {
            super(terminal);
        }
    }
}
