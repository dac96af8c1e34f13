package io.bessemer.cli.pool;

import io.bessemer.cli.client.BessemerClient;
import io.bessemer.cli.client.ServerOptions;
import io.bessemer.cli.terminal.FactLines;
import io.bessemer.cli.terminal.Table;
import io.bessemer.cli.terminal.Terminal;
import io.bessemer.cli.terminal.Terminal.Colour;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

@Command(name = "profile", description = "Host profiles, which say what hosts are made of: list, show, delete.",
        subcommands = {ProfileCommand.ListAll.class, ProfileCommand.Show.class, ProfileCommand.Delete.class})
public final class ProfileCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Say what to do: list, show or delete. Profiles are made and changed by: apply -f FILE.");
    }

    @Command(name = "list", description = "All host profiles.")
    static final class ListAll implements Callable<Integer> {
        private final Terminal terminal;

        @Mixin
        private ServerOptions options;

        ListAll(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() throws InterruptedException {
            List<JsonNode> profiles = options.ask(client -> client.list("/v1/host_profiles?detail=true", "host_profiles"));
            if (options.json()) {
                terminal.line("%s", BessemerClient.pretty(profiles));
                return 0;
            }
            if (profiles.isEmpty()) {
                terminal.line("No host profiles yet. Describe one in a file (docs/how-to/pools.md):");
                terminal.line("  ./bessemer apply -f rack.yaml");
                return 0;
            }
            var table = new Table("NAME", "IMAGE", "HYPERVISOR", "BOOTSTRAP", "CLOUD", "GENERATION", "DESCRIPTION");
            profiles.forEach(profile -> table.row(profile.path("name").asString(""), profile.path("image").asString(""),
                    profile.path("hypervisor").asString(""), profile.path("bootstrap").asString(""), profile.path("cloud").asString("-"),
                    profile.path("generation").asString(""), profile.path("description").asString("")));
            table.print(terminal);
            return 0;
        }
    }

    @Command(name = "show", description = "A host profile, and the pools that use it.")
    static final class Show implements Callable<Integer> {
        private final Terminal terminal;

        @Parameters(paramLabel = "PROFILE", description = "Its name.")
        private String name;

        @Mixin
        private ServerOptions options;

        Show(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() throws InterruptedException {
            JsonNode profile = options.ask(client -> client.get("/v1/host_profiles/" + BessemerClient.segment(name)));
            if (options.json()) {
                terminal.line("%s", BessemerClient.pretty(profile));
                return 0;
            }
            List<JsonNode> pools = options.ask(client -> client.list("/v1/host_pools?profile=" + BessemerClient.segment(name), "host_pools"));
            terminal.line("%s", terminal.paint(Colour.BOLD, "%s, generation %s".formatted(name, profile.path("generation").asString(""))));
            new FactLines()
                    .add("Description", profile.path("description").asString(""))
                    .add("Image", profile.path("image").asString(""))
                    .add("Hypervisor", profile.path("hypervisor").asString(""))
                    .add("Bootstrap", profile.path("bootstrap").asString(""))
                    .add("Cloud", profile.path("cloud").asString(""))
                    .add("Packages", PoolText.flat(profile.path("packages")))
                    .add("Package mirror", profile.path("package_mirror").asString(""))
                    .add("Networks", lines(profile.path("networks")))
                    .add("Storage pools", lines(profile.path("storage_pools")))
                    .add("Checks", PoolText.flat(profile.path("checks")))
                    .add("Deadlines", profile.path("deadlines").properties().stream().map(one -> "%s %s s".formatted(one.getKey(), one.getValue().asString("")))
                            .collect(Collectors.joining(", ")))
                    .add("Pools", pools.isEmpty() ? "none uses it" : pools.stream().map(pool -> pool.path("name").asString("")).collect(Collectors.joining(", ")))
                    .add("Changed", PoolText.since(profile.path(profile.path("updated_at").isString() ? "updated_at" : "created_at")) + " ago")
                    .print(terminal);
            return 0;
        }

        private static String lines(JsonNode list) {
            return list.valueStream().map(PoolText::flat).collect(Collectors.joining("\n"));
        }
    }

    @Command(name = "delete", description = "Delete a host profile that no pool uses any more.")
    static final class Delete extends Deletion {
        Delete(Terminal terminal) {
            super(terminal, "host profile", "host_profiles", "See ./bessemer profile show %s.");
        }
    }
}
