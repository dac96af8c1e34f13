package io.bessemer.cli.pool;

import io.bessemer.cli.CommandFailure;
import io.bessemer.cli.client.ApiException;
import io.bessemer.cli.client.BessemerClient;
import io.bessemer.cli.client.ServerOptions;
import io.bessemer.cli.node.NodeText;
import io.bessemer.cli.node.TimelineTail;
import io.bessemer.cli.terminal.FactLines;
import io.bessemer.cli.terminal.Terminal;
import io.bessemer.cli.terminal.Terminal.Colour;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/// Follows a member's states, its checks and its node's boot events until it rests.
final class HypervisorProgress {
    /// as if it were a state: it is no member any more
    static final String GONE = "gone";
    static final int NOT_FOUND = 404;

    private static final String QUARANTINED = "quarantined";
    private static final long POLL_MILLISECONDS = 1000;

    private final Terminal terminal;
    private final ServerOptions options;
    private final String node;
    private String lastState = "";
    private String lastChecks = "";

    HypervisorProgress(Terminal terminal, ServerOptions options, String node) {
        this.terminal = terminal;
        this.options = options;
        this.node = node;
    }

    /// @param wanted state, or `gone`; empty for enabled or gone
    /// @param member when it was made, to tell it from a later member of the same node; empty for the one that is there
    /// @param end    null for no end
    /// @throws CommandFailure when it rests elsewhere, and when it took too long
    void until(String wanted, String member, Instant end) throws InterruptedException {
        var tail = new TimelineTail(node, Instant.now().toString());
        String made = member;
        while (true) {
            List<JsonNode> events = options.ask(tail::news);
            JsonNode host = find();
            made = made.isEmpty() ? host.path("created_at").asString("") : made;
            boolean gone = !host.has("state") || !host.path("created_at").asString("").equals(made);
            String state = gone ? GONE : host.path("state").asString("");
            events.forEach(event -> say(event.toString(), Terminal.cut(NodeText.event(event), terminal.width())));
            tell(state, gone ? null : host);
            if (wanted.isEmpty() ? state.equals(GONE) || state.equals("enabled") : state.equals(wanted)) {
                return;
            }
            if (gone) {
                throw new CommandFailure("%s has left its pool and is not '%s'. See ./bessemer node show %s.".formatted(node, wanted, node));
            }
            if (state.equals(QUARANTINED)) {
                throw new CommandFailure("%s is in quarantine: %s. See ./bessemer hypervisor show %s; then verify or remove it."
                        .formatted(node, host.path("reason").asString("no reason is told").replaceFirst("\\.$", ""), node));
            }
            if (end != null && Instant.now().isAfter(end)) {
                String reason = host.path("reason").asString("");
                throw new CommandFailure("%s is still '%s'%s. It goes on; see ./bessemer hypervisor show %s.".formatted(node, state,
                        reason.isEmpty() ? "" : " (" + reason.replaceFirst("\\.$", "") + ")", node));
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLISECONDS);
        }
    }

    /// An empty object when there is none.
    private JsonNode find() throws InterruptedException {
        return options.ask(client -> {
            try {
                return client.get(HypervisorCommand.path(node));
            } catch (ApiException e) {
                if (e.status() == NOT_FOUND && !lastState.isEmpty()) {
                    return BessemerClient.json("{}");
                }
                throw e;
            }
        });
    }

    private void tell(String state, JsonNode host) {
        String reason = host == null ? "" : host.path("reason").asString("");
        String line = "--- " + state + (reason.isEmpty() ? "" : ": " + reason);
        if (!line.equals(lastState)) {
            if (options.json()) {
                terminal.line("%s", BessemerClient.json(BessemerClient.pretty(Map.of("state", state, "reason", reason))));
            } else {
                FactLines.wrap(line, terminal.width()).forEach(text -> terminal.line("%s", terminal.paint(Colour.BLUE, text)));
            }
            lastState = line;
        }
        if (host == null || host.path("checks").isEmpty()) {
            return;
        }
        String checks = host.path("checks").valueStream().map(check -> check.path("check").asString("") + " " + check.path("status").asString(""))
                .collect(Collectors.joining(", "));
        if (!checks.equals(lastChecks) && state.equals("verifying") && !options.json()) {
            FactLines.wrap("checks: " + checks, terminal.width()).forEach(text -> terminal.line("%s", text));
            lastChecks = checks;
        }
    }

    private void say(String json, String text) {
        terminal.line("%s", options.json() ? json : text);
    }
}
