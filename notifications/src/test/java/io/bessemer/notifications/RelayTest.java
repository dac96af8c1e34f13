package io.bessemer.notifications;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import io.bessemer.core.event.Event;
import io.bessemer.core.event.SinkStore.SinkState;
import io.bessemer.core.event.Webhook;
import io.bessemer.core.node.Node;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class RelayTest {
    private static final JsonMapper JSON = new JsonMapper();

    @TempDir
    Path directory;

    private final AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);
    private final Clock clock = ((InstantSource) () -> Instant.now().plus(ahead.get())).withZone(ZoneOffset.UTC);
    private WireMockServer receiver = new WireMockServer(options().dynamicPort());
    private Telling telling;

    @BeforeEach
    void start() {
        receiver.start();
        receiver.stubFor(post("/a").willReturn(aResponse().withStatus(204)));
        telling = new Telling(directory, clock).relay(Optional.empty());
    }

    @AfterEach
    void stop() {
        telling.close();
        receiver.stop();
    }

    private Webhook hook(String path, String... types) {
        return telling.database.webhooks().create(Webhook.draft(clock.instant()).withName("hook" + path.replace('/', '-')).withUrl("http://127.0.0.1:" + receiver.port() + path)
                .withTypes(List.of(types)));
    }

    private SinkState await(Webhook hook, java.util.function.Predicate<SinkState> as) {
        return telling.await(hook.id().toString(), as);
    }

    private List<JsonNode> got(String path) {
        return receiver.findAll(postRequestedFor(urlEqualTo(path))).stream().map(LoggedRequest::getBodyAsString).map(JSON::readTree).toList();
    }

    private List<Long> cursors(String path) {
        return got(path).stream().map(event -> event.get("cursor").asLong()).toList();
    }

    private List<Long> all() {
        return telling.all().stream().map(Event::cursor).toList();
    }

    @Test
    void a_webhook_gets_what_it_asked_for_in_order_with_a_signature() {
        Webhook hook = hook("/a", "baremetal.node.update");
        Node node = telling.node("n1");
        for (int i = 0; i < 5; i++) {
            node = telling.commit(node, node.toBuilder().description("d" + i).build());
        }
        assertThat(await(hook, state -> state.delivered() == 5 && state.told() == all().getLast())).extracting(SinkState::attempts, SinkState::dropped).containsExactly(0, 0L);
        assertThat(got("/a")).extracting(event -> event.get("data").get("description").asString()).containsExactly("d0", "d1", "d2", "d3", "d4");
        assertThat(got("/a")).allSatisfy(event -> assertThat(event.get("type").asString()).isEqualTo("baremetal.node.update.end"));
        receiver.findAll(postRequestedFor(urlEqualTo("/a"))).forEach(request -> {
            assertThat(request.getHeader("webhook-id")).isEqualTo("msg_" + JSON.readTree(request.getBodyAsString()).get("id").asString());
            assertThat(Long.parseLong(request.getHeader("webhook-timestamp"))).isCloseTo(Instant.now().getEpochSecond(), org.assertj.core.data.Offset.offset(60L));
            assertThat(request.getHeader("webhook-signature")).matches("v1,[A-Za-z0-9+/]{43}=");
        });
    }

    @Test
    void after_errors_it_is_told_again_from_where_it_failed_and_what_is_wrong_can_be_seen() {
        receiver.stubFor(post("/a").willReturn(aResponse().withStatus(500)));
        Webhook hook = hook("/a");
        IntStream.range(0, 4).forEach(i -> telling.node("n" + i));
        SinkState failing = await(hook, state -> state.attempts() >= 3);
        assertThat(failing.lastError()).isEqualTo("answered HTTP 500; 2xx is needed");
        assertThat(failing.failingSince()).isNotNull();
        assertThat(failing.delivered()).isZero();
        receiver.resetRequests();
        receiver.stubFor(post("/a").willReturn(aResponse().withStatus(200)));
        SinkState well = await(hook, state -> state.delivered() == 4);
        assertThat(well).extracting(SinkState::attempts, SinkState::lastError, SinkState::failingSince).containsExactly(0, null, null);
        assertThat(cursors("/a").stream().distinct()).containsExactlyElementsOf(all());
    }

    @Test
    void one_that_was_down_gets_all_when_it_is_back() {
        int port = receiver.port();
        Webhook hook = hook("/a");
        telling.node("before");
        await(hook, state -> state.delivered() == 1);
        receiver.stop();
        IntStream.range(0, 10).forEach(i -> telling.node("down-" + i));
        assertThat(await(hook, state -> state.attempts() >= 2).lastError()).startsWith("cannot be connected to");
        receiver = new WireMockServer(options().port(port));
        receiver.start();
        receiver.stubFor(post("/a").willReturn(aResponse().withStatus(204)));
        await(hook, state -> state.delivered() == 11);
        assertThat(cursors("/a")).containsExactlyElementsOf(all().subList(1, 11));
    }

    @Test
    void a_slow_one_holds_up_nobody_else() {
        receiver.stubFor(post("/slow").willReturn(aResponse().withStatus(204).withFixedDelay(3_000)));
        Webhook slow = hook("/slow");
        Webhook fast = hook("/a");
        IntStream.range(0, 20).forEach(i -> telling.node("n" + i));
        await(fast, state -> state.delivered() == 20);
        assertThat(telling.database.sinks().find(slow.id().toString()).orElseThrow().delivered()).isLessThan(20);
        await(slow, state -> state.delivered() >= 1);
    }

    @Test
    void what_was_not_taken_in_time_is_given_up_and_counted() {
        receiver.stubFor(post("/a").willReturn(aResponse().withStatus(503)));
        Webhook hook = hook("/a");
        telling.database.webhooks().update(hook.withRetryFor(Duration.ofHours(1))).orElseThrow();
        IntStream.range(0, 3).forEach(i -> telling.node("old-" + i));
        await(hook, state -> state.attempts() >= 1);
        ahead.set(Duration.ofHours(2));
        telling.node("young");
        assertThat(await(hook, state -> state.dropped() == 3).told()).isEqualTo(3);
        receiver.resetRequests();
        receiver.stubFor(post("/a").willReturn(aResponse().withStatus(204)));
        await(hook, state -> state.delivered() == 1);
        assertThat(got("/a").getLast().get("data").get("name").asString()).isEqualTo("young");
    }

    @Test
    void what_is_no_longer_kept_is_told_as_lost() {
        telling.stopRelay();
        Webhook hook = hook("/a");
        IntStream.range(0, 5).forEach(i -> telling.node("n" + i));
        telling.all();
        telling.database.events().trim(2, Instant.EPOCH);
        telling.close();
        telling = new Telling(directory, clock).relay(Optional.empty()); // the feed of the same process has them in memory
        assertThat(await(hook, state -> state.delivered() == 2).dropped()).isEqualTo(3);
        assertThat(got("/a")).extracting(event -> event.get("type").asString()).containsExactly("bessemer.events.lost", "baremetal.node.create.end", "baremetal.node.create.end");
        assertThat(got("/a").getFirst().get("data")).isEqualTo(JSON.readTree("{\"after\": 0, \"up_to\": 3}"));
    }

    @Test
    void the_next_process_goes_on_where_the_last_one_was_even_if_that_never_let_go() {
        Webhook hook = hook("/a");
        telling.node("n1");
        await(hook, state -> state.delivered() == 1);
        telling.stopRelay();
        // a process that was killed still holds the sink
        assertThat(telling.database.sinks().hold(hook.id().toString(), "killed", clock.instant(), clock.instant().plusSeconds(2))).isPresent();
        telling.node("n2");
        telling.relay(Optional.empty(), "c2");
        await(hook, state -> state.delivered() == 2);
        assertThat(cursors("/a")).containsExactly(1L, 2L);
    }

    @Test
    void a_webhook_that_is_removed_is_told_nothing_more() {
        Webhook hook = hook("/a");
        telling.node("n1");
        await(hook, state -> state.delivered() == 1);
        Webhook other = hook("/b", "baremetal.port");
        telling.database.webhooks().delete(hook.id());
        telling.node("n2");
        await(other, state -> state.told() == 2);
        assertThat(cursors("/a").size()).isLessThanOrEqualTo(2);
        int told = cursors("/a").size();
        telling.node("n3");
        await(other, state -> state.told() == 3);
        assertThat(cursors("/a")).hasSize(told);
    }
}
