package io.bessemer.db;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.core.lease.Lease;
import java.net.Inet4Address;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What the store of leases promises, whichever database is below.
abstract class LeaseStoreTest extends DatabaseCase {
    private static final Instant START = StoreTest.START;

    @Test
    void a_lease_binds_one_address_to_one_mac() {
        Lease lease = new Lease(StoreTest.mac(), (Inet4Address) Inet4Address.ofLiteral("10.1.2.3"), Micros.of(START));
        assertThat(database.leases().save(lease)).isTrue();
        assertThat(database.leases().save(new Lease(StoreTest.mac(), lease.address(), START))).isFalse();
        Lease moved = new Lease(lease.mac(), (Inet4Address) Inet4Address.ofLiteral("10.1.2.4"), Micros.of(START.plusSeconds(60)));
        assertThat(database.leases().save(moved)).isTrue();
        assertThat(database.leases().find(lease.mac())).contains(moved);
        Lease other = new Lease(StoreTest.mac(), lease.address(), Micros.of(START));
        assertThat(database.leases().save(other)).isTrue();
        assertThat(database.leases().save(new Lease(other.mac(), moved.address(), START))).isFalse();
        assertThat(database.leases().list()).contains(moved, other);
        database.leases().delete(other);
        assertThat(database.leases().find(other.mac())).isEmpty();
    }

    @Test
    void a_lease_that_was_stored_anew_outlives_the_end_of_the_former() {
        Lease former = new Lease(StoreTest.mac(), (Inet4Address) Inet4Address.ofLiteral("10.1.4.1"), Micros.of(START));
        Lease renewed = new Lease(former.mac(), former.address(), Micros.of(START.plusSeconds(60)));
        Lease moved = new Lease(former.mac(), (Inet4Address) Inet4Address.ofLiteral("10.1.4.2"), Micros.of(START));
        database.leases().save(renewed);
        database.leases().delete(former);
        assertThat(database.leases().find(former.mac())).contains(renewed);
        database.leases().save(moved);
        database.leases().delete(renewed);
        assertThat(database.leases().find(former.mac())).contains(moved);
        database.leases().delete(moved);
        assertThat(database.leases().find(former.mac())).isEmpty();
    }

    @Test
    void leases_that_are_stored_together_are_refused_one_by_one() {
        Lease held = new Lease(StoreTest.mac(), (Inet4Address) Inet4Address.ofLiteral("10.1.3.1"), Micros.of(START));
        Lease free = new Lease(StoreTest.mac(), (Inet4Address) Inet4Address.ofLiteral("10.1.3.2"), Micros.of(START));
        assertThat(database.leases().saveAll(List.of(held, free))).containsExactly(true, true);
        Lease clashing = new Lease(StoreTest.mac(), held.address(), Micros.of(START));
        Lease fine = new Lease(StoreTest.mac(), (Inet4Address) Inet4Address.ofLiteral("10.1.3.3"), Micros.of(START));
        Lease renewed = new Lease(free.mac(), free.address(), Micros.of(START.plusSeconds(60)));
        assertThat(database.leases().saveAll(List.of(fine, clashing, renewed))).containsExactly(true, false, true);
        assertThat(database.leases().holder(held.address())).contains(held);
        assertThat(database.leases().holder(free.address())).contains(renewed);
        assertThat(database.leases().holder(fine.address())).contains(fine);
        assertThat(database.leases().find(clashing.mac())).isEmpty();
        assertThat(database.leases().holder((Inet4Address) Inet4Address.ofLiteral("10.1.3.4"))).isEmpty();
    }
}
