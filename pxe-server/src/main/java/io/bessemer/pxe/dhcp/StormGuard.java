package io.bessemer.pxe.dhcp;

import io.bessemer.core.node.MacAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/// Holds back machines that ask without end: firmware sends a few messages in a second, a loop in a network sends thousands of the same.
final class StormGuard {
    /// messages of one MAC in one second
    static final int LIMIT = 20;
    /// MACs that are counted in one second; beyond that all are let through, as the hand-over has its own bound
    private static final int MOST = 100_000;
    private static final long SECOND = 1_000_000_000;

    private record Window(long second, Map<MacAddress, AtomicInteger> counts) {}

    private final LongSupplier nanoTime;
    private volatile Window window = new Window(Long.MIN_VALUE, Map.of());

    StormGuard(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    boolean admits(MacAddress mac) {
        long second = Math.floorDiv(nanoTime.getAsLong(), SECOND);
        Window now = window;
        if (now.second != second) {
            now = new Window(second, new ConcurrentHashMap<>());
            window = now;
        }
        AtomicInteger count = now.counts.get(mac);
        if (count == null) {
            if (now.counts.size() >= MOST) {
                return true;
            }
            count = now.counts.computeIfAbsent(mac, _ -> new AtomicInteger());
        }
        return count.incrementAndGet() <= LIMIT;
    }
}
