package io.bessemer.cli.guest;

import io.bessemer.cli.CommandFailure;
import io.bessemer.cli.client.ApiException;
import io.bessemer.cli.client.BessemerClient;
import io.bessemer.cli.client.ServerOptions;
import io.bessemer.cli.terminal.Terminal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
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

@Command(name = "guest", description = "Guests of hosts: list, show, define, start, stop, delete, migrate, console.",
        subcommands = {GuestCommand.ListAll.class, GuestCommand.Show.class, GuestCommand.Define.class, GuestCommand.Start.class, GuestCommand.Stop.class,
            GuestCommand.Delete.class, GuestCommand.Migrate.class, GuestCommand.Console.class})
public final class GuestCommand implements Runnable {
    private static final int MOST_XML_BYTES = 64 * 1024;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Say what to do: list, show, define, start, stop, delete, migrate or console.");
    }

    private static String path(String host) {
        return "/v1/hypervisors/" + BessemerClient.segment(host) + "/guests";
    }

    @Command(name = "list", description = "Guests with their states, of one host or of all.")
    static final class ListAll implements Callable<Integer> {
        private final Terminal terminal;

        @Option(names = "--host", paramLabel = "NODE", description = "Only those of this host.")
        private String host;

        @Option(names = "--pool", paramLabel = "POOL", description = "Only those of hosts of this pool.")
        private String pool;

        @Mixin
        private ServerOptions options;

        ListAll(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() throws InterruptedException {
            List<JsonNode> guests = options.ask(this::guests);
            if (options.json()) {
                terminal.line("%s", BessemerClient.pretty(guests));
                return 0;
            }
            if (guests.isEmpty()) {
                terminal.line("No guests. Define one by libvirt's XML, on an enabled host:");
                terminal.line("  ./bessemer guest define HOST -f guest.xml --start");
                return 0;
            }
            GuestText.list(terminal, guests);
            return 0;
        }

        private List<JsonNode> guests(BessemerClient client) throws ApiException, InterruptedException {
            var all = new ArrayList<JsonNode>();
            for (String one : hosts(client, host, pool)) {
                all.addAll(client.list(path(one) + "?detail=true", "guests"));
            }
            return all;
        }
    }

    /// @param host null for all
    /// @param pool null for all
    private static List<String> hosts(BessemerClient client, String host, String pool) throws ApiException, InterruptedException {
        if (host != null) {
            return List.of(host);
        }
        String filter = pool == null ? "" : "?pool=" + BessemerClient.segment(pool);
        return client.list("/v1/hypervisors" + filter, "hypervisors").stream().map(one -> one.path("node_uuid").asString("")).toList();
    }

    /// What is about one guest. Its host need not be said: it moves.
    abstract static class OfOne implements Callable<Integer> {
        final Terminal terminal;

        @Parameters(paramLabel = "GUEST", description = "Name or UUID of the guest.")
        String guest;

        @Option(names = "--host", paramLabel = "NODE", description = "Its host; sought when not given.")
        String host;

        @Mixin
        ServerOptions options;

        OfOne(Terminal terminal) {
            this.terminal = terminal;
        }

        JsonNode find(BessemerClient client) throws ApiException, InterruptedException {
            if (host != null) {
                return client.get(path(host) + "/" + BessemerClient.segment(guest));
            }
            var found = new ArrayList<JsonNode>();
            for (String one : hosts(client, null, null)) {
                client.list(path(one) + "?detail=true", "guests").stream()
                        .filter(seen -> seen.path("uuid").asString("").equalsIgnoreCase(guest) || seen.path("name").asString("").equals(guest)).forEach(found::add);
            }
            if (found.isEmpty()) {
                throw new CommandFailure("No host has a guest '%s'. There are: ./bessemer guest list".formatted(guest));
            }
            if (found.size() > 1) {
                throw new CommandFailure("Several hosts have a guest '%s': %s. Say which by --host."
                        .formatted(guest, String.join(", ", found.stream().map(GuestText::host).toList())));
            }
            return found.getFirst();
        }

        static String path(JsonNode guest, String verb) {
            return GuestCommand.path(guest.path("node_uuid").asString("")) + "/" + guest.path("uuid").asString("") + verb;
        }

        static String path(String host) {
            return GuestCommand.path(host);
        }
    }

    @Command(name = "show", description = "All that is known of a guest.")
    static final class Show extends OfOne {
        Show(Terminal terminal) {
            super(terminal);
        }

        @Override
        public Integer call() throws InterruptedException {
            JsonNode found = options.ask(this::find);
            if (options.json()) {
                terminal.line("%s", BessemerClient.pretty(found));
                return 0;
            }
            GuestText.show(terminal, found);
            return 0;
        }
    }

    @Command(name = "console", description = "Where a running guest's consoles are on its host, and how to reach them.")
    static final class Console extends OfOne {
        Console(Terminal terminal) {
            super(terminal);
        }

        @Override
        public Integer call() throws InterruptedException {
            record Found(JsonNode guest, String address) {}
            Found found = options.ask(client -> {
                JsonNode one = find(client);
                return new Found(one, client.get("/v1/hypervisors/" + one.path("node_uuid").asString("")).path("address").asString(""));
            });
            List<String> consoles = found.guest.path("consoles").valueStream().map(console -> console.asString("")).toList();
            if (options.json()) {
                terminal.line("%s", BessemerClient.pretty(Map.of("host", GuestText.host(found.guest), "address", found.address, "consoles", consoles)));
                return 0;
            }
            if (consoles.isEmpty()) {
                terminal.line("%s is '%s' and has no console. A guest has those that its XML", guest, found.guest.path("state").asString(""));
                terminal.line("names (<serial>, <console>, <graphics>), while it runs.");
                return 0;
            }
            consoles.forEach(console -> terminal.line("%s on %s (%s)", console, GuestText.host(found.guest), found.address));
            terminal.line("");
            terminal.line("A pty, with a client certificate (docs/how-to/guests.md):");
            terminal.line("  virsh -c qemu+tls://%s/system console %s", found.address, found.guest.path("name").asString(""));
            return 0;
        }
    }

    @Command(name = "define", description = "Define a guest on an enabled host by libvirt's XML.")
    static final class Define implements Callable<Integer> {
        private final Terminal terminal;

        @Parameters(paramLabel = "HOST", description = "Name or UUID of the host's node.")
        private String host;

        @Option(names = {"-f", "--file"}, paramLabel = "FILE", required = true, description = "libvirt's <domain>; - for standard input.")
        private String file;

        @Option(names = "--name", paramLabel = "NAME", description = "Its name, when the XML does not say it.")
        private String name;

        @Option(names = "--start", description = "Have it running.")
        private boolean start;

        @Mixin
        private ServerOptions options;

        Define(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() throws InterruptedException, IOException {
            var body = new LinkedHashMap<String, Object>();
            body.put("xml", xml());
            if (name != null) {
                body.put("name", name);
            }
            body.put("target_state", start ? "running" : "shut off");
            JsonNode defined = options.ask(client -> client.post(path(host), body));
            terminal.line("%s", options.json() ? BessemerClient.pretty(defined) : "%s shall be '%s' on %s. Look: ./bessemer guest show %s".formatted(
                    defined.path("name").asString(""), defined.path("target_state").asString(""), host, defined.path("name").asString("")));
            return 0;
        }

        private String xml() throws IOException {
            byte[] bytes;
            try (var in = file.equals("-") ? System.in : Files.newInputStream(Path.of(file))) {
                bytes = in.readNBytes(MOST_XML_BYTES + 1);
            } catch (NoSuchFileException e) {
                throw new CommandFailure("There is no file %s.".formatted(file));
            }
            if (bytes.length > MOST_XML_BYTES) {
                throw new CommandFailure("%s has more than %d bytes, which a guest's XML may have.".formatted(file, MOST_XML_BYTES));
            }
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }

    /// Says what a guest shall be.
    abstract static class Verb extends OfOne {
        private final String target;

        Verb(Terminal terminal, String target) {
            super(terminal);
            this.target = target;
        }

        @Override
        public Integer call() throws InterruptedException {
            JsonNode after = options.ask(client -> {
                JsonNode found = find(client);
                client.put(path(found, "/states"), Map.of("target", target));
                return client.get(path(found, ""));
            });
            terminal.line("%s", options.json() ? BessemerClient.pretty(after) : "%s on %s shall be '%s', and is '%s'.".formatted(after.path("name").asString(""),
                    GuestText.host(after), target, after.path("state").asString("")));
            return 0;
        }
    }

    @Command(name = "start", description = "Have a guest running, also after its host's restart.")
    static final class Start extends Verb {
        Start(Terminal terminal) {
            super(terminal, "running");
        }
    }

    @Command(name = "stop", description = "Have a guest shut off: asked to shut down, and stopped after a minute.")
    static final class Stop extends Verb {
        Stop(Terminal terminal) {
            super(terminal, "shut off");
        }
    }

    @Command(name = "delete", description = "Stop a guest and forget its definition. Its volumes stay.")
    static final class Delete extends OfOne {
        Delete(Terminal terminal) {
            super(terminal);
        }

        @Override
        public Integer call() throws InterruptedException {
            JsonNode found = options.ask(client -> {
                JsonNode one = find(client);
                client.delete(path(one, ""));
                return one;
            });
            terminal.line("%s", options.json() ? BessemerClient.pretty(Map.of("uuid", found.path("uuid").asString(""), "target_state", "absent"))
                    : "%s on %s is being removed.".formatted(found.path("name").asString(""), GuestText.host(found)));
            return 0;
        }
    }

    @Command(name = "migrate", description = "Move a guest to another host of its pool while it runs.")
    static final class Migrate extends OfOne {
        @Option(names = "--to", paramLabel = "NODE", description = "The other host; chosen when not given.")
        private String target;

        Migrate(Terminal terminal) {
            super(terminal);
        }

        @Override
        public Integer call() throws InterruptedException {
            JsonNode after = options.ask(client -> {
                JsonNode found = find(client);
                client.put(path(found, "/migrate"), target == null ? Map.of() : Map.of("target", target));
                return client.get(path(found, ""));
            });
            terminal.line("%s", options.json() ? BessemerClient.pretty(after)
                    : "%s %s. Watch: ./bessemer guest list".formatted(after.path("name").asString(""), GuestText.remark(after)));
            return 0;
        }
    }
}
