package io.bessemer.cli.apply;

import io.bessemer.cli.CommandFailure;
import io.bessemer.cli.ExitCode;
import io.bessemer.cli.apply.Change.Action;
import io.bessemer.cli.client.BessemerClient;
import io.bessemer.cli.client.ServerOptions;
import io.bessemer.cli.terminal.Terminal;
import io.bessemer.cli.terminal.Terminal.Colour;
import java.io.Console;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "apply", description = {"Bring about what a YAML file describes: nodes, availability_zones, host_profiles, host_pools.",
    "Shows what would change and asks first. What the file does not mention is left alone; applying it twice changes nothing."})
public final class ApplyCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Option(names = {"-f", "--file"}, required = true, paramLabel = "FILE", description = "The file; '-' for standard input.")
    private String file;

    @Option(names = "--dry-run", description = "Only show what would change.")
    private boolean dryRun;

    @Option(names = {"-y", "--yes"}, description = "Do not ask.")
    private boolean yes;

    @Option(names = "--set-secrets", description = "Write passwords too where the server has one: it does not show them, so they cannot be compared.")
    private boolean setSecrets;

    @Option(names = "--wait", paramLabel = "SECONDS", description = "How long nodes may take to their states (default: 3600).")
    private int wait = 3600;

    @Mixin
    private ServerOptions options;

    ApplyCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        List<Described> described = Described.read(text(), file.equals("-") ? "standard input" : file);
        List<Change> changes = options.ask(client -> new Plan(client, setSecrets).of(described));
        List<Change> due = changes.stream().filter(change -> change.action() != Action.UNCHANGED).toList();
        if (!options.json()) {
            PlanText.lines(changes, terminal).forEach(line -> terminal.line("%s", line));
        }
        boolean apply = !due.isEmpty() && !dryRun && agreed();
        if (apply) {
            make(due);
        }
        if (options.json()) {
            terminal.line("%s", BessemerClient.pretty(PlanText.json(changes, apply)));
        }
        return ExitCode.DONE;
    }

    private String text() {
        try {
            return file.equals("-") ? new String(System.in.readAllBytes(), StandardCharsets.UTF_8) : Files.readString(Path.of(file));
        } catch (IOException e) {
            throw new CommandFailure("'%s' cannot be read (%s). Give -f FILE with a YAML file; see docs/how-to/pools.md."
                    .formatted(file, e.getClass().getSimpleName().replace("Exception", "")), e);
        }
    }

    private boolean agreed() {
        if (yes) {
            return true;
        }
        Console console = terminal.interactive() && !options.json() && !file.equals("-") ? System.console() : null;
        if (console == null) {
            throw new CommandFailure(ExitCode.USAGE, "Nobody can be asked here. Give --yes to make these changes, or --dry-run to only see them.", null);
        }
        String answer = console.readLine("Make these changes? [y/N] ");
        if (answer == null || !List.of("y", "yes").contains(answer.strip().toLowerCase(Locale.ROOT))) {
            throw new CommandFailure("Nothing was changed.");
        }
        return true;
    }

    private void make(List<Change> due) throws InterruptedException {
        int[] made = {0};
        options.ask(client -> {
            var application = new Application(client);
            Map<String, String> states = new LinkedHashMap<>();
            for (Change change : due) {
                try {
                    application.make(change);
                } catch (CommandFailure e) {
                    throw new CommandFailure("%s\n%d of %d changes were made before that. Correct it and apply again."
                            .formatted(e.getMessage(), made[0], due.size()), e);
                }
                made[0]++;
                say("%s %s %s".formatted(change.action() == Action.CREATE ? "created" : "changed", change.what().kind().title(), change.what().name()));
                if (change.fields().stream().anyMatch(field -> field.path().equals("state"))) {
                    states.put(change.what().name(), NodeShape.state(change.what()));
                }
            }
            if (!states.isEmpty()) {
                new NodeStates(client, this::say).drive(states, Duration.ofSeconds(wait));
            }
            return made[0];
        });
    }

    private void say(String line) {
        if (!options.json()) {
            terminal.line("%s", terminal.paint(Colour.DIM, line));
        }
    }
}
