package io.bessemer.api.event;

import io.bessemer.api.node.NodeFinder;
import io.bessemer.api.wire.Query;
import io.bessemer.api.wire.RequestContext;
import io.bessemer.api.wire.Values;
import io.bessemer.core.event.Event;
import io.bessemer.core.event.EventStore.Range;
import io.bessemer.core.event.SinkStore;
import io.bessemer.core.fault.Failure;
import io.bessemer.notifications.EventFeed;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/// Bessemer's own: events that are kept, a page at a time, and who is told of them. Not bound to a microversion.
@RestController
final class EventListResource {
    private static final int USUAL = 100;
    private static final int MOST = 1_000;
    /// looked at for one page; a filter may want few of them
    private static final int MOST_LOOKED_AT = 10_000;

    private final EventFeed feed;
    private final SinkStore sinks;
    private final NodeFinder finder;

    EventListResource(EventFeed feed, SinkStore sinks, NodeFinder finder) {
        this.feed = feed;
        this.sinks = sinks;
        this.finder = finder;
    }

    @GetMapping("/v1/events")
    Map<String, Object> list(Query query, RequestContext context) {
        query.allowOnly("cursor", "after", "limit", "type", "node");
        int limit = query.text("limit").map(text -> Values.wholeNumber(text, "limit")).orElse(USUAL);
        if (limit < 1 || limit > MOST) {
            throw new Failure.Invalid("limit", "found %d, must be 1 to %d.".formatted(limit, MOST));
        }
        EventFilter filter = EventFilter.of(query, context, finder);
        Range kept = feed.range();
        long seen = Cursor.checked(Cursor.of(query, null).orElse(0L), kept);
        List<Map<String, Object>> events = new ArrayList<>();
        for (long end = seen + MOST_LOOKED_AT; seen < end && events.size() < limit;) {
            List<Event> batch = feed.read(seen);
            if (batch.isEmpty()) {
                break;
            }
            for (Event event : batch) {
                if (events.size() == limit) {
                    break;
                }
                if (filter.wants(event)) {
                    events.add(filter.shown(event));
                }
                seen = event.cursor();
            }
        }
        Map<String, Object> page = new LinkedHashMap<>();
        page.put("events", events);
        page.put("cursor", seen);
        page.put("newest", kept.last());
        page.put("oldest", kept.trimmed() + 1);
        return page;
    }

    @GetMapping("/v1/events/sinks")
    Map<String, Object> sinks(Query query) {
        query.allowOnly();
        long last = feed.range().last();
        return Map.of("sinks", sinks.list().stream().map(state -> {
            Map<String, Object> sink = new LinkedHashMap<>();
            sink.put("name", state.name());
            sink.putAll(SinkShape.of(state, last));
            return sink;
        }).toList());
    }
}
