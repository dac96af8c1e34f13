package io.bessemer.notifications;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.WireMockServer;
import io.bessemer.core.event.Webhook;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

class KilledRelayTest {
    private static final JsonMapper JSON = new JsonMapper();

    private final WireMockServer receiver = new WireMockServer(options().dynamicPort());

    @Test
    void a_process_that_is_killed_while_it_tells_loses_nothing_and_the_next_goes_on_in_order(@TempDir Path directory) throws Exception {
        receiver.start();
        receiver.stubFor(post("/a").willReturn(aResponse().withStatus(204)));
        try {
            Webhook hook;
            try (Telling telling = new Telling(directory, Clock.systemUTC())) {
                hook = telling.database.webhooks().create(Webhook.draft(Instant.now()).withName("a").withUrl(receiver.url("/a")));
            }
            for (String life : List.of("first", "second")) {
                int before = got().size();
                Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp", System.getProperty("java.class.path"),
                        TellingProcess.class.getName(), directory.toString(), life).redirectErrorStream(true).redirectOutput(directory.resolve(life + ".log").toFile()).start();
                try {
                    Telling.await("events of the " + life + " process", () -> got().size() >= before + 40 || !process.isAlive(), () -> got().toString());
                    assertThat(process.isAlive()).as("see %s.log", life).isTrue();
                } finally {
                    process.destroyForcibly().waitFor(); // SIGKILL
                }
            }
            try (Telling telling = new Telling(directory, Clock.systemUTC()).relay(Optional.empty())) {
                long last = telling.all().getLast().cursor();
                telling.await(hook.id().toString(), state -> state.told() == last);
                assertThat(last).isGreaterThan(80);
                assertThat(got().stream().distinct()).as("each, in the order of the first time").containsExactlyElementsOf(LongStream.rangeClosed(1, last).boxed().toList());
                assertThat(got().size() - last).as("told again").isBetween(0L, 2L);
            }
        } finally {
            receiver.stop();
        }
    }

    private List<Long> got() {
        return receiver.findAll(postRequestedFor(urlEqualTo("/a"))).stream().map(request -> JSON.readTree(request.getBodyAsString()).get("cursor").asLong()).toList();
    }
}
