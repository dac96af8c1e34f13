package io.bessemer.cli.node;

import io.bessemer.cli.client.BessemerClient;
import io.bessemer.cli.client.ServerOptions;
import io.bessemer.cli.terminal.Table;
import io.bessemer.cli.terminal.Terminal;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

@Command(name = "list", description = "All nodes with their power and provision states.")
final class NodeList implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private ServerOptions options;

    NodeList(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        List<JsonNode> nodes = options.ask(BessemerClient::nodes);
        if (options.json()) {
            terminal.line("%s", BessemerClient.pretty(JsonNodeFactory.instance.arrayNode().addAll(nodes)));
            return 0;
        }
        if (nodes.isEmpty()) {
            terminal.line("No nodes yet. Enrol one:");
            terminal.line("  baremetal node create --driver ipmi --name web-1 \\");
            terminal.line("    --driver-info ipmi_address=10.0.0.7 \\");
            terminal.line("    --driver-info ipmi_username=admin --driver-info ipmi_password=secret");
            terminal.line("or see two virtual machines go through it all: ./bessemer demo");
            return 0;
        }
        var table = new Table("NAME", "STATE", "POWER", "DRIVER", "UUID");
        for (JsonNode node : nodes) {
            String state = node.path("provision_state").asString("") + (node.path("maintenance").asBoolean(false) ? " (maintenance)" : "");
            table.row(node.path("name").asString("-"), state, node.path("power_state").asString("-").replace("power ", ""),
                    node.path("driver").asString(""), node.path("uuid").asString(""));
        }
        table.print(terminal);
        return 0;
    }
}
