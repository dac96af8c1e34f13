package io.bessemer.redfish.client;

import java.io.IOException;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// The BMCs that are spoken to, each with its session.
public final class RedfishClient implements AutoCloseable {
    private static final Duration SWEEP = Duration.ofMinutes(1);
    /// ending sessions must not keep the process from ending
    private static final Duration GOODBYE = Duration.ofSeconds(5);

    private final RedfishSettings settings;
    private final Map<Trust, HttpClient> clients = new ConcurrentHashMap<>();
    private final Map<BmcAccess, Bmc> bmcs = new ConcurrentHashMap<>();
    private long sweptAt = System.nanoTime();
    private volatile boolean closed;

    public RedfishClient(RedfishSettings settings) {
        this.settings = settings;
    }

    /// @throws IOException when the file of trusted certificates cannot be used
    public Bmc bmc(BmcAccess access) throws IOException {
        if (closed) {
            throw new IllegalStateException("the redfish client is closed");
        }
        sweep();
        HttpClient client = client(access.trust());
        return bmcs.computeIfAbsent(access, _ -> new Bmc(access, client, settings));
    }

    private HttpClient client(Trust trust) throws IOException {
        HttpClient known = clients.get(trust);
        if (known != null) {
            return known;
        }
        HttpClient made = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(settings.connectTimeout())
                .followRedirects(HttpClient.Redirect.NEVER).sslContext(Trust.context(trust)).build();
        HttpClient other = clients.putIfAbsent(trust, made);
        if (other != null) {
            made.shutdownNow();
            return other;
        }
        return made;
    }

    /// Forgets who was not asked for long: nodes that are gone, and passwords that were changed.
    private void sweep() {
        List<Bmc> idle = new ArrayList<>();
        synchronized (this) {
            if (System.nanoTime() - sweptAt < SWEEP.toNanos()) {
                return;
            }
            sweptAt = System.nanoTime();
            bmcs.values().removeIf(bmc -> bmc.idleFor(settings.sessionIdle()) && idle.add(bmc));
        }
        idle.forEach(bmc -> Thread.ofVirtual().name("redfish-logout").start(bmc::logOut));
    }

    /// Ends the sessions: BMCs have few, and keep forgotten ones for half an hour.
    @Override
    public void close() {
        closed = true;
        List<Thread> goodbyes = bmcs.values().stream().map(bmc -> Thread.ofVirtual().name("redfish-logout").start(bmc::logOut)).toList();
        long end = System.nanoTime() + GOODBYE.toNanos();
        try {
            for (Thread goodbye : goodbyes) {
                goodbye.join(Duration.ofNanos(Math.max(1, end - System.nanoTime())));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        clients.values().forEach(HttpClient::shutdownNow);
        bmcs.clear();
    }
}
