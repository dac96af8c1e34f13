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

@Command(name = "sensors", description = "What a node's BMC reads now: temperatures, fans, power, drives.")
final class NodeSensors implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private ServerOptions options;

    @Parameters(paramLabel = "NODE", description = "Its name or UUID.")
    private String name;

    NodeSensors(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        JsonNode answer = options.ask(client -> client.get("/v1/nodes/" + BessemerClient.segment(name) + "/sensors"));
        if (options.json()) {
            terminal.line("%s", BessemerClient.pretty(answer));
            return 0;
        }
        JsonNode groups = answer.path("sensors");
        if (groups.valueStream().allMatch(JsonNode::isEmpty)) {
            terminal.line("%s", "The BMC of %s tells of no sensors. Some do only while the machine is on.".formatted(name));
            return 0;
        }
        var table = new Table("KIND", "NAME", "READING", "UNIT", "STATE", "HEALTH");
        groups.properties().forEach(group -> group.getValue().properties().forEach(sensor -> {
            JsonNode facts = sensor.getValue();
            String called = facts.path("name").asString("");
            table.row(group.getKey(), called.isEmpty() ? sensor.getKey() : called, text(facts, "reading"), text(facts, "reading_units"), text(facts, "state"), text(facts, "health"));
        }));
        table.print(terminal);
        return 0;
    }

    private static String text(JsonNode sensor, String field) {
        JsonNode value = sensor.path(field);
        return value.isNull() || value.isMissingNode() ? "-" : value.asString();
    }
}
