package io.bessemer.cli.node;

import io.bessemer.cli.client.ApiException;
import io.bessemer.cli.client.BessemerClient;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// The events of a node's timeline as they come, each once.
///
/// Under load an event may be stored after one that happened later, so each look reads a little of what was read before, too.
public final class TimelineTail {
    private static final Duration LATE = Duration.ofSeconds(60);

    private final String node;
    private final String from;
    /// those that could be read again, with their times
    private final Map<JsonNode, Instant> told = new HashMap<>();
    private Instant newest;

    /// @param since an ISO time: only what comes from then on; empty for all
    public TimelineTail(String node, String since) {
        this.node = node;
        this.from = since;
    }

    public List<JsonNode> news(BessemerClient client) throws ApiException, InterruptedException {
        List<JsonNode> news = new ArrayList<>();
        for (JsonNode event : client.timeline(node, since())) {
            Instant at = NodeText.instant(event.path("at"));
            if (at == null || told.putIfAbsent(event, at) != null) {
                continue;
            }
            news.add(event);
            newest = newest == null || at.isAfter(newest) ? at : newest;
        }
        told.values().removeIf(at -> at.isBefore(newest.minus(LATE)));
        return news;
    }

    private String since() {
        if (newest == null) {
            return from;
        }
        Instant late = newest.minus(LATE);
        return from.isEmpty() || late.isAfter(Instant.parse(from)) ? late.toString() : from;
    }
}
