package io.bessemer.pxe.dhcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.core.lease.Lease;
import io.bessemer.core.node.MacAddress;
import io.bessemer.pxe.MemoryLeases;
import java.net.Inet4Address;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What machines do while one of them gives its address back, which takes as long as the database does.
class LeaseIndexTest {
    private static final MacAddress MAC = new MacAddress("52:54:00:00:00:01");
    private static final MacAddress OTHER = new MacAddress("52:54:00:00:00:02");
    private static final Inet4Address ADDRESS = (Inet4Address) Inet4Address.ofLiteral("10.0.0.7");
    private static final Duration HOUR = Duration.ofHours(1);

    private final SlowLeases store = new SlowLeases();
    private final SettableClock clock = new SettableClock();
    private final LeaseIndex index = new LeaseIndex(store, clock);

    @BeforeEach
    void theMachineHasTheAddress() {
        assertThat(given(MAC)).isTrue();
    }

    @Test
    void who_gave_its_address_back_has_none_any_more_and_another_may_have_it() {
        index.release(MAC, ADDRESS);
        assertThat(index.find(MAC)).isEmpty();
        assertThat(store.list()).isEmpty();
        assertThat(given(OTHER)).isTrue();
    }

    @Test
    void who_asks_for_it_again_meanwhile_keeps_it() {
        store.beforeDelete = () -> assertThat(given(MAC)).isTrue();
        index.release(MAC, ADDRESS);
        assertThat(index.find(MAC)).map(Lease::address).contains(ADDRESS);
        assertThat(store.find(MAC)).map(Lease::address).contains(ADDRESS);
        assertThat(index.macAt(ADDRESS)).contains(MAC);
    }

    @Test
    void nobody_else_gets_it_before_the_database_has_forgotten_it() {
        store.beforeDelete = () -> assertThat(given(OTHER)).isFalse();
        index.release(MAC, ADDRESS);
        assertThat(given(OTHER)).isTrue();
    }

    @Test
    void what_another_machine_was_found_at_is_left_alone() {
        index.decline(MAC, ADDRESS);
        assertThat(store.list()).isEmpty();
        assertThat(given(MAC)).isFalse();
        assertThat(given(OTHER)).isFalse();
    }

    private boolean given(MacAddress mac) {
        clock.now = clock.now.plusMillis(1);
        return switch (index.bind(mac, ADDRESS, HOUR)) {
            case LeaseIndex.Binding.Refused() -> false;
            case LeaseIndex.Binding.Kept() -> true;
            case LeaseIndex.Binding.Unstored(Lease lease) -> index.store(List.of(lease)).getFirst();
        };
    }

    private static final class SlowLeases extends MemoryLeases {
        volatile Runnable beforeDelete = () -> { };

        SlowLeases() {
            shared = false;
        }

        @Override
        public void delete(Lease lease) {
            beforeDelete.run();
            super.delete(lease);
        }
    }
}
