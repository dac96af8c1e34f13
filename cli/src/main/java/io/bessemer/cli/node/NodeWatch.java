package io.bessemer.cli.node;

import io.bessemer.cli.client.ServerOptions;
import io.bessemer.cli.terminal.LiveLines;
import io.bessemer.cli.terminal.Terminal.Colour;
import io.bessemer.cli.terminal.Terminal;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

@Command(name = "watch", description = "Follow a node's states and boot events as they come, until interrupted.")
final class NodeWatch implements Callable<Integer> {
    private static final long POLL_MILLISECONDS = 700;
    private static final String WAITING = "wait"; // the states in which an agent works: clean wait, wait call-back

    private final Terminal terminal;
    private final LiveLines live;

    @Mixin
    private ServerOptions options;

    @Parameters(paramLabel = "NODE", description = "Its name or UUID.")
    private String name;

    @Option(names = "--until", paramLabel = "STATE", description = "End when the node is in this provision state.")
    private String until = "";

    NodeWatch(Terminal terminal) {
        this.terminal = terminal;
        this.live = new LiveLines(terminal);
    }

    @Override
    public Integer call() throws InterruptedException {
        String lastState = "";
        var tail = new TimelineTail(name, "");
        while (true) {
            List<JsonNode> events = options.ask(tail::news);
            JsonNode node = options.ask(client -> client.node(name));
            events.forEach(event -> live.say(options.json() ? event.toString() : Terminal.cut(NodeText.event(event), terminal.width())));
            lastState = showState(node, lastState);
            if (lastState.equals(until)) {
                return 0;
            }
            if (!options.json() && lastState.contains(WAITING)) {
                showProgress(options.ask(client -> client.explanation(name)).path("progress"));
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLISECONDS);
        }
    }

    /// On a terminal one line that is drawn over; elsewhere a line for each tenth.
    private void showProgress(JsonNode progress) {
        String text = ExplanationText.progress(progress);
        if (text.isEmpty()) {
            return;
        }
        long total = progress.path("total").asLong(0);
        long tenth = total <= 0 ? 0 : progress.path("done").asLong(0) * 10 / total;
        String news = total <= 0 ? text : "%s %d0 %%".formatted(progress.path("phase").asString(""), tenth);
        live.show(List.of(new LiveLines.Line("progress", Terminal.cut(text, terminal.width() - 1), news)));
    }

    private String showState(JsonNode node, String lastState) {
        String state = node.path("provision_state").asString("");
        if (!state.equals(lastState)) {
            if (options.json()) {
                live.say("{\"provision_state\":\"%s\"}".formatted(state));
            } else {
                String error = node.path("last_error").asString("");
                live.say(terminal.paint(Colour.BLUE, "--- " + state + (error.isEmpty() ? "" : ": " + error)));
            }
        }
        return state;
    }
}
