package io.bessemer.cli.pool;

import io.bessemer.cli.CommandFailure;
import io.bessemer.cli.client.BessemerClient;
import io.bessemer.cli.client.ServerOptions;
import io.bessemer.cli.terminal.FactLines;
import io.bessemer.cli.terminal.LiveLines;
import io.bessemer.cli.terminal.LiveLines.Line;
import io.bessemer.cli.terminal.Terminal;
import io.bessemer.cli.terminal.Terminal.Colour;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;

/// Follows a pool until it is as it shall be: a headline with what it lacks, and a line for each member.
final class PoolProgress {
    private static final long POLL_MILLISECONDS = 1000;
    /// members that are drawn; a pool may have thousands, and a block higher than the terminal cannot be drawn over
    private static final int MOST_DRAWN = 15;

    private final Terminal terminal;
    private final ServerOptions options;
    private final LiveLines live;
    private String lastJson = "";

    PoolProgress(Terminal terminal, ServerOptions options) {
        this.terminal = terminal;
        this.options = options;
        this.live = new LiveLines(terminal);
    }

    /// Nothing is left to do for the server.
    static boolean settled(JsonNode pool) {
        int size = pool.path("size").asInt(0);
        int members = pool.path("counts").valueStream().mapToInt(count -> count.asInt(0)).sum();
        return pool.path("halted").isNull() && pool.path("status").isNull() && members == size && pool.at("/counts/enabled").asInt(0) == size
                && pool.path("outdated").asInt(0) == 0 && pool.path("to_reimage").asInt(0) == 0;
    }

    /// @param end null for no end
    /// @throws CommandFailure when the pool is halted, and when it took too long
    void untilSettled(String name, Instant end) throws InterruptedException {
        while (true) {
            JsonNode pool = options.ask(client -> client.get("/v1/host_pools/" + BessemerClient.segment(name)));
            List<JsonNode> hosts = options.ask(client -> client.list("/v1/hypervisors?pool=" + BessemerClient.segment(name), "hypervisors"));
            show(name, pool, hosts);
            if (settled(pool)) {
                return;
            }
            if (pool.path("halted").isString()) {
                throw new CommandFailure("%s is halted: %s. When the cause is cured: ./bessemer pool resume %s"
                        .formatted(name, pool.path("halted").asString().replaceFirst("\\.$", ""), name));
            }
            if (end != null && Instant.now().isAfter(end)) {
                throw new CommandFailure("%s is not there yet: %s%s. It goes on; see ./bessemer pool show %s.".formatted(name, headline(pool),
                        pool.path("status").isString() ? "; " + pool.path("status").asString().replaceFirst("\\.$", "") : "", name));
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLISECONDS);
        }
    }

    /// `1 of 3 hosts enabled; 1 deploying, 1 verifying`
    static String headline(JsonNode pool) {
        String others = PoolText.others(pool.path("counts"));
        String text = "%d of %d hosts enabled".formatted(pool.at("/counts/enabled").asInt(0), pool.path("size").asInt(0));
        int old = Math.max(pool.path("outdated").asInt(0), pool.path("to_reimage").asInt(0));
        return text + (others.equals("-") ? "" : "; " + others) + (old == 0 ? "" : "; %d to image again".formatted(old));
    }

    private void show(String name, JsonNode pool, List<JsonNode> hosts) {
        if (options.json()) {
            String json = pool.toString();
            if (!json.equals(lastJson)) {
                terminal.line("%s", json);
                lastJson = json;
            }
            return;
        }
        List<Line> lines = new ArrayList<>();
        String headline = name + ": " + headline(pool);
        lines.add(new Line("", terminal.paint(settled(pool) ? Colour.GREEN : Colour.BOLD, Terminal.cut(headline, terminal.width() - 1)), headline));
        String status = pool.path("status").asString("");
        if (!status.isEmpty()) {
            List<String> wrapped = FactLines.wrap(status, terminal.width() - 3);
            for (int i = 0; i < wrapped.size(); i++) {
                lines.add(new Line("status " + i, terminal.paint(Colour.YELLOW, "  " + wrapped.get(i)), "  " + wrapped.get(i)));
            }
        }
        List<JsonNode> drawn = hosts.stream().sorted((left, right) -> Boolean.compare(enabled(left), enabled(right))).toList();
        for (JsonNode host : terminal.interactive() ? drawn.subList(0, Math.min(MOST_DRAWN, drawn.size())) : drawn) {
            lines.add(host(host));
        }
        if (terminal.interactive() && drawn.size() > MOST_DRAWN) {
            lines.add(new Line("more", "  and %d more".formatted(drawn.size() - MOST_DRAWN), ""));
        }
        live.show(lines);
    }

    private static boolean enabled(JsonNode host) {
        return host.path("state").asString("").equals("enabled");
    }

    private Line host(JsonNode host) {
        String reason = host.path("reason").asString("");
        String news = "  %s: %s%s".formatted(PoolText.name(host), host.path("state").asString(""), reason.isEmpty() ? "" : ": " + reason);
        String text = "  %-16s  %-13s  %10s  %s".formatted(PoolText.name(host), host.path("state").asString(""), PoolText.since(host.path("state_since")), reason);
        return new Line(host.path("node_uuid").asString(""), Terminal.cut(text.stripTrailing(), terminal.width() - 1), news);
    }
}
