package io.bessemer.pxe.dhcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bessemer.core.lease.Lease;
import io.bessemer.core.node.MacAddress;
import io.bessemer.pxe.MemoryLeases;
import java.net.Inet4Address;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class TogetherTest {
    private static Lease lease(int number) {
        return new Lease(new MacAddress("52:54:00:00:00:%02x".formatted(number)), (Inet4Address) Inet4Address.ofLiteral("10.0.0." + number), Instant.EPOCH);
    }

    @Test
    void all_that_wait_while_leases_are_stored_are_in_the_next_group() throws Exception {
        var writing = new CountDownLatch(1);
        var goOn = new CountDownLatch(1);
        var groups = new ArrayList<List<Lease>>();
        var leases = new MemoryLeases() {
            @Override
            public List<Boolean> saveAll(List<Lease> all) {
                groups.add(all);
                writing.countDown();
                try {
                    assertThat(goOn.await(10, TimeUnit.SECONDS)).isTrue();
                } catch (InterruptedException ended) {
                    throw new IllegalStateException(ended);
                }
                return super.saveAll(all);
            }
        };
        leases.save(new Lease(new MacAddress("52:54:00:00:00:ff"), lease(7).address(), Instant.EPOCH)); // another has that one
        var writer = new Together<>("leases", leases::saveAll);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Boolean> first = threads.submit(() -> writer.call(lease(1)));
            assertThat(writing.await(10, TimeUnit.SECONDS)).isTrue();
            var others = new ArrayList<Future<Boolean>>();
            for (int i = 2; i < 40; i++) {
                int number = i;
                others.add(threads.submit(() -> writer.call(lease(number))));
            }
            while (writer.waiting() < 38) {
                Thread.onSpinWait();
            }
            goOn.countDown();
            assertThat(first.get(10, TimeUnit.SECONDS)).isTrue();
            for (int i = 0; i < others.size(); i++) {
                assertThat(others.get(i).get(10, TimeUnit.SECONDS)).as("lease " + (i + 2)).isEqualTo(i + 2 != 7);
            }
        }
        assertThat(groups).extracting(List::size).containsExactly(1, 38);
        assertThat(leases.list()).hasSize(39);
    }

    @Test
    void what_fails_is_told_to_all_of_its_group_and_the_next_is_tried() {
        var full = new AtomicBoolean(true);
        var leases = new MemoryLeases();
        var writer = new Together<Lease, Boolean>("leases", all -> {
            if (full.get()) {
                throw new IllegalStateException("no room");
            }
            return leases.saveAll(all);
        });
        assertThatThrownBy(() -> writer.call(lease(1))).hasMessage("no room");
        assertThatThrownBy(() -> writer.call(lease(2))).hasMessage("no room");
        full.set(false);
        assertThat(writer.call(lease(3))).isTrue();
    }
}
