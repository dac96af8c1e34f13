package io.bessemer.pxe.dhcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GroupsTest {
    private static final int LARGEST = 64;

    private final BlockingQueue<List<Integer>> worked = new LinkedBlockingQueue<>();
    private final CountDownLatch goOn = new CountDownLatch(1);

    @Test
    void what_comes_while_a_group_is_in_work_is_the_next_and_none_is_larger_than_it_may_be() throws Exception {
        Groups<Integer> groups = held(100, Duration.ofMillis(1));
        assertThat(groups.add(0)).isTrue();
        assertThat(next()).containsExactly(0);
        IntStream.rangeClosed(1, 100).forEach(each -> assertThat(groups.add(each)).isTrue());
        assertThat(groups.add(101)).as("more than may wait").isFalse();
        goOn.countDown();
        assertThat(next()).isEqualTo(IntStream.rangeClosed(1, 64).boxed().toList());
        assertThat(next()).isEqualTo(IntStream.rangeClosed(65, 100).boxed().toList());
    }

    @Test
    void the_first_after_a_rest_waits_for_nobody_and_the_next_group_begins_later() throws Exception {
        Duration spacing = Duration.ofMillis(300);
        BlockingQueue<Long> begun = new LinkedBlockingQueue<>();
        var groups = new Groups<Integer>("test", LARGEST, 100, spacing, _ -> begun.add(System.nanoTime()));
        long asked = System.nanoTime();
        groups.add(0);
        long first = begun.poll(10, TimeUnit.SECONDS);
        IntStream.range(0, LARGEST).forEach(groups::add);
        long second = begun.poll(10, TimeUnit.SECONDS);
        assertThat(first - asked).isLessThan(spacing.toNanos());
        assertThat(second - first).isGreaterThan(spacing.toNanos() / 2);
    }

    @Test
    void what_fails_ends_its_group_alone() throws Exception {
        var groups = new Groups<Integer>("test", LARGEST, 100, Duration.ofMillis(1), group -> {
            worked.add(group);
            if (group.contains(0)) {
                throw new AssertionError("thrown by the test");
            }
        });
        groups.add(0);
        assertThat(next()).containsExactly(0);
        groups.add(1);
        assertThat(next()).containsExactly(1);
    }

    private Groups<Integer> held(int mostWaiting, Duration spacing) {
        return new Groups<>("test", LARGEST, mostWaiting, spacing, group -> {
            worked.add(group);
            try {
                assertThat(goOn.await(10, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException ended) {
                throw new IllegalStateException(ended);
            }
        });
    }

    private List<Integer> next() throws InterruptedException {
        List<Integer> group = worked.poll(10, TimeUnit.SECONDS);
        assertThat(group).as("a group that was worked on").isNotNull();
        return group;
    }
}
