package io.bessemer.ipmi.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.ipmi.session.Timers.Timer;
import io.netty.channel.DefaultEventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TimersTest {
    private final DefaultEventLoop loop = new DefaultEventLoop();

    @AfterEach
    void close() {
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    @Test
    void each_timer_runs_once_and_never_early_and_one_that_is_stopped_never() throws Exception {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(21);
        int count = 2000;
        CountDownLatch left = new CountDownLatch(count / 2);
        List<String> wrong = new ArrayList<>(); // the loop's alone, until it is done
        loop.submit(() -> {
            Timers timers = new Timers(loop);
            for (int i = 0; i < count; i++) {
                long nanos = TimeUnit.MICROSECONDS.toNanos(random.nextLong(400_000));
                long due = System.nanoTime() + nanos;
                boolean stopped = i % 2 == 1;
                boolean[] ran = new boolean[1];
                Timer timer = new Timer(() -> {
                    if (stopped || ran[0] || System.nanoTime() < due) {
                        wrong.add("stopped %s, ran before %s, %d ns early".formatted(stopped, ran[0], due - System.nanoTime()));
                    }
                    ran[0] = true;
                    left.countDown();
                });
                timers.set(timer, nanos);
                if (stopped) {
                    timers.stop(timer);
                    timers.stop(timer);
                }
            }
        }).sync();
        assertThat(left.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(loop.submit(() -> List.copyOf(wrong)).get()).isEmpty();
    }

    @Test
    void a_timer_that_is_set_again_runs_at_its_new_time_and_tasks_may_set_and_stop_others() throws Exception {
        List<String> story = new ArrayList<>();
        CountDownLatch done = new CountDownLatch(1);
        loop.submit(() -> {
            Timers timers = new Timers(loop);
            Timer never = new Timer(() -> story.add("never"));
            Timer last = new Timer(() -> {
                story.add("last");
                done.countDown();
            });
            Timer moved = new Timer(() -> {
                story.add("moved");
                timers.set(last, TimeUnit.MILLISECONDS.toNanos(20));
            });
            Timer first = new Timer(() -> {
                story.add("first");
                timers.stop(never);
                timers.set(moved, TimeUnit.MILLISECONDS.toNanos(50));
            });
            timers.set(never, TimeUnit.MILLISECONDS.toNanos(40));
            timers.set(moved, TimeUnit.MILLISECONDS.toNanos(30));
            timers.set(first, TimeUnit.MILLISECONDS.toNanos(10));
        }).sync();
        assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(loop.submit(() -> List.copyOf(story)).get()).containsExactly("first", "moved", "last");
    }

    @Test
    void a_timer_of_a_later_turn_of_the_wheel_waits_for_it() throws Exception {
        CountDownLatch late = new CountDownLatch(1);
        long begin = System.nanoTime();
        loop.submit(() -> new Timers(loop).set(new Timer(late::countDown), TimeUnit.MILLISECONDS.toNanos(4_500))).sync();
        assertThat(late.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(System.nanoTime() - begin).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(4_500));
    }
}
