package io.bessemer.pxe.dhcp;

import io.bessemer.pxe.PxeSettings;
import io.bessemer.pxe.Subnet;
import java.net.Inet4Address;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Other DHCP servers that were heard on an interface and are not expected there.
final class ForeignServers {
    /// longer than two rounds of looking for them
    private static final Duration REMEMBERED = Duration.ofMinutes(30);
    /// anybody can make up servers
    private static final int MOST = 64;

    private record Key(String device, Inet4Address server) {}

    private final Map<Key, Instant> heard = new ConcurrentHashMap<>();
    private final Clock clock;

    ForeignServers(Clock clock) {
        this.clock = clock;
    }

    static boolean expected(PxeSettings.Interface on, Subnet network, Inet4Address server) {
        return on.foreignServers().isEmpty() ? network.proxied() : on.foreignServers().contains(server);
    }

    void heard(PxeSettings.Interface on, Inet4Address server) {
        var key = new Key(on.name(), server);
        if (heard.size() < MOST || heard.containsKey(key)) {
            heard.put(key, clock.instant());
        }
    }

    /// Those that were heard of late, as text.
    List<String> on(PxeSettings.Interface on) {
        if (heard.isEmpty()) {
            return List.of();
        }
        Instant oldest = clock.instant().minus(REMEMBERED);
        heard.values().removeIf(at -> at.isBefore(oldest));
        return heard.keySet().stream().filter(key -> key.device().equals(on.name())).map(key -> key.server().getHostAddress()).sorted().toList();
    }
}
