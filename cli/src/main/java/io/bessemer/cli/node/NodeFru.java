package io.bessemer.cli.node;

import io.bessemer.cli.client.BessemerClient;
import io.bessemer.cli.client.ServerOptions;
import io.bessemer.cli.terminal.FactLines;
import io.bessemer.cli.terminal.Terminal;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

@Command(name = "fru", description = "Makers, models and serial numbers of a node's parts, as its BMC keeps them.")
final class NodeFru implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private ServerOptions options;

    @Parameters(paramLabel = "NODE", description = "Its name or UUID.")
    private String name;

    NodeFru(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        JsonNode answer = options.ask(client -> client.get("/v1/nodes/" + BessemerClient.segment(name) + "/fru"));
        if (options.json()) {
            terminal.line("%s", BessemerClient.pretty(answer));
            return 0;
        }
        if (answer.path("fru").isEmpty()) {
            terminal.line("%s", "The BMC of %s tells of no parts.".formatted(name));
        }
        answer.path("fru").forEach(part -> {
            terminal.line(terminal.paint(Terminal.Colour.BOLD, "%s (FRU %d)".formatted(NodeText.of(part.path("name")), part.path("id").asInt(0))));
            var facts = new FactLines();
            part.properties().stream().filter(fact -> !fact.getKey().equals("id") && !fact.getKey().equals("name")).forEach(fact -> Facts.add(facts, fact.getKey(), fact.getValue()));
            facts.print(terminal);
        });
        return 0;
    }
}
