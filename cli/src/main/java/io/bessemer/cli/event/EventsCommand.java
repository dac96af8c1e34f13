package io.bessemer.cli.event;

import io.bessemer.cli.CommandFailure;
import io.bessemer.cli.client.ApiException;
import io.bessemer.cli.client.BessemerClient;
import io.bessemer.cli.client.EventStream.Message;
import io.bessemer.cli.client.ServerOptions;
import io.bessemer.cli.terminal.Terminal;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

@Command(name = "events", sortOptions = false, description = "What happened: the newest events, or with --follow each as it comes, until interrupted.",
        footer = {"", "Nothing is missed while following: after a lost connection it goes on where", "it was. See docs/how-to/events-and-webhooks.md."})
public final class EventsCommand implements Callable<Integer> {
    private static final int PAGE = 1_000;
    private static final long AGAIN_MILLISECONDS = 2_000;

    private final Terminal terminal;

    @Option(names = {"-f", "--follow"}, description = "Go on with each event as it comes.")
    private boolean follow;

    @Option(names = "--node", paramLabel = "NODE", description = "Only those of this node: its name or UUID.")
    private String node;

    @Option(names = "--type", paramLabel = "TYPE", split = ",",
            description = "Only those whose type begins so: baremetal.node, baremetal.node.provision_set.error, bessemer.hypervisor, ...")
    private List<String> types = List.of();

    @Option(names = "--since", paramLabel = "CURSOR", description = "All after this cursor; 0 for all that are kept.")
    private Long since;

    @Option(names = {"-n", "--lines"}, paramLabel = "N", description = "So many of the newest (default: 20).")
    private int lines = 20;

    @Option(names = "--json", description = "One JSON object a line, as -o json.")
    private boolean json;

    @Mixin
    private ServerOptions options;

    EventsCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        String filter = (node == null ? "" : "&node=" + BessemerClient.segment(node)) + (types.isEmpty() ? "" : "&type=" + BessemerClient.segment(String.join(",", types)));
        String cursor = since == null ? newest(filter) : kept(filter);
        if (follow) {
            follow(filter, cursor);
        }
        return 0;
    }

    /// @return cursor to go on from
    private String kept(String filter) throws InterruptedException {
        String cursor = String.valueOf(since);
        while (true) {
            String from = cursor;
            JsonNode page = options.ask(client -> client.get("/v1/events?limit=" + PAGE + "&cursor=" + from + filter));
            page.path("events").forEach(this::show);
            cursor = page.path("cursor").asString("0");
            if (page.path("cursor").asLong(0) >= page.path("newest").asLong(0)) {
                return cursor;
            }
        }
    }

    /// Looks back in steps until there are enough.
    private String newest(String filter) throws InterruptedException {
        JsonNode range = options.ask(client -> client.get("/v1/events?limit=1" + filter));
        long last = range.path("newest").asLong(0);
        long oldest = range.path("oldest").asLong(1);
        var found = new ArrayDeque<JsonNode>();
        for (long end = last; end >= oldest && found.size() < lines; end -= PAGE) {
            long upTo = end;
            long from = Math.max(oldest - 1, end - PAGE);
            JsonNode page = options.ask(client -> client.get("/v1/events?limit=%d&cursor=%d%s".formatted(PAGE, from, filter)));
            List<JsonNode> events = page.path("events").valueStream().filter(event -> event.path("cursor").asLong(0) <= upTo).toList();
            events.reversed().stream().limit(lines - found.size()).forEach(found::addFirst);
        }
        found.forEach(this::show);
        if (found.isEmpty() && !follow && !json && !options.json()) {
            terminal.line(filter.isEmpty() ? "Nothing happened yet." : "Nothing like that is kept.");
        }
        return String.valueOf(last);
    }

    private void follow(String filter, String from) throws InterruptedException {
        AtomicReference<String> cursor = new AtomicReference<>(from);
        AtomicReference<String> reset = new AtomicReference<>();
        boolean told = false;
        while (reset.get() == null) {
            try {
                options.follow("/v1/events/stream" + filter.replaceFirst("^&", "?"), cursor.get(), message -> {
                    cursor.set(message.cursor());
                    return took(message, reset);
                }, cursor::set);
                told = false;
            } catch (ApiException e) {
                if (e.status() != 0 && e.status() != 503) {
                    throw new CommandFailure(e.getMessage(), e);
                }
                if (!told) {
                    terminal.err().println(e.getMessage() + " Trying again.");
                    told = true;
                }
            }
            if (reset.get() == null) {
                TimeUnit.MILLISECONDS.sleep(AGAIN_MILLISECONDS);
            }
        }
        throw new CommandFailure(reset.get());
    }

    private boolean took(Message message, AtomicReference<String> reset) {
        switch (message.type()) {
            case "reset" -> reset.set(message.data().path("reason").asString(""));
            case "cut", "end" -> { }
            default -> {
                show(message.data());
                return true;
            }
        }
        return false;
    }

    private void show(JsonNode event) {
        terminal.line("%s", json || options.json() ? event.toString() : Terminal.cut(EventText.line(event), terminal.width()));
        terminal.out().flush();
    }
}
