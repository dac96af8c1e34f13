package io.bessemer.api;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.WireMockServer;
import io.bessemer.api.identity.Authentication;
import io.bessemer.api.wire.Caller;
import io.bessemer.api.wire.Role;
import jakarta.servlet.http.HttpServletRequest;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Events by the API: their stream, their list, webhooks.
class EventApiTest {
    @TempDir
    static Path directory;
    private static ApiServer api;

    /// `X-Test-Project` says for whom; without it, it is the system's administrator.
    private static final class ByProject implements Authentication {
        @Override
        public Caller authenticate(HttpServletRequest request) {
            String project = request.getHeader("X-Test-Project");
            return project == null ? Caller.systemAdministrator("admin") : new Caller("u", "u", project, false, Set.of(Role.READER));
        }

        @Override
        public String challenge() {
            return "Test";
        }
    }

    @BeforeAll
    static void start() {
        api = ApiServer.start(directory, new ByProject());
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    /// One that follows a stream.
    private static final class Follower implements AutoCloseable {
        private record Block(String id, String event, JsonNode data) {}

        final BlockingQueue<Block> blocks = new LinkedBlockingQueue<>();
        final HttpResponse<InputStream> response;
        private final HttpClient http = HttpClient.newHttpClient();

        Follower(String query, String... headers) throws Exception {
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(api.url() + "/v1/events/stream" + query));
            for (int i = 0; i < headers.length; i += 2) {
                request.header(headers[i], headers[i + 1]);
            }
            HttpResponse<InputStream> answer = http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
            Instant deadline = Instant.now().plusSeconds(20);
            while (answer.statusCode() == 503 && Instant.now().isBefore(deadline)) { // a follower that has gone is noticed by the next heartbeat
                answer.body().close();
                Thread.sleep(50);
                answer = http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
            }
            response = answer;
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.headers().firstValue("Content-Type")).hasValueSatisfying(type -> assertThat(type).startsWith("text/event-stream"));
            Thread.ofVirtual().start(() -> read(new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8)), blocks));
        }

        private static void read(BufferedReader lines, BlockingQueue<Block> blocks) {
            String id = null;
            String event = null;
            JsonNode data = null;
            try {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    if (line.isEmpty()) {
                        blocks.add(new Block(id, event, data));
                        event = null;
                        data = null;
                    } else if (line.startsWith("id: ")) {
                        id = line.substring(4);
                    } else if (line.startsWith("event: ")) {
                        event = line.substring(7);
                    } else if (line.startsWith("data: ")) {
                        data = ApiServer.JSON.readTree(line.substring(6));
                    }
                }
            } catch (IOException closed) {
                // the test has seen enough
            }
        }

        Block next(Predicate<Block> wanted) throws InterruptedException {
            Instant deadline = Instant.now().plusSeconds(30);
            List<Block> others = new ArrayList<>();
            while (Instant.now().isBefore(deadline)) {
                Block block = blocks.poll(1, TimeUnit.SECONDS);
                if (block != null && wanted.test(block)) {
                    return block;
                }
                if (block != null) {
                    others.add(block);
                }
            }
            throw new AssertionError("only " + others);
        }

        JsonNode nextOf(String node) throws InterruptedException {
            return next(block -> block.data() != null && node.equals(block.data().path("data").path("name").asString(""))).data();
        }

        @Override
        public void close() throws IOException {
            response.body().close();
            http.shutdownNow();
        }
    }

    private static String create(String name, String more) {
        ApiServer.Answer made = api.send("POST", "/v1/nodes", "{\"driver\": \"fake-hardware\", \"name\": \"%s\"%s}".formatted(name, more));
        assertThat(made.status()).as(made.response().body()).isEqualTo(201);
        return made.json().get("uuid").asString();
    }

    private static long newest() {
        return api.get("/v1/events?limit=1").json().get("newest").asLong();
    }

    private static List<Long> cursors(JsonNode page) {
        return page.get("events").valueStream().map(event -> event.get("cursor").asLong()).toList();
    }

    @Test
    void a_follower_sees_what_happens_as_it_happens_and_resumes_where_it_was() throws Exception {
        String id;
        try (Follower follower = new Follower("")) {
            follower.next(block -> block.data() == null); // it is there
            create("live-1", "");
            JsonNode event = follower.nextOf("live-1");
            assertThat(event.get("type").asString()).isEqualTo("baremetal.node.create.end");
            assertThat(event.get("node_uuid")).isEqualTo(event.get("data").get("uuid"));
            id = event.get("cursor").asString();
        }
        create("live-2", "");
        create("live-3", "");
        // the cursor of the address is that of the first time
        try (Follower again = new Follower("?cursor=0", "Last-Event-ID", id)) {
            var first = again.next(block -> block.event() != null);
            assertThat(Long.parseLong(first.id())).isEqualTo(Long.parseLong(id) + 1);
            assertThat(first.event()).isEqualTo(first.data().get("type").asString());
            again.nextOf("live-3");
        }
    }

    @Test
    void a_replay_from_the_beginning_is_gap_free() throws Exception {
        create("replayed", "");
        try (Follower follower = new Follower("?after=0")) {
            List<Long> seen = new ArrayList<>();
            while (seen.size() < 2 || seen.getLast() < newest()) {
                seen.add(Long.parseLong(follower.next(block -> block.event() != null).id()));
            }
            assertThat(seen).containsExactlyElementsOf(LongStream.rangeClosed(1, seen.size()).boxed().toList());
        }
    }

    @Test
    void a_filter_chooses_by_node_and_type_and_a_quiet_stream_says_that_it_lives() throws Exception {
        String uuid = create("chosen", "");
        create("other", "");
        try (Follower follower = new Follower("?node=chosen&type=baremetal.node.maintenance_set,baremetal.port")) {
            assertThat(api.send("PUT", "/v1/nodes/other/maintenance", "{}").status()).isEqualTo(202);
            create("noise", "");
            long now = newest();
            assertThat(follower.next(block -> block.data() == null && Long.parseLong(block.id()) >= now).event()).isNull(); // the cursor moves, though nothing was for it
            assertThat(api.send("PUT", "/v1/nodes/chosen/maintenance", "{\"reason\": \"fan\"}").status()).isEqualTo(202);
            JsonNode event = follower.next(block -> block.event() != null).data();
            assertThat(event.get("type").asString()).isEqualTo("baremetal.node.maintenance_set.end");
            assertThat(event.get("node_uuid").asString()).isEqualTo(uuid);
            assertThat(event.get("data").get("maintenance_reason").asString()).isEqualTo("fan");
        }
        assertThat(api.get("/v1/events/stream?type=node.create").fault()).contains("'node.create' is no type of events");
        assertThat(api.get("/v1/events/stream?node=nobody").status()).isEqualTo(404);
        assertThat(api.get("/v1/events/stream?kind=x").status()).isEqualTo(400);
    }

    @Test
    void a_node_that_is_gone_is_found_by_its_uuid() {
        String uuid = create("gone", "");
        assertThat(api.send("DELETE", "/v1/nodes/gone", null).status()).isEqualTo(204);
        await(() -> api.get("/v1/events?node=" + uuid).json().get("events").size() == 2);
        assertThat(api.get("/v1/events?node=" + uuid).json().get("events").valueStream().map(event -> event.get("type").asString()))
                .containsExactly("baremetal.node.create.end", "baremetal.node.delete.end");
    }

    @Test
    void a_cursor_that_is_not_kept_is_410_and_one_that_is_none_400() {
        IntStream.range(0, 3).forEach(i -> create("cursor-" + i, ""));
        await(() -> newest() >= 3);
        long newest = newest();
        ApiServer.Answer future = api.get("/v1/events/stream?cursor=" + (newest + 1000));
        assertThat(future.status()).isEqualTo(410);
        assertThat(future.fault()).contains("lies in the future (the newest event is ");
        assertThat(api.get("/v1/events/stream?cursor=x").fault()).contains("'x' is no cursor");
        assertThat(api.get("/v1/events?cursor=1&after=1").status()).isEqualTo(400);
        assertThat(api.get("/v1/events/stream", "Last-Event-ID", "-1").status()).isEqualTo(400);
    }

    @Test
    void what_is_older_than_what_is_kept_is_410_and_zero_is_the_oldest(@TempDir Path other) {
        try (ApiServer server = ApiServer.idle(other)) {
            IntStream.range(0, 5).forEach(i -> server.send("POST", "/v1/nodes", "{\"driver\": \"fake-hardware\"}"));
            await(() -> server.get("/v1/events?limit=1").json().get("newest").asLong() == 5);
            server.database.events().trim(2, Instant.EPOCH);
            ApiServer.Answer old = server.get("/v1/events/stream?cursor=2");
            assertThat(old.status()).isEqualTo(410);
            assertThat(old.fault()).contains("is older than what is kept (events 4 to 5)", "go on from cursor 5");
            assertThat(cursors(server.get("/v1/events?cursor=0").json())).containsExactly(4L, 5L);
            assertThat(cursors(server.get("/v1/events?cursor=3").json())).containsExactly(4L, 5L);
        }
    }

    @Test
    void a_list_is_paged_by_its_cursor() {
        IntStream.range(0, 6).forEach(i -> create("page-" + i, ""));
        await(() -> newest() >= 6);
        JsonNode first = api.get("/v1/events?limit=2").json();
        assertThat(cursors(first)).containsExactly(1L, 2L);
        JsonNode second = api.get("/v1/events?limit=2&cursor=" + first.get("cursor").asString()).json();
        assertThat(cursors(second)).containsExactly(3L, 4L);
        assertThat(first.get("oldest").asLong()).isEqualTo(1);
        assertThat(api.get("/v1/events?limit=0").fault()).contains("must be 1 to 1000");
    }

    @Test
    void a_project_sees_what_is_its_own_and_a_lessee_less() throws Exception {
        create("owned", ", \"owner\": \"p-owner\", \"lessee\": \"p-lessee\", \"driver_info\": {\"ipmi_address\": \"10.1.1.1\"}");
        create("not-theirs", "");
        await(() -> api.get("/v1/events?limit=1000").json().get("events").valueStream().anyMatch(event -> event.get("data").path("name").asString("").equals("not-theirs")));
        for (String project : List.of("p-owner", "p-lessee")) {
            JsonNode events = api.get("/v1/events?limit=1000", "X-Test-Project", project).json().get("events");
            assertThat(events.valueStream().map(event -> event.get("data").get("name").asString())).containsOnly("owned");
            assertThat(events.get(0).get("data").get("driver_info").isNull()).isEqualTo(project.equals("p-lessee"));
            try (Follower follower = new Follower("?cursor=0", "X-Test-Project", project)) {
                assertThat(follower.next(block -> block.event() != null).data().get("data").get("name").asString()).isEqualTo("owned");
            }
        }
        assertThat(api.get("/v1/events?limit=1000", "X-Test-Project", "p-other").json().get("events").size()).isZero();
        assertThat(api.get("/v1/events/stream?node=not-theirs", "X-Test-Project", "p-owner").status()).isEqualTo(404);
        assertThat(api.get("/v1/events/sinks", "X-Test-Project", "p-owner").status()).isEqualTo(403);
        assertThat(api.get("/v1/webhooks", "X-Test-Project", "p-owner").status()).isEqualTo(403);
    }

    /// One that does not read holds nothing but its socket: it is cut as soon as it reads again, and misses nothing.
    @Test
    void a_slow_follower_is_cut_with_a_last_word_and_can_go_on(@TempDir Path other) throws Exception {
        try (ApiServer server = ApiServer.idle(other)) {
            int events = 150; // of 50 KB: more than sockets hold
            String extra = "x".repeat(50_000);
            IntStream.range(0, events).forEach(i -> assertThat(server.send("POST", "/v1/nodes", "{\"driver\": \"fake-hardware\", \"extra\": {\"x\": \"%s\"}}".formatted(extra)).status()).isEqualTo(201));
            await(() -> server.get("/v1/events?limit=1").json().get("newest").asLong() == events);
            BlockingQueue<Follower.Block> blocks = new LinkedBlockingQueue<>();
            try (Socket socket = new Socket()) {
                socket.setReceiveBufferSize(4_096);
                socket.connect(new InetSocketAddress("127.0.0.1", server.port));
                socket.getOutputStream().write("GET /v1/events/stream?cursor=0 HTTP/1.0\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                assertThat(new CountDownLatch(1).await(4, TimeUnit.SECONDS)).as("time in which nothing is read").isFalse();
                Follower.read(new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8)), blocks); // to the end
            }
            List<Follower.Block> all = List.copyOf(blocks);
            assertThat(all.getLast().event()).isEqualTo("cut");
            assertThat(all.getLast().data().get("reason").asString()).contains("Go on from the last id");
            long last = all.getLast().data().get("cursor").asLong();
            List<Long> got = all.stream().filter(block -> block.event() != null && !block.event().equals("cut")).map(block -> Long.parseLong(block.id())).toList();
            assertThat(got).containsExactlyElementsOf(LongStream.rangeClosed(1, last).boxed().toList());
            assertThat(cursors(server.get("/v1/events?limit=1000&cursor=" + last).json())).containsExactlyElementsOf(LongStream.rangeClosed(last + 1, events).boxed().toList());
        }
    }

    @Test
    void streams_beyond_the_most_are_refused_and_a_stream_ends_with_the_server(@TempDir Path other) throws Exception {
        ApiServer mine = api;
        try (ApiServer server = ApiServer.idle(other)) {
            api = server;
            try (Follower one = new Follower(""); Follower two = new Follower(""); Follower three = new Follower("")) {
                assertThat(server.send("HEAD", "/v1/events/stream", null).status()).isEqualTo(200);
                ApiServer.Answer fourth = server.get("/v1/events/stream");
                assertThat(fourth.status()).isEqualTo(503);
                assertThat(fourth.header("Retry-After")).isEqualTo("5");
                server.events.close();
                for (Follower follower : List.of(one, two, three)) {
                    assertThat(follower.next(block -> "end".equals(block.event())).data().get("reason").asString()).contains("The server stops");
                }
            }
        } finally {
            api = mine;
        }
    }

    @Test
    void a_webhook_is_made_told_changed_and_removed() {
        WireMockServer receiver = new WireMockServer(options().dynamicPort());
        receiver.start();
        receiver.stubFor(post("/hook").willReturn(aResponse().withStatus(204)));
        try {
            ApiServer.Answer made = api.send("POST", "/v1/webhooks", "{\"name\": \"ci\", \"url\": \"%s\", \"types\": [\"baremetal.node.create\"]}".formatted(receiver.url("/hook")));
            assertThat(made.status()).as(made.response().body()).isEqualTo(201);
            assertThat(made.json().get("secret").asString()).startsWith("whsec_");
            String uuid = made.json().get("uuid").asString();
            create("hooked", "");
            await(() -> api.get("/v1/webhooks/ci").json().get("delivered").asLong() == 1);
            JsonNode shown = api.get("/v1/webhooks/" + uuid).json();
            assertThat(shown.get("secret").asString()).isEqualTo("******");
            assertThat(shown.get("state").asString()).isEqualTo("ok");
            assertThat(api.get("/v1/webhooks").json().get("webhooks").get(0).get("name").asString()).isEqualTo("ci");
            assertThat(api.get("/v1/events/sinks").json().get("sinks").valueStream().map(sink -> sink.get("name").asString())).contains(uuid);

            receiver.stubFor(post("/hook").willReturn(aResponse().withStatus(500)));
            create("hooked-again", "");
            await(() -> api.get("/v1/webhooks/ci").json().get("state").asString().equals("failing"));
            assertThat(api.get("/v1/webhooks/ci").json().get("last_error").asString()).isEqualTo("answered HTTP 500; 2xx is needed");
            receiver.stubFor(post("/better").willReturn(aResponse().withStatus(200)));
            ApiServer.Answer changed = api.send("PATCH", "/v1/webhooks/ci", "[{\"op\": \"replace\", \"path\": \"/url\", \"value\": \"%s\"}]".formatted(receiver.url("/better")));
            assertThat(changed.status()).as(changed.response().body()).isEqualTo(200);
            await(() -> api.get("/v1/webhooks/ci").json().get("state").asString().equals("ok"));
            receiver.verify(1, postRequestedFor(urlEqualTo("/better")));
            assertThat(api.send("PATCH", "/v1/webhooks/ci", "[{\"op\": \"replace\", \"path\": \"/enabled\", \"value\": false}]").json().get("state").asString()).isEqualTo("disabled");
            assertThat(api.send("PATCH", "/v1/webhooks/ci", "[{\"op\": \"test\", \"path\": \"/secret\", \"value\": \"x\"}]").status()).isEqualTo(400);
            assertThat(api.send("DELETE", "/v1/webhooks/ci", null).status()).isEqualTo(204);
            assertThat(api.get("/v1/webhooks/ci").status()).isEqualTo(404);
        } finally {
            receiver.stop();
        }
    }

    @Test
    void what_is_wrong_with_a_webhook_is_said() {
        for (String[] wrong : new String[][] {
                {"{\"url\": \"https://x/\"}", "name"},
                {"{\"name\": \"a b\", \"url\": \"https://x/\"}", "'a b' is no name of a webhook"},
                {"{\"name\": \"w\", \"url\": \"file:///etc/passwd\"}", "give https://HOST[:PORT]/PATH"},
                {"{\"name\": \"w\", \"url\": \"https://u:p@x/\"}", "without user"},
                {"{\"name\": \"w\", \"url\": \"https://x/\", \"secret\": \"short\"}", "must be whsec_ and base64 of 24 to 64 bytes"},
                {"{\"name\": \"w\", \"url\": \"https://x/\", \"types\": [\"nodes\"]}", "'nodes' is no type of events"},
                {"{\"name\": \"w\", \"url\": \"https://x/\", \"retry_for\": 0}", "found 0, must be 1 to 2592000 seconds"},
                {"{\"name\": \"w\", \"url\": \"https://x/\", \"ca_certificates\": \"none\"}", "is no text of PEM certificates"}}) {
            ApiServer.Answer answer = api.send("POST", "/v1/webhooks", wrong[0]);
            assertThat(answer.status()).as(wrong[0]).isEqualTo(400);
            assertThat(answer.fault()).contains(wrong[1]);
        }
    }

    private static void await(BooleanSupplier condition) {
        Instant deadline = Instant.now().plus(Duration.ofSeconds(30));
        while (!condition.getAsBoolean()) {
            if (Instant.now().isAfter(deadline)) {
                throw new AssertionError("not within 30 s; events: " + api.get("/v1/events?limit=1000").response().body());
            }
            try {
                Thread.sleep(20);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
