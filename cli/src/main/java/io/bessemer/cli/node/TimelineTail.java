package io.bessemer.cli.node;

import io.bessemer.cli.client.ApiException;
import io.bessemer.cli.client.BessemerClient;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// The events of a node's timeline as they come, each once.
public final class TimelineTail {
    private final String node;
    private String lastAt;
    private int seenAtThatTime;

    /// @param since an ISO time: only what comes from then on; empty for all
    public TimelineTail(String node, String since) {
        this.node = node;
        this.lastAt = since;
    }

    public List<JsonNode> news(BessemerClient client) throws ApiException, InterruptedException {
        String since = lastAt;
        int atSince = 0;
        int seenBefore = seenAtThatTime;
        List<JsonNode> news = new ArrayList<>();
        for (JsonNode event : client.timeline(node, since)) {
            String at = event.path("at").asString("");
            // `since` may be inclusive: events of that very time were told already
            if (at.equals(since) && atSince++ < seenBefore) {
                continue;
            }
            news.add(event);
            seenAtThatTime = at.equals(lastAt) ? seenAtThatTime + 1 : 1;
            lastAt = at;
        }
        return news;
    }
}
