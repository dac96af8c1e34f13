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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Predicate;

/// Who has which address, in memory in front of the `LeaseStore`. Offers live here only; a lease is stored when it is acknowledged.
/// Other servers may write to the same store: what they gave away is learned when this memory does not know a machine, or is refused by the store.
/// The store is asked outside of the lock, and never for `macAt`.
///
/// On networks in mode `PROXY` we give no addresses: there the kernel's ARP table says whose one is, else what machines were heard to ask for.
public final class LeaseIndex {
    private static final Duration OFFER_TIME = Duration.ofMinutes(1);
    /// how long an address that somebody else was found to use is left alone
    private static final Duration QUARANTINE = Duration.ofMinutes(10);
    private static final Duration RELOAD_SPACING = Duration.ofSeconds(10);
    /// as many as machines of a large site
    private static final int SIGHTINGS = 65_536;

    private final LeaseStore store;
    private final Clock clock;
    private final Predicate<Inet4Address> proxied;
    private final Function<Inet4Address, Optional<MacAddress>> neighbours;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<MacAddress, Lease> byMac = new HashMap<>();
    /// what is on the disk: the same, or later, as leases are stored for twice their time in a store that is ours alone, so that most renewals need no write
    private final Map<MacAddress, Lease> stored = new HashMap<>();
    private final Map<Inet4Address, MacAddress> byAddress = new HashMap<>();
    private final Map<Inet4Address, Instant> quarantined = new HashMap<>();
    private final Map<Inet4Address, MacAddress> sighted = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Inet4Address, MacAddress> eldest) {
            return size() > SIGHTINGS;
        }
    };
    private Instant loadedAt = Instant.MIN;

    public LeaseIndex(LeaseStore store, Clock clock) {
        this(store, clock, _ -> false, _ -> Optional.empty());
    }

    /// @param proxied    whether an address is on a network in mode `PROXY`
    /// @param neighbours who the kernel says is at an address of such a network
    public LeaseIndex(LeaseStore store, Clock clock, Predicate<Inet4Address> proxied, Function<Inet4Address, Optional<MacAddress>> neighbours) {
        this.store = store;
        this.clock = clock;
        this.proxied = proxied;
        this.neighbours = neighbours;
    }

    /// @param fresh whether the machine did not have it before, so that somebody else may use it
    record Offer(Inet4Address address, boolean fresh) {}

    /// What became of a wish to have an address.
    sealed interface Binding {
        /// another MAC holds it
        record Refused() implements Binding {}

        /// the disk says no less already
        record Kept() implements Binding {}

        /// it counts when it is stored
        record Unstored(Lease lease) implements Binding {}
    }

    /// Reads the store; offers that were not acknowledged are forgotten.
    public void load() {
        List<Lease> all = store.list();
        lock.lock();
        try {
            byMac.clear();
            byAddress.clear();
            stored.clear();
            all.forEach(this::put);
            all.forEach(lease -> stored.put(lease.mac(), lease));
            loadedAt = clock.instant();
        } finally {
            lock.unlock();
        }
    }

    /// Whose address it is. Empty on a network in mode `PROXY` for one behind a relay that was not heard since our start.
    public Optional<MacAddress> macAt(Inet4Address address) {
        boolean others = proxied.test(address);
        if (others) {
            Optional<MacAddress> neighbour = neighbours.apply(address);
            if (neighbour.isPresent()) {
                return neighbour;
            }
        }
        lock.lock();
        try {
            return Optional.ofNullable((others ? sighted : byAddress).get(address));
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

    /// A machine on a network in mode `PROXY` asked for, or has, this address.
    void sighted(MacAddress mac, Inet4Address address) {
        lock.lock();
        try {
            sighted.remove(address); // to the end of the line
            sighted.put(address, mac);
        } finally {
            lock.unlock();
        }
    }

    /// An address of the subnet for the MAC: the one that is reserved for it, else the one that it has, else the one that it wants, else a free one,
    /// else that of a machine that nobody knows and whose lease has run out. Empty when the ranges are exhausted.
    ///
    /// @param usable false for addresses of the range that nobody may get
    /// @param known  whether a MAC keeps its address for ever; may wait, so it is asked outside of the lock
    Optional<Offer> offer(MacAddress mac, Subnet subnet, Optional<Inet4Address> wanted, Predicate<Inet4Address> usable, Predicate<MacAddress> known) {
        if (store.shared() && find(mac).isEmpty()) {
            store.find(mac).ifPresent(this::adopt);
        }
        Optional<Offer> offer = offerKnown(mac, subnet, wanted, usable);
        if (offer.isEmpty() && store.shared() && mayReload()) {
            load(); // other servers may have given up some
            offer = offerKnown(mac, subnet, wanted, usable);
        }
        if (offer.isPresent()) {
            return offer;
        }
        for (Lease expired : expiredIn(mac, subnet, usable)) {
            if (!known.test(expired.mac()) && reclaim(expired, mac)) {
                return Optional.of(new Offer(expired.address(), true));
            }
        }
        return Optional.empty();
    }

    /// As [#offer], when the store needs not be asked for it.
    Optional<Offer> offerFromMemory(MacAddress mac, Subnet subnet, Optional<Inet4Address> wanted, Predicate<Inet4Address> usable) {
        return store.shared() && find(mac).isEmpty() ? Optional.empty() : offerKnown(mac, subnet, wanted, usable);
    }

    private Optional<Offer> offerKnown(MacAddress mac, Subnet subnet, Optional<Inet4Address> wanted, Predicate<Inet4Address> usable) {
        lock.lock();
        try {
            Lease held = byMac.get(mac);
            Optional<Inet4Address> reserved = subnet.reservations().of(mac).filter(address -> isFreeOrHeldBy(mac, address, subnet, usable));
            if (held != null && subnet.isFor(mac, held.address()) && usable.test(held.address()) && !isQuarantined(held.address())
                    && reserved.filter(address -> !address.equals(held.address())).isEmpty()) {
                put(new Lease(mac, held.address(), later(held.expiresAt(), clock.instant().plus(OFFER_TIME))));
                return Optional.of(new Offer(held.address(), false));
            }
            Optional<Inet4Address> free = reserved.or(() -> wanted.filter(address -> isFree(mac, address, subnet, usable))).or(() -> firstFree(mac, subnet, usable));
            free.ifPresent(address -> put(new Lease(mac, address, clock.instant().plus(OFFER_TIME))));
            return free.map(address -> new Offer(address, true));
        } finally {
            lock.unlock();
        }
    }

    private boolean mayReload() {
        lock.lock();
        try {
            return loadedAt.isBefore(clock.instant().minus(RELOAD_SPACING));
        } finally {
            lock.unlock();
        }
    }

    /// Whether other servers may have given addresses away that this memory does not know of.
    boolean shared() {
        return store.shared();
    }

    /// Whether the store says that the MAC has this address, though this memory does not: another server gave it.
    boolean hasByStore(MacAddress mac, Inet4Address address) {
        Optional<Lease> found = store.find(mac).filter(lease -> lease.address().equals(address));
        found.ifPresent(this::adopt);
        return found.isPresent();
    }

    private void adopt(Lease found) {
        lock.lock();
        try {
            MacAddress other = byAddress.get(found.address());
            if (other != null && !other.equals(found.mac())) {
                byMac.remove(other);
            }
            put(found);
        } finally {
            lock.unlock();
        }
    }

    /// Gives the MAC the address for this long; nobody else gets it, but it is only the MAC's when the disk says no less.
    Binding bind(MacAddress mac, Inet4Address address, Duration time) {
        Instant now = clock.instant();
        var lease = new Lease(mac, address, now.plus(time));
        lock.lock();
        try {
            MacAddress holder = byAddress.get(address);
            if (holder != null && !holder.equals(mac) || isQuarantined(address)) {
                return new Binding.Refused();
            }
            put(lease);
            if (isOnDisk(lease)) {
                return new Binding.Kept();
            }
        } finally {
            lock.unlock();
        }
        return new Binding.Unstored(store.shared() ? lease : new Lease(mac, address, now.plus(time.multipliedBy(2))));
    }

    /// Stores what was bound.
    ///
    /// @return for each lease, in order, false when another MAC holds the address
    List<Boolean> store(List<Lease> leases) {
        List<Boolean> kept = store.saveAll(leases);
        for (int i = 0; i < leases.size(); i++) {
            Lease lease = leases.get(i);
            if (kept.get(i)) {
                noteStored(lease);
            } else {
                store.holder(lease.address()).ifPresent(this::adopt); // another server was first
            }
        }
        return kept;
    }

    /// Unless it was given back meanwhile, and the row is about to go.
    private void noteStored(Lease lease) {
        lock.lock();
        try {
            Lease held = byMac.get(lease.mac());
            if (held != null && held.address().equals(lease.address())) {
                stored.put(lease.mac(), lease);
            }
        } finally {
            lock.unlock();
        }
    }

    /// Never of a store that others write to: the row may be another by now.
    private boolean isOnDisk(Lease lease) {
        Lease kept = stored.get(lease.mac());
        return !store.shared() && kept != null && kept.address().equals(lease.address()) && !kept.expiresAt().isBefore(lease.expiresAt());
    }

    /// The client found somebody else at its address (RFC 2131 §4.3.3).
    void decline(MacAddress mac, Inet4Address address) {
        lock.lock();
        try {
            Lease held = byMac.get(mac);
            if (held == null || !held.address().equals(address)) {
                return;
            }
            quarantined.put(address, clock.instant().plus(QUARANTINE));
        } finally {
            lock.unlock();
        }
        release(mac, address);
    }

    /// Nobody else gets the address before the store has forgotten the lease; the machine itself may ask for it again meanwhile, and keeps what it is then given.
    void release(MacAddress mac, Inet4Address address) {
        Lease held;
        Lease written;
        lock.lock();
        try {
            held = byMac.get(mac);
            if (held == null || !held.address().equals(address)) {
                return;
            }
            written = written(held);
            stored.remove(mac);
        } finally {
            lock.unlock();
        }
        store.delete(written);
        lock.lock();
        try {
            if (held.equals(byMac.get(mac))) {
                drop(held);
            }
        } finally {
            lock.unlock();
        }
    }

    /// As the store has it, which may be for longer.
    private Lease written(Lease held) {
        Lease kept = stored.get(held.mac());
        return kept == null || !kept.address().equals(held.address()) ? held : new Lease(held.mac(), held.address(), later(held.expiresAt(), kept.expiresAt()));
    }

    private Optional<Inet4Address> firstFree(MacAddress mac, Subnet subnet, Predicate<Inet4Address> usable) {
        int size = subnet.rangeSize();
        // start at a place of its own, so that a machine gets the same address again even when the store was lost
        int start = Math.floorMod(mac.hashCode() * 0x9e3779b1, size);
        for (int i = 0; i < size; i++) {
            Inet4Address candidate = subnet.rangeAddress((start + i) % size);
            if (isFree(mac, candidate, subnet, usable)) {
                return Optional.of(candidate);
            }
        }
        return Optional.empty();
    }

    boolean isFreeFor(MacAddress mac, Inet4Address address, Subnet subnet, Predicate<Inet4Address> usable) {
        lock.lock();
        try {
            return isFreeOrHeldBy(mac, address, subnet, usable);
        } finally {
            lock.unlock();
        }
    }

    private boolean isFreeOrHeldBy(MacAddress mac, Inet4Address address, Subnet subnet, Predicate<Inet4Address> usable) {
        return mac.equals(byAddress.get(address)) && subnet.isFor(mac, address) || isFree(mac, address, subnet, usable);
    }

    private boolean isFree(MacAddress mac, Inet4Address address, Subnet subnet, Predicate<Inet4Address> usable) {
        return subnet.isFor(mac, address) && !byAddress.containsKey(address) && usable.test(address) && !isQuarantined(address);
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

    private List<Lease> expiredIn(MacAddress mac, Subnet subnet, Predicate<Inet4Address> usable) {
        lock.lock();
        try {
            Instant now = clock.instant();
            return byMac.values().stream()
                    .filter(lease -> lease.expiresAt().isBefore(now) && subnet.isFor(mac, lease.address()) && usable.test(lease.address()))
                    .sorted(Comparator.comparing(Lease::expiresAt))
                    .toList();
        } finally {
            lock.unlock();
        }
    }

    private boolean reclaim(Lease expired, MacAddress mac) {
        Lease written;
        lock.lock();
        try {
            if (!expired.equals(byMac.get(expired.mac()))) {
                return false; // renewed meanwhile
            }
            written = written(expired);
            drop(expired);
            put(new Lease(mac, expired.address(), clock.instant().plus(OFFER_TIME)));
        } finally {
            lock.unlock();
        }
        store.delete(written);
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
        stored.remove(lease.mac());
        byAddress.remove(lease.address(), lease.mac());
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }
}
