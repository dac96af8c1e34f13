package io.bessemer.core.lease;

import io.bessemer.core.node.MacAddress;
import java.net.Inet4Address;
import java.util.List;
import java.util.Optional;

/// Where leases are kept, so that a restart gives every machine the address that it had.
public interface LeaseStore {
    List<Lease> list();

    /// Whether other servers may write to it too.
    boolean shared();

    Optional<Lease> find(MacAddress mac);

    /// Who holds the address.
    Optional<Lease> holder(Inet4Address address);

    /// Inserts or replaces the MAC's lease.
    ///
    /// @return false when another MAC holds the address, and nothing was stored
    boolean save(Lease lease);

    /// As [#save] for each, together: all of it is durable when this returns.
    ///
    /// @return for each lease, in order, what `save` returns
    List<Boolean> saveAll(List<Lease> leases);

    /// Removes this lease, unless the MAC has another by now: another address, or the same for longer.
    void delete(Lease lease);
}
