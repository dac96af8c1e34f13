package io.bessemer.notifications;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.core.event.Event;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventFeedTest {
    @Test
    void followers_from_anywhere_see_every_event_once_and_in_order(@TempDir Path directory) throws Exception {
        int events = 1_200; // more than are in memory
        try (Telling telling = new Telling(directory, Clock.systemUTC()); var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<List<Long>>> followers = IntStream.of(0, 0, 400, 900).mapToObj(from -> threads.submit(() -> {
                List<Long> seen = new ArrayList<>();
                for (long at = from; at < events;) {
                    List<Event> more = telling.feed.read(at);
                    if (more.isEmpty()) {
                        telling.feed.await(at, Duration.ofSeconds(10));
                    }
                    more.forEach(event -> seen.add(event.cursor()));
                    at = more.isEmpty() ? at : more.getLast().cursor();
                }
                return seen;
            })).toList();
            for (int writer = 0; writer < 4; writer++) {
                String name = "w" + writer + "-";
                threads.submit(() -> IntStream.range(0, events / 4).forEach(i -> telling.node(name + i)));
            }
            assertThat(followers.get(0).get(120, TimeUnit.SECONDS)).containsExactlyElementsOf(LongStream.rangeClosed(1, events).boxed().toList());
            assertThat(followers.get(1).get(120, TimeUnit.SECONDS)).hasSize(events);
            assertThat(followers.get(2).get(120, TimeUnit.SECONDS)).containsExactlyElementsOf(LongStream.rangeClosed(401, events).boxed().toList());
            assertThat(followers.get(3).get(120, TimeUnit.SECONDS)).hasSize(events - 900);
        }
    }

    @Test
    void a_feed_that_closes_lets_go_of_who_waits(@TempDir Path directory) throws Exception {
        try (Telling telling = new Telling(directory, Clock.systemUTC()); var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Boolean> waiting = threads.submit(() -> telling.feed.await(0, Duration.ofMinutes(5)));
            telling.feed.close();
            assertThat(waiting.get(20, TimeUnit.SECONDS)).isFalse();
            assertThat(telling.feed.closed()).isTrue();
        }
    }
}
