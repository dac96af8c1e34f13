package io.bessemer.pxe.dhcp;

import io.bessemer.core.lease.Lease;
import io.bessemer.core.lease.LeaseStore;
import io.bessemer.core.node.MacAddress;
import io.bessemer.pxe.Subnet;
import java.net.Inet4Address;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/// Who has which address, in memory in front of the `LeaseStore`. Offers live here only; a lease is stored when it is acknowledged.
/// Reads never touch the store. `bind` and `release` do, outside of the lock.
public final class LeaseIndex {
    private static final Duration OFFER_TIME = Duration.ofMinutes(1);
    /// how long an address that somebody else was found to use is left alone
    private static final Duration QUARANTINE = Duration.ofMinutes(10);

    private final LeaseStore store;
    private final Clock clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<MacAddress, Lease> byMac = new HashMap<>();
    private final Map<Inet4Address, MacAddress> byAddress = new HashMap<>();
    private final Map<Inet4Address, Instant> quarantined = new HashMap<>();

    public LeaseIndex(LeaseStore store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    /// Reads the store; offers that were not acknowledged are forgotten.
    public void load() {
        List<Lease> stored = store.list();
        lock.lock();
        try {
            byMac.clear();
            byAddress.clear();
            stored.forEach(this::put);
        } finally {
            lock.unlock();
        }
    }

    public Optional<MacAddress> macAt(Inet4Address address) {
        lock.lock();
        try {
            return Optional.ofNullable(byAddress.get(address));
        } finally {
            lock.unlock();
        }
    }

    public Optional<Lease> find(MacAddress mac) {
        lock.lock();
        try {
            return Optional.ofNullable(byMac.get(mac));
        } finally {
            lock.unlock();
        }
    }

    /// An address of the subnet for the MAC: the one that it has, else the one that it wants, else a free one, else that of a
    /// machine that nobody knows and whose lease has run out. Empty when the range is exhausted.
    ///
    /// @param usable false for addresses of the range that nobody may get
    /// @param known  whether a MAC keeps its address for ever; may wait, so it is asked outside of the lock
    Optional<Inet4Address> offer(MacAddress mac, Subnet subnet, Optional<Inet4Address> wanted, Predicate<Inet4Address> usable, Predicate<MacAddress> known) {
        lock.lock();
        try {
            Lease held = byMac.get(mac);
            if (held != null && subnet.inRange(held.address()) && usable.test(held.address()) && !isQuarantined(held.address())) {
                put(new Lease(mac, held.address(), later(held.expiresAt(), clock.instant().plus(OFFER_TIME))));
                return Optional.of(held.address());
            }
            Optional<Inet4Address> free = wanted.filter(address -> isFree(address, subnet, usable)).or(() -> firstFree(mac, subnet, usable));
            if (free.isPresent()) {
                put(new Lease(mac, free.get(), clock.instant().plus(OFFER_TIME)));
                return free;
            }
        } finally {
            lock.unlock();
        }
        for (Lease expired : expiredIn(subnet, usable)) {
            if (!known.test(expired.mac()) && reclaim(expired, mac)) {
                return Optional.of(expired.address());
            }
        }
        return Optional.empty();
    }

    /// Gives the MAC the address for this long, and stores that.
    ///
    /// @return false when another MAC holds the address
    boolean bind(MacAddress mac, Inet4Address address, Duration time) {
        var lease = new Lease(mac, address, clock.instant().plus(time));
        lock.lock();
        try {
            MacAddress holder = byAddress.get(address);
            if (holder != null && !holder.equals(mac) || isQuarantined(address)) {
                return false;
            }
            put(lease);
        } finally {
            lock.unlock();
        }
        if (store.save(lease)) {
            return true;
        }
        load(); // the store knows better: somebody else wrote to it
        return false;
    }

    /// The client found somebody else at its address (RFC 2131 §4.3.3).
    void decline(MacAddress mac, Inet4Address address) {
        lock.lock();
        try {
            Lease held = byMac.get(mac);
            if (held == null || !held.address().equals(address)) {
                return;
            }
            drop(held);
            quarantined.put(address, clock.instant().plus(QUARANTINE));
        } finally {
            lock.unlock();
        }
        store.delete(mac);
    }

    void release(MacAddress mac, Inet4Address address) {
        lock.lock();
        try {
            Lease held = byMac.get(mac);
            if (held == null || !held.address().equals(address)) {
                return;
            }
            drop(held);
        } finally {
            lock.unlock();
        }
        store.delete(mac);
    }

    private Optional<Inet4Address> firstFree(MacAddress mac, Subnet subnet, Predicate<Inet4Address> usable) {
        int size = subnet.rangeSize();
        // start at a place of its own, so that a machine gets the same address again even when the store was lost
        int start = Math.floorMod(mac.hashCode() * 0x9e3779b1, size);
        for (int i = 0; i < size; i++) {
            Inet4Address candidate = subnet.rangeAddress((start + i) % size);
            if (isFree(candidate, subnet, usable)) {
                return Optional.of(candidate);
            }
        }
        return Optional.empty();
    }

    boolean isFreeFor(MacAddress mac, Inet4Address address, Subnet subnet, Predicate<Inet4Address> usable) {
        lock.lock();
        try {
            return mac.equals(byAddress.get(address)) && subnet.inRange(address) || isFree(address, subnet, usable);
        } finally {
            lock.unlock();
        }
    }

    private boolean isFree(Inet4Address address, Subnet subnet, Predicate<Inet4Address> usable) {
        return subnet.inRange(address) && !byAddress.containsKey(address) && usable.test(address) && !isQuarantined(address);
    }

    private boolean isQuarantined(Inet4Address address) {
        Instant until = quarantined.get(address);
        if (until == null) {
            return false;
        }
        if (until.isAfter(clock.instant())) {
            return true;
        }
        quarantined.remove(address);
        return false;
    }

    private List<Lease> expiredIn(Subnet subnet, Predicate<Inet4Address> usable) {
        lock.lock();
        try {
            Instant now = clock.instant();
            return byMac.values().stream()
                    .filter(lease -> lease.expiresAt().isBefore(now) && subnet.inRange(lease.address()) && usable.test(lease.address()))
                    .sorted(Comparator.comparing(Lease::expiresAt))
                    .toList();
        } finally {
            lock.unlock();
        }
    }

    private boolean reclaim(Lease expired, MacAddress mac) {
        lock.lock();
        try {
            if (!expired.equals(byMac.get(expired.mac()))) {
                return false; // renewed meanwhile
            }
            drop(expired);
            put(new Lease(mac, expired.address(), clock.instant().plus(OFFER_TIME)));
        } finally {
            lock.unlock();
        }
        store.delete(expired.mac());
        return true;
    }

    private void put(Lease lease) {
        Lease before = byMac.put(lease.mac(), lease);
        if (before != null && !before.address().equals(lease.address())) {
            byAddress.remove(before.address(), lease.mac());
        }
        byAddress.put(lease.address(), lease.mac());
    }

    private void drop(Lease lease) {
        byMac.remove(lease.mac());
        byAddress.remove(lease.address(), lease.mac());
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }
}
