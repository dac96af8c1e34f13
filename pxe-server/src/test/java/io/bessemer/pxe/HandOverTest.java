package io.bessemer.pxe;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class HandOverTest {
    private final PxeCounters counters = new PxeCounters();

    @Test
    void what_finds_no_room_waits_in_order_and_what_finds_no_room_to_wait_is_dropped() throws Exception {
        var work = new HandOver("http", 1, 3, counters);
        var hold = new CountDownLatch(1);
        var done = new CountDownLatch(3);
        List<Integer> order = Collections.synchronizedList(new ArrayList<>());
        assertThat(work.submit(() -> await(hold))).isTrue();
        for (int i = 0; i < 3; i++) {
            int number = i;
            assertThat(work.submit(() -> {
                order.add(number);
                done.countDown();
            })).isTrue();
        }
        assertThat(work.submit(() -> order.add(3))).isFalse();
        hold.countDown();
        assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(order).containsExactly(0, 1, 2);
        assertThat(counters.snapshot()).containsEntry("http.waited", 3L).containsEntry("http.dropped", 1L);
    }

    @Test
    void a_task_that_fails_gives_its_room_back() throws Exception {
        var work = new HandOver("http", 1, 10, counters);
        var done = new CountDownLatch(1);
        for (int i = 0; i < 5; i++) {
            assertThat(work.submit(() -> {
                throw new IllegalStateException("thrown by the test");
            })).isTrue();
        }
        work.submit(done::countDown);
        assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(counters.value("http.faults")).isEqualTo(5);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
