package io.bessemer.notifications;

import io.bessemer.core.event.SinkStore;
import io.bessemer.core.event.Webhook;
import io.bessemer.core.event.WebhookStore;
import io.bessemer.notifications.webhook.WebhookSink;
import java.time.Clock;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells events to every sink that there is: enabled webhooks, and the message queue when there is one. Each has a runner of its own, so that one
/// that hangs holds up nobody else.
public final class Relay implements AutoCloseable {
    /// sink of Ironic's notifications
    public static final String QUEUE = "rabbitmq";
    private static final Logger LOG = LoggerFactory.getLogger(Relay.class);

    private record Running(long version, SinkRunner runner) {}

    private final EventFeed feed;
    private final WebhookStore webhooks;
    private final SinkStore sinks;
    private final Optional<Supplier<Sink>> queue;
    private final String holder;
    private final RelayPace pace;
    private final Clock clock;
    private final Map<UUID, Running> running = new HashMap<>();
    private final Semaphore bell = new Semaphore(0);
    private volatile boolean closed;
    private Thread loop;
    private SinkRunner queueRunner;

    /// @param queue  makes the sink of the message queue; empty when none is configured
    /// @param holder name of this process among those of the same database, the same after a restart
    public Relay(EventFeed feed, WebhookStore webhooks, SinkStore sinks, Optional<Supplier<Sink>> queue, String holder, RelayPace pace, Clock clock) {
        this.feed = feed;
        this.webhooks = webhooks;
        this.sinks = sinks;
        this.queue = queue;
        this.holder = holder;
        this.pace = pace;
        this.clock = clock;
    }

    public void start() {
        loop = Thread.ofVirtual().name("event-relay").start(this::loop);
    }

    /// Webhooks were changed by this process: look now.
    public void changed() {
        bell.release();
    }

    /// Lets deliveries that are under way end; what is left is told by the next process.
    @Override
    public void close() {
        closed = true;
        bell.release();
        if (loop != null) {
            try {
                loop.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void loop() {
        try {
            while (!closed) {
                try {
                    if (queue.isPresent() && queueRunner == null) {
                        sinks.make(QUEUE);
                        queueRunner = runner(QUEUE, queue.get().get());
                    }
                    look(webhooks.list());
                } catch (RuntimeException e) {
                    LOG.warn("The webhooks cannot be read; they are looked at again in {}", pace.look(), e);
                }
                bell.tryAcquire(pace.look().toMillis(), TimeUnit.MILLISECONDS);
                bell.drainPermits();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            running.values().forEach(each -> each.runner.stop());
            running.values().forEach(each -> each.runner.join());
            if (queueRunner != null) {
                queueRunner.stop();
                queueRunner.join();
            }
        }
    }

    private void look(List<Webhook> all) {
        Map<UUID, Webhook> wanted = all.stream().filter(Webhook::enabled).collect(Collectors.toMap(Webhook::id, webhook -> webhook));
        for (Iterator<Map.Entry<UUID, Running>> each = running.entrySet().iterator(); each.hasNext();) {
            Map.Entry<UUID, Running> entry = each.next();
            Webhook now = wanted.get(entry.getKey());
            if (now == null || now.version() != entry.getValue().version) {
                entry.getValue().runner.stop();
                entry.getValue().runner.join(); // never two runners of a sink in one process: they have one holder's name
                each.remove();
            }
        }
        wanted.forEach((id, webhook) -> running.computeIfAbsent(id, _ -> new Running(webhook.version(), runner(id.toString(), new WebhookSink(webhook, clock)))));
    }

    private SinkRunner runner(String name, Sink sink) {
        return new SinkRunner(name, sink, feed, sinks, holder, pace, clock);
    }
}
