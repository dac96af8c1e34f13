package io.bessemer.api.node;

import io.bessemer.api.wire.Query;
import io.bessemer.api.wire.Values;
import io.bessemer.conductor.Explanation;
import io.bessemer.conductor.NodeService;
import io.bessemer.core.fault.Failure;
import io.bessemer.core.node.Secrets;
import io.bessemer.core.timeline.TimelineEvent;
import io.bessemer.core.timeline.TimelineStore;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/// Bessemer's own: the boot timeline, and why a node is where it is. Not bound to a microversion.
@RestController
@RequestMapping("/v1/nodes/{ident}")
final class NodeTimelineResource {
    private static final int MOST_EVENTS = 2000;

    private final TimelineStore timeline;
    private final NodeService service;
    private final NodeFinder finder;

    NodeTimelineResource(TimelineStore timeline, NodeService service, NodeFinder finder) {
        this.timeline = timeline;
        this.service = service;
        this.finder = finder;
    }

    @GetMapping("/timeline")
    Map<String, Object> timeline(@PathVariable String ident, Query query) {
        query.allowOnly("since", "limit");
        int limit = query.text("limit").map(text -> Values.wholeNumber(text, "limit")).orElse(MOST_EVENTS);
        if (limit < 1 || limit > MOST_EVENTS) {
            throw new Failure.Invalid("limit", "must be 1 to %d.".formatted(MOST_EVENTS));
        }
        Instant since = query.text("since").map(NodeTimelineResource::time).orElse(null);
        List<TimelineEvent> events = timeline.read(finder.find(ident).id(), since, limit);
        return Map.of("timeline", events.stream().map(NodeTimelineResource::shown).toList());
    }

    private static Map<String, Object> shown(TimelineEvent event) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("at", Values.time(event.at()));
        shown.put("phase", event.phase().wire());
        shown.put("source", event.source());
        shown.put("event", event.event());
        shown.put("message", event.message());
        shown.put("details", Secrets.mask(event.details()));
        shown.put("attempt", event.attempt());
        return shown;
    }

    private static Map<String, Object> progress(Explanation.Progress progress) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("step", progress.step());
        shown.put("phase", progress.phase());
        shown.put("done", progress.done());
        shown.put("total", progress.total());
        shown.put("message", progress.message());
        return shown;
    }

    private static Instant time(String text) {
        try {
            // a plus sign that was not escaped arrives as a space
            return OffsetDateTime.parse(text.replace(' ', '+')).toInstant();
        } catch (DateTimeParseException notATime) {
            throw new Failure.Invalid("since", "'%s' is not a time like 2026-01-31T12:00:00+00:00.".formatted(text));
        }
    }

    @GetMapping("/explain")
    Map<String, Object> explain(@PathVariable String ident) {
        Explanation explanation = service.explain(finder.find(ident).id());
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("summary", explanation.summary());
        shown.put("state", explanation.state());
        shown.put("phase", explanation.phase().orElse(null));
        shown.put("since", explanation.since().map(Values::time).orElse(null));
        shown.put("usual_seconds", explanation.usual().map(usual -> usual.toMillis() / 1000.0).orElse(null));
        shown.put("last_seen", explanation.lastSeen().orElse(null));
        shown.put("last_seen_at", explanation.lastSeenAt().map(Values::time).orElse(null));
        shown.put("deadline", explanation.deadline().map(Values::time).orElse(null));
        shown.put("retries", explanation.retries());
        shown.put("advice", explanation.advice());
        shown.put("progress", explanation.progress().map(NodeTimelineResource::progress).orElse(null));
        shown.put("console", explanation.console());
        shown.put("no_console", explanation.noConsole().orElse(null));
        return shown;
    }
}
