package io.bessemer.cli.imports;

import io.bessemer.cli.CommandFailure;
import io.bessemer.cli.ExitCode;
import io.bessemer.cli.client.ApiException;
import io.bessemer.cli.client.BessemerClient;
import io.bessemer.cli.client.Login;
import io.bessemer.cli.client.ServerOptions;
import io.bessemer.cli.imports.Item.Action;
import io.bessemer.cli.terminal.Terminal;
import io.bessemer.cli.terminal.Terminal.Colour;
import java.io.Console;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "ironic", description = {"Take over nodes and what belongs to them from OpenStack Ironic, with their ids, names and states.",
    "Reads Ironic's API, shows what would be taken and what cannot, and asks first. Nothing is changed in Ironic, nothing is done to machines, and what is here already is left alone. "
    + "See docs/how-to/move-from-ironic.md."})
final class ImportIronic implements Callable<Integer> {
    private final Terminal terminal;

    @Option(names = "--url", paramLabel = "URL", description = "Ironic's API, as in http://ironic:6385 (default: what --os-cloud says).")
    private String url;

    @Option(names = "--os-cloud", paramLabel = "NAME", description = "Log in as this cloud of clouds.yaml says.")
    private String cloud;

    @Option(names = "--token", paramLabel = "FILE", description = "Log in by the Keystone token in this file ('-': standard input).")
    private String token;

    @Option(names = "--ironic-ca", paramLabel = "FILE", description = "PEM file of the authorities that Ironic's certificate may be from (default: the JDK's).")
    private Path authorities;

    @Option(names = "--credentials", paramLabel = "FILE",
            description = "Secrets of driver_info, which Ironic's API does not show: CSV with the columns node,ipmi_password,..., or YAML {NODE: {ipmi_password: ...}}.")
    private Path credentials;

    @Option(names = "--dry-run", description = "Only show what would be taken.")
    private boolean dryRun;

    @Option(names = {"-y", "--yes"}, description = "Do not ask.")
    private boolean yes;

    @Mixin
    private ServerOptions options;

    ImportIronic(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        Credentials secrets = credentials == null ? Credentials.NONE : Credentials.read(credentials);
        return options.ask(here -> {
            List<Item> plan;
            try (BessemerClient ironic = source()) {
                plan = new ImportPlan(ironic, here, secrets).items();
            }
            secrets.unused().forEach(node -> say(Colour.YELLOW, "--credentials has '%s', which is no node of Ironic's that is taken.".formatted(node)));
            if (!options.json()) {
                show(plan);
            }
            List<Item> due = plan.stream().filter(item -> item.action() == Action.TAKE).toList();
            boolean made = !due.isEmpty() && !dryRun && agreed();
            List<String> failures = made ? take(due, here) : List.of();
            if (options.json()) {
                terminal.line("%s", BessemerClient.pretty(json(plan, made, failures)));
            }
            if (!failures.isEmpty()) {
                throw new CommandFailure("%d of %d were not taken:\n  %s\nCorrect it and import again: what was taken is left alone then."
                        .formatted(failures.size(), due.size(), String.join("\n  ", failures)));
            }
            return ExitCode.DONE;
        });
    }

    /// By the newest version that both sides know.
    private BessemerClient source() throws ApiException, InterruptedException {
        Clouds.Access access = access();
        String version;
        try (BessemerClient first = new BessemerClient(access.url(), access.login(), authorities)) {
            version = IronicVersion.common(first.get("/"));
        }
        return new BessemerClient(access.url(), access.login(), authorities, version);
    }

    private Clouds.Access access() throws InterruptedException {
        if (cloud != null && token != null) {
            throw new IllegalArgumentException("--os-cloud and --token are two ways to log in. Give one of them.");
        }
        if (cloud != null) {
            return Clouds.access(cloud, url);
        }
        if (url == null) {
            throw new IllegalArgumentException("Where is Ironic? Give --url URL or --os-cloud NAME.");
        }
        String base = url.replaceFirst("/v1/?$", "");
        return new Clouds.Access(base, token == null ? Login.NONE : Login.token(Credentials.text(token)));
    }

    private void show(List<Item> plan) {
        for (Item item : plan) {
            switch (item.action()) {
                case TAKE -> terminal.line("%s", terminal.paint(Colour.GREEN, "+ " + item.title()));
                case THERE -> terminal.line("%s", terminal.paint(Colour.DIM, "= " + item.title()));
                case NOT -> terminal.line("%s", terminal.paint(Colour.YELLOW, "! " + item.title()));
            }
            item.notes().forEach(note -> terminal.line("    %s", note));
        }
        terminal.line("%d to take, %d here already, %d cannot be taken", count(plan, Action.TAKE), count(plan, Action.THERE), count(plan, Action.NOT));
    }

    private static long count(List<Item> plan, Action action) {
        return plan.stream().filter(item -> item.action() == action).count();
    }

    private boolean agreed() {
        if (yes) {
            return true;
        }
        Console console = terminal.interactive() && !options.json() ? System.console() : null;
        if (console == null) {
            throw new CommandFailure(ExitCode.USAGE, "Nobody can be asked here. Give --yes to take these over, or --dry-run to only see them.", null);
        }
        String answer = console.readLine("Take these over? [y/N] ");
        if (answer == null || !List.of("y", "yes").contains(answer.strip().toLowerCase(Locale.ROOT))) {
            throw new CommandFailure("Nothing was taken.");
        }
        return true;
    }

    /// One that fails does not keep the others back; what needs it fails by itself.
    private List<String> take(List<Item> due, BessemerClient here) throws InterruptedException {
        List<String> failures = new ArrayList<>();
        for (Item item : due) {
            try {
                item.take(here);
                say(Colour.DIM, "took " + item.title());
            } catch (ApiException refused) {
                failures.add("%s: %s".formatted(item.title(), refused.getMessage()));
            }
        }
        return failures;
    }

    private void say(Colour colour, String line) {
        if (!options.json()) {
            terminal.line("%s", terminal.paint(colour, line));
        }
    }

    private static Map<String, Object> json(List<Item> plan, boolean made, List<String> failures) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("taken", made);
        json.put("failures", failures);
        json.put("items", plan.stream().map(Item::json).toList());
        return json;
    }
}
