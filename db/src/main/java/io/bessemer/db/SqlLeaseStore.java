package io.bessemer.db;

import io.bessemer.core.lease.Lease;
import io.bessemer.core.lease.LeaseStore;
import io.bessemer.core.node.MacAddress;
import io.bessemer.db.LeaseMapper.LeaseRow;
import java.net.Inet4Address;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// DHCP leases.
final class SqlLeaseStore implements LeaseStore {
    private final LeaseMapper leases;
    private final Transactions transactions;
    private final boolean shared;

    /// @param shared false for the embedded database, which only this process has
    SqlLeaseStore(Mappers mappers, Transactions transactions, boolean shared) {
        this.leases = mappers.of(LeaseMapper.class);
        this.shared = shared;
        this.transactions = transactions;
    }

    @Override
    public boolean shared() {
        return shared;
    }

    @Override
    public List<Lease> list() {
        return leases.list().stream().map(SqlLeaseStore::lease).toList();
    }

    @Override
    public Optional<Lease> find(MacAddress mac) {
        return Optional.ofNullable(leases.find(mac.value())).map(SqlLeaseStore::lease);
    }

    @Override
    public Optional<Lease> holder(Inet4Address address) {
        return Optional.ofNullable(leases.holder(address.getHostAddress())).map(SqlLeaseStore::lease);
    }

    @Override
    public boolean save(Lease lease) {
        LeaseRow row = row(lease);
        try {
            return updateOrInsert(row);
        } catch (RuntimeException e) {
            return switch (SqlFailures.violatedKey(e).orElse("")) {
                case "" -> throw e;
                case "uq_leases_address" -> false;
                default -> updateOrInsert(row); // the MAC's own row was inserted between our update and our insert
            };
        }
    }

    /// In one transaction when none of them clashes, else each by itself: a row that cannot be stored must not undo the others.
    @Override
    public List<Boolean> saveAll(List<Lease> all) {
        if (all.size() == 1) {
            return List.of(save(all.getFirst()));
        }
        try {
            transactions.run(() -> putAll(all.stream().map(SqlLeaseStore::row).toList()));
            return Collections.nCopies(all.size(), true);
        } catch (RuntimeException e) {
            if (SqlFailures.violatedKey(e).isEmpty()) {
                throw e;
            }
            return all.stream().map(this::save).toList();
        }
    }

    private boolean updateOrInsert(LeaseRow row) {
        transactions.run(() -> put(row));
        return true;
    }

    private void put(LeaseRow row) {
        if (leases.update(row) == 0) {
            leases.insert(row);
        }
    }

    /// New ones by one statement for many: a rack that powers on is new. A row that another server inserts meanwhile is a clash, as above.
    private void putAll(List<LeaseRow> rows) {
        Set<String> present = new HashSet<>(Blocks.filledUp(rows.stream().map(LeaseRow::mac).toList(), leases::present));
        List<LeaseRow> fresh = new ArrayList<>();
        List<LeaseRow> again = new ArrayList<>();
        rows.forEach(row -> (present.add(row.mac()) ? fresh : again).add(row));
        Blocks.exactly(fresh, leases::insertAll);
        again.forEach(leases::update);
    }

    private static LeaseRow row(Lease lease) {
        return new LeaseRow(lease.mac().value(), lease.address().getHostAddress(), Micros.of(lease.expiresAt()));
    }

    @Override
    public void delete(Lease lease) {
        transactions.run(() -> leases.delete(row(lease)));
    }

    private static Lease lease(LeaseRow row) {
        return new Lease(new MacAddress(row.mac()), Inet4Address.ofLiteral(row.address()), row.expiresAt());
    }
}
