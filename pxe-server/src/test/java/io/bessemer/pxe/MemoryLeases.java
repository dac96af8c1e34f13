package io.bessemer.pxe;

import io.bessemer.core.lease.Lease;
import io.bessemer.core.lease.LeaseStore;
import io.bessemer.core.node.MacAddress;
import java.net.Inet4Address;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// Leases that live as long as the test.
public class MemoryLeases implements LeaseStore {
    private final Map<MacAddress, Lease> leases = new ConcurrentHashMap<>();

    /// how many were stored, with those that were there before
    public final AtomicInteger saves = new AtomicInteger();
    public volatile boolean shared = true;

    @Override
    public boolean shared() {
        return shared;
    }

    @Override
    public List<Lease> list() {
        return List.copyOf(leases.values());
    }

    @Override
    public Optional<Lease> find(MacAddress mac) {
        return Optional.ofNullable(leases.get(mac));
    }

    @Override
    public synchronized boolean save(Lease lease) {
        if (leases.values().stream().anyMatch(other -> other.address().equals(lease.address()) && !other.mac().equals(lease.mac()))) {
            return false;
        }
        leases.put(lease.mac(), lease);
        saves.incrementAndGet();
        return true;
    }

    @Override
    public List<Boolean> saveAll(List<Lease> all) {
        return all.stream().map(this::save).toList();
    }

    @Override
    public Optional<Lease> holder(Inet4Address address) {
        return leases.values().stream().filter(lease -> lease.address().equals(address)).findFirst();
    }

    @Override
    public synchronized void delete(Lease lease) {
        find(lease.mac()).filter(kept -> kept.address().equals(lease.address()) && !kept.expiresAt().isAfter(lease.expiresAt())).ifPresent(kept -> leases.remove(kept.mac()));
    }
}
