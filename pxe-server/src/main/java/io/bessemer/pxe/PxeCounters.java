package io.bessemer.pxe;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/// What happened since the start, by name: `dhcp.discover`, `tftp.malformed`, `http.bytes`, ...
public final class PxeCounters {
    private final ConcurrentHashMap<String, LongAdder> counters = new ConcurrentHashMap<>();

    public void increment(String name) {
        add(name, 1);
    }

    public void add(String name, long amount) {
        LongAdder counter = counters.get(name); // without the lock that computeIfAbsent may take
        (counter == null ? counters.computeIfAbsent(name, _ -> new LongAdder()) : counter).add(amount);
    }

    public long value(String name) {
        LongAdder counter = counters.get(name);
        return counter == null ? 0 : counter.sum();
    }

    /// Sorted by name.
    public Map<String, Long> snapshot() {
        var values = new TreeMap<String, Long>();
        counters.forEach((name, counter) -> values.put(name, counter.sum()));
        return values;
    }
}
