package io.bessemer.pxe.dhcp;

import io.bessemer.pxe.PxeCounters;
import io.bessemer.pxe.PxeSettings;
import io.bessemer.pxe.net.ArpProbe;
import io.bessemer.pxe.net.LinuxException;
import java.io.IOException;
import java.net.Inet4Address;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// By ARP on our own networks, by ICMP echo behind relays.
public final class NetworkProbe implements AddressProbe, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(NetworkProbe.class);
    /// an echo waits in a system call, so each needs a thread of the platform
    private static final int ECHOES = 32;

    private final Map<String, ArpProbe> byDevice = new ConcurrentHashMap<>();
    private final ExecutorService echoes = Executors.newThreadPerTaskExecutor(Thread.ofPlatform().daemon().name("icmp-probe").factory());
    private final Semaphore room = new Semaphore(ECHOES);
    private final PxeCounters counters;

    public NetworkProbe(List<PxeSettings.Interface> interfaces, PxeCounters counters) {
        this.counters = counters;
        for (PxeSettings.Interface on : interfaces) {
            if (on.name().isEmpty() || on.subnet().proxied()) {
                continue;
            }
            var arp = new ArpProbe(on.name());
            try {
                arp.start();
                byDevice.put(on.name(), arp);
            } catch (LinuxException | IOException notPossible) {
                log.atWarn().addKeyValue("interface", on.name()).addKeyValue("reason", notPossible.getMessage())
                        .log("Addresses are offered without asking who uses them; run as root or with CAP_NET_RAW, or set bessemer.pxe.conflict-probe to 0s");
            }
        }
    }

    @Override
    public Optional<User> userOf(PxeSettings.Interface on, Inet4Address address, Duration patience) {
        counters.increment("dhcp.probes");
        if (!on.subnet().contains(address)) {
            return echo(address, patience);
        }
        ArpProbe arp = byDevice.get(on.name());
        return arp == null ? Optional.empty() : arp.userOf(address, patience).map(mac -> new User(Optional.of(mac)));
    }

    private Optional<User> echo(Inet4Address address, Duration patience) {
        if (!room.tryAcquire()) {
            counters.increment("dhcp.unprobed");
            return Optional.empty();
        }
        try {
            Future<Boolean> answers = echoes.submit(() -> address.isReachable((int) patience.toMillis()));
            return answers.get() ? Optional.of(new User(Optional.empty())) : Optional.empty();
        } catch (ExecutionException unreachable) {
            return Optional.empty();
        } catch (InterruptedException ending) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        } finally {
            room.release();
        }
    }

    @Override
    public void close() {
        echoes.shutdownNow();
        byDevice.values().forEach(ArpProbe::close);
    }
}
