package io.bessemer.cli.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.cli.AnsweringServer;
import io.bessemer.cli.client.BessemerClient;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class TimelineTailTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

    private final List<Integer> stored = new CopyOnWriteArrayList<>();

    /// As the server does it: what was at that time or later, in order of time.
    private String answer(String uri) {
        int since = uri.indexOf("since=");
        Instant from = since < 0 ? Instant.EPOCH : Instant.parse(URLDecoder.decode(uri.substring(since + 6), StandardCharsets.UTF_8));
        return stored.stream().sorted().filter(second -> !NOON.plusSeconds(second).isBefore(from))
                .map(second -> "{\"at\": \"%s\", \"message\": \"%d\"}".formatted(NOON.plusSeconds(second), second)).collect(Collectors.joining(", ", "{\"timeline\": [", "]}"));
    }

    private List<String> told(TimelineTail tail, BessemerClient client) throws Exception {
        List<String> messages = new ArrayList<>();
        for (JsonNode event : tail.news(client)) {
            messages.add(event.path("message").asString());
        }
        return messages;
    }

    @Test
    void an_event_that_is_stored_after_later_ones_is_told_and_each_once() throws Exception {
        try (var server = new AnsweringServer(this::answer); var client = new BessemerClient(server.url())) {
            var tail = new TimelineTail("n", "");
            stored.addAll(List.of(0, 10));
            assertThat(told(tail, client)).containsExactly("0", "10");
            stored.addAll(List.of(9, 10 + 1));
            assertThat(told(tail, client)).containsExactly("9", "11");
            assertThat(told(tail, client)).isEmpty();
            stored.add(500);
            assertThat(told(tail, client)).containsExactly("500");
            assertThat(told(tail, client)).isEmpty();
        }
    }

    @Test
    void nothing_from_before_the_beginning_is_told() throws Exception {
        try (var server = new AnsweringServer(this::answer); var client = new BessemerClient(server.url())) {
            var tail = new TimelineTail("n", NOON.plusSeconds(5).toString());
            stored.addAll(List.of(0, 4, 6));
            assertThat(told(tail, client)).containsExactly("6");
            stored.add(3);
            assertThat(told(tail, client)).isEmpty();
        }
    }
}
