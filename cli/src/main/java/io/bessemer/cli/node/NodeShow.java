package io.bessemer.cli.node;

import io.bessemer.cli.client.BessemerClient;
import io.bessemer.cli.client.ServerOptions;
import io.bessemer.cli.terminal.Table;
import io.bessemer.cli.terminal.Terminal;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

@Command(name = "show", description = "Every field of a node that is set.")
final class NodeShow implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private ServerOptions options;

    @Parameters(paramLabel = "NODE", description = "Its name or UUID.")
    private String name;

    NodeShow(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        JsonNode node = options.ask(client -> client.node(name));
        if (options.json()) {
            terminal.line("%s", BessemerClient.pretty(node));
            return 0;
        }
        var table = new Table("FIELD", "VALUE");
        node.properties().stream()
                .filter(field -> !field.getKey().equals("links") && !NodeText.of(field.getValue()).isEmpty())
                .filter(field -> !(field.getValue().isArray() && field.getValue().isEmpty()))
                .forEach(field -> table.row(field.getKey(), NodeText.of(field.getValue())));
        table.print(terminal);
        return 0;
    }
}
