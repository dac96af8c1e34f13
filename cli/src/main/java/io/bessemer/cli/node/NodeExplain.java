package io.bessemer.cli.node;

import io.bessemer.cli.client.BessemerClient;
import io.bessemer.cli.client.ServerOptions;
import io.bessemer.cli.terminal.Terminal;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

@Command(name = "explain", description = "Why a node is where it is: its phase, what was seen last, what to try.")
final class NodeExplain implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private ServerOptions options;

    @Parameters(paramLabel = "NODE", description = "Its name or UUID.")
    private String name;

    NodeExplain(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        JsonNode explanation = options.ask(client -> client.explanation(name));
        if (options.json()) {
            terminal.line("%s", BessemerClient.pretty(explanation));
            return 0;
        }
        List<JsonNode> timeline = options.ask(client -> client.timeline(name, ""));
        ExplanationText.lines(terminal, explanation, timeline, Instant.now()).forEach(line -> terminal.line("%s", line));
        return 0;
    }
}
