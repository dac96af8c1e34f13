package io.bessemer.ipmi.session;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;

/// What happened on the sockets of one client.
public final class IpmiCounters {
    /// What is counted.
    public enum Event {
        SENT,
        RETRANSMITTED,
        RECEIVED,
        /// could not be decoded
        MALFORMED,
        /// not protected as negotiated, and dropped
        UNPROTECTED,
        /// its code was wrong, and it was dropped
        TAMPERED,
        /// its sequence number was used before, or is too old
        REPLAYED,
        /// no question of ours, or not the one in flight
        UNEXPECTED,
        SESSION_OPENED,
        /// ended by us: not wanted any more, or by other credentials
        SESSION_CLOSED,
        /// a kept session that stopped answering
        SESSION_LOST,
        CIRCUIT_OPENED
    }

    private final LongAdder[] adders = new LongAdder[Event.values().length];

    IpmiCounters() {
        for (int i = 0; i < adders.length; i++) {
            adders[i] = new LongAdder();
        }
    }

    void add(Event event) {
        adders[event.ordinal()].increment();
    }

    public long get(Event event) {
        return adders[event.ordinal()].sum();
    }

    public Map<Event, Long> snapshot() {
        Map<Event, Long> all = new TreeMap<>();
        for (Event event : Event.values()) {
            all.put(event, get(event));
        }
        return all;
    }

    @Override
    public String toString() {
        return snapshot().toString();
    }
}
