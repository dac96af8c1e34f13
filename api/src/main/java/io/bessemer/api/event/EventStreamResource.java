package io.bessemer.api.event;

import io.bessemer.api.node.NodeFinder;
import io.bessemer.api.wire.ErrorKind;
import io.bessemer.api.wire.Query;
import io.bessemer.api.wire.RequestContext;
import io.bessemer.api.wire.WireException;
import io.bessemer.core.event.Event;
import io.bessemer.notifications.EventFeed;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;

/// `GET /v1/events/stream`: server-sent events (the HTML standard, 9.2). Bessemer's own, not bound to a microversion.
///
/// Nothing is queued for a client: each reads at its own pace from what is kept, on a virtual thread that blocks in its socket. One that does not
/// read is cut, and goes on where it was when it comes again.
@RestController
final class EventStreamResource {
    private static final Logger LOG = LoggerFactory.getLogger(EventStreamResource.class);
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /// written at a time
    private static final int MOST_CHARS = 64 * 1024;

    private final EventFeed feed;
    private final NodeFinder finder;
    private final EventSettings settings;
    private final Semaphore streams;

    EventStreamResource(EventFeed feed, NodeFinder finder, EventSettings settings) {
        this.feed = feed;
        this.finder = finder;
        this.settings = settings;
        this.streams = new Semaphore(settings.streams());
    }

    @GetMapping("/v1/events/stream")
    void stream(Query query, RequestContext context, HttpServletRequest request, HttpServletResponse response) throws InterruptedException {
        query.allowOnly("cursor", "after", "type", "node");
        EventFilter filter = EventFilter.of(query, context, finder);
        var kept = feed.range();
        long from = Cursor.of(query, request.getHeader("Last-Event-ID")).map(cursor -> Cursor.checked(cursor, kept)).orElse(kept.last());
        if (request.getMethod().equals("HEAD")) { // nothing would be written, so nobody would notice that the client is gone
            response.setContentType("text/event-stream");
            return;
        }
        if (!streams.tryAcquire()) {
            response.setHeader("Retry-After", "5");
            throw new WireException(ErrorKind.TRY_LATER, "All %d streams of events are taken. Come again in a moment, or raise bessemer.events.streams.".formatted(settings.streams()));
        }
        try {
            response.setContentType("text/event-stream");
            response.setCharacterEncoding("UTF-8");
            response.setHeader("Cache-Control", "no-store");
            response.setHeader("X-Accel-Buffering", "no"); // nginx would hold events back
            follow(from, filter, response.getOutputStream());
        } catch (IOException gone) {
            LOG.debug("A follower of events is gone: client={} reason={}", request.getRemoteAddr(), gone.getMessage());
        } finally {
            streams.release();
        }
    }

    private void follow(long from, EventFilter filter, OutputStream out) throws IOException, InterruptedException {
        long seen = from;
        long began = System.nanoTime();
        long wrote = began;
        send(out, "retry: 2000\nid: %d\n\n".formatted(seen));
        while (true) {
            List<Event> events = feed.read(seen);
            if (!events.isEmpty() && events.getFirst().cursor() != seen + 1) {
                farewell(out, "reset", seen, Cursor.gone(seen, feed.range()));
                return;
            }
            long writing = System.nanoTime();
            StringBuilder text = new StringBuilder();
            for (Event event : events) {
                if (filter.wants(event)) {
                    text.append("id: ").append(event.cursor()).append("\nevent: ").append(event.type()).append("\ndata: ").append(JSON.writeValueAsString(filter.shown(event))).append("\n\n");
                }
                if (text.length() > MOST_CHARS) {
                    wrote = send(out, text.toString());
                    text.setLength(0);
                }
                seen = event.cursor();
            }
            if (text.isEmpty() && past(wrote, settings.heartbeat())) {
                text.append("id: ").append(seen).append("\n: nothing else happened\n\n"); // moves the client's cursor, and is no event to it
            }
            if (!text.isEmpty()) {
                wrote = send(out, text.toString());
            }
            if (past(writing, settings.slowest())) {
                farewell(out, "cut", seen, "Took longer than %d s for a batch of events. Go on from the last id.".formatted(settings.slowest().toSeconds()));
                return;
            }
            if (feed.closed()) {
                farewell(out, "end", seen, "The server stops. Go on from the last id when it is back.");
                return;
            }
            if (past(began, settings.longest())) {
                farewell(out, "end", seen, "A stream lasts %d minutes at most. Go on from the last id.".formatted(settings.longest().toMinutes()));
                return;
            }
            if (events.isEmpty()) {
                feed.await(seen, settings.heartbeat());
            }
        }
    }

    private static boolean past(long since, Duration most) {
        return System.nanoTime() - since >= most.toNanos();
    }

    private static void farewell(OutputStream out, String kind, long seen, String reason) throws IOException {
        send(out, "event: %s\nid: %d\ndata: %s\n\n".formatted(kind, seen, JSON.writeValueAsString(Map.of("cursor", seen, "reason", reason))));
    }

    /// @return when it was done
    private static long send(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
        return System.nanoTime();
    }
}
