package io.bessemer.api.door;

import io.bessemer.core.log.LogQuota;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// All doors of a process: their patience, what happened at them, and the thread that looks whose time is over.
public final class Doors implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Doors.class);
    private static final long LOOK_MILLISECONDS = 250;

    private final DoorSettings settings;
    private final List<DoorEndpoint> endpoints = new CopyOnWriteArrayList<>();
    private final ConcurrentHashMap<String, LongAdder> counters = new ConcurrentHashMap<>();
    private final LogQuota warnings = new LogQuota(1, Duration.ofMinutes(1));
    private final ScheduledExecutorService looks = Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().name("doors").daemon().factory());

    public Doors(DoorSettings settings) {
        this.settings = settings;
        looks.scheduleWithFixedDelay(this::look, LOOK_MILLISECONDS, LOOK_MILLISECONDS, TimeUnit.MILLISECONDS);
    }

    /// A connector's protocol with this patience, not started yet.
    public Door open() {
        Door door = new Door();
        door.guard(this);
        return door;
    }

    /// Sorted by name: `slow-head`, `answer-401`, ...
    public Map<String, Long> counters() {
        Map<String, Long> counts = new TreeMap<>();
        counters.forEach((name, count) -> counts.put(name, count.sum()));
        return counts;
    }

    DoorSettings settings() {
        return settings;
    }

    void add(DoorEndpoint endpoint) {
        endpoints.add(endpoint);
    }

    void count(DoorEvent event) {
        count(event.counted());
    }

    /// @param status of an answer; errors are counted
    void answered(int status) {
        if (status >= 400) {
            count("answer-" + status);
        }
    }

    private void count(String name) {
        LongAdder counter = counters.get(name); // without the lock that computeIfAbsent may take
        (counter == null ? counters.computeIfAbsent(name, _ -> new LongAdder()) : counter).increment();
    }

    void refused(InetAddress address) {
        count(DoorEvent.REFUSED_ADDRESS);
        warnings.next().ifPresent(withheld -> LOG.atWarn().addKeyValue("client", address.getHostAddress()).addKeyValue("most", settings.visitors().perAddress()).addKeyValue("withheld", withheld)
                .log("A client has as many connections as one address may have, and gets no more. If it is a proxy, add it to bessemer.doors.trusted"));
    }

    private void look() {
        for (DoorEndpoint endpoint : endpoints) {
            try {
                endpoint.look(System.nanoTime());
            } catch (RuntimeException fault) {
                LOG.error("Connections could not be looked at", fault);
            }
        }
    }

    @Override
    public void close() {
        looks.shutdownNow();
    }
}
