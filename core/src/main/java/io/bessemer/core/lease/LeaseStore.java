package io.bessemer.core.lease;

import io.bessemer.core.node.MacAddress;
import java.util.List;
import java.util.Optional;

/// Where leases are kept, so that a restart gives every machine the address that it had.
public interface LeaseStore {
    List<Lease> list();

    Optional<Lease> find(MacAddress mac);

    /// Inserts or replaces the MAC's lease.
    ///
    /// @return false when another MAC holds the address, and nothing was stored
    boolean save(Lease lease);

    void delete(MacAddress mac);
}
