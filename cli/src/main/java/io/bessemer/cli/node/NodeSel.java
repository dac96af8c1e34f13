package io.bessemer.cli.node;

import io.bessemer.cli.client.BessemerClient;
import io.bessemer.cli.client.ServerOptions;
import io.bessemer.cli.terminal.Table;
import io.bessemer.cli.terminal.Terminal;
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

@Command(name = "sel", description = "The newest entries of the event log that a node's BMC keeps, the newest last.")
final class NodeSel implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private ServerOptions options;

    @Parameters(paramLabel = "NODE", description = "Its name or UUID.")
    private String name;

    @Option(names = "--limit", paramLabel = "COUNT", description = "How many, at most 1000 (default: 100).")
    private int limit = 100;

    @Option(names = "--clear", description = "Erase all entries instead.")
    private boolean clear;

    @Option(names = "--set-time", description = "Set the clock by which the BMC stamps events to the server's instead.")
    private boolean setTime;

    @Spec
    private CommandSpec spec;

    NodeSel(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        if (clear && setTime) {
            throw new ParameterException(spec.commandLine(), "Give --clear or --set-time, not both.");
        }
        String path = "/v1/nodes/" + BessemerClient.segment(name) + "/sel";
        if (clear) {
            options.ask(client -> {
                client.delete(path);
                return path;
            });
            terminal.line("%s", "The event log of %s is cleared.".formatted(name));
            return 0;
        }
        if (setTime) {
            options.ask(client -> client.put(path + "/time", Map.of()));
            terminal.line("%s", "The BMC of %s has the server's time.".formatted(name));
            return 0;
        }
        JsonNode answer = options.ask(client -> client.get(path + "?limit=" + limit));
        if (options.json()) {
            terminal.line("%s", BessemerClient.pretty(answer));
            return 0;
        }
        print(answer.path("sel"));
        return 0;
    }

    private void print(JsonNode log) {
        if (log.path("events").isEmpty()) {
            terminal.line("%s", "The event log of %s is empty.".formatted(name));
        } else {
            var table = new Table("TIME", "SENSOR", "EVENT", "STATE", "HEALTH");
            log.path("events").forEach(event -> table.row(time(event), sensor(event), event(event), state(event.path("asserted")), NodeText.of(event.path("health"))));
            table.print(terminal);
            if (log.path("entries").asInt(0) > log.path("events").size()) {
                terminal.line("%s", "These are the newest %d of %d.".formatted(log.path("events").size(), log.path("entries").asInt(0)));
            }
        }
        if (log.path("overflow").asBoolean(false)) {
            terminal.line("%s", "Events were lost because the log is full: ./bessemer node sel %s --clear".formatted(name));
        }
        if (log.path("clock").isNull()) {
            terminal.line("%s", "The BMC's clock is not set: ./bessemer node sel %s --set-time".formatted(name));
        }
    }

    private static String time(JsonNode event) {
        JsonNode since = event.path("seconds_since_start");
        return event.path("at").isString() ? event.path("at").asString().replaceFirst("[+]00:00$", "Z") : since.isNumber() ? "start+%ds".formatted(since.asLong()) : "-";
    }

    private static String sensor(JsonNode event) {
        String sensor = NodeText.of(event.path("sensor"));
        String number = event.path("sensor_number").isNumber() ? " 0x%02x".formatted(event.path("sensor_number").asInt()) : "";
        return sensor.isEmpty() ? NodeText.of(event.path("sensor_type")) + number : sensor;
    }

    /// `Upper Critical going high (95.0 Cel, threshold 90.0)`
    private static String event(JsonNode event) {
        String words = event.path("event").asString("");
        if (event.path("reading").isNumber()) {
            String threshold = event.path("threshold").isNumber() ? ", threshold " + NodeText.of(event.path("threshold")) : "";
            return "%s (%s %s%s)".formatted(words, NodeText.of(event.path("reading")), NodeText.of(event.path("unit")), threshold);
        }
        return event.path("asserted").isNull() ? words + ": " + NodeText.of(event.path("raw")) : words;
    }

    private static String state(JsonNode asserted) {
        return !asserted.isBoolean() ? "-" : asserted.asBoolean(false) ? "came" : "went";
    }
}
