package io.bessemer.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.api.ApiServer.Answer;
import io.bessemer.api.door.DoorSettings;
import io.bessemer.api.identity.Authentication;
import io.bessemer.api.wire.Caller;
import io.bessemer.api.wire.ErrorKind;
import io.bessemer.api.wire.Role;
import io.bessemer.api.wire.WireException;
import io.bessemer.core.fault.Failure;
import io.bessemer.core.lifecycle.ProvisionState;
import io.bessemer.core.node.Change;
import io.bessemer.core.node.Node;
import jakarta.servlet.http.HttpServletRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Every kind of error is provoked by a request, and the page of errors is written from the kinds and from what was answered.
class ErrorsPageTest {
    private static final Path PAGE = Path.of("../docs/reference/errors.md");
    private static final String VERSION = "X-OpenStack-Ironic-API-Version";
    private static final JsonMapper JSON = new JsonMapper();

    @TempDir
    static Path directory;
    private static ApiServer api;

    /// Administrators of the system, unless a header says who else it is, or what shall go wrong: what needs a full disk, or a bug.
    private static final class ByHeader implements Authentication {
        @Override
        public Caller authenticate(HttpServletRequest request) {
            return switch (String.valueOf(request.getHeader("X-Test"))) {
                case "nobody" -> throw new Failure.Unauthorized("The request has no token. Send X-Auth-Token.");
                case "reader" -> new Caller("r", "r", null, true, Set.of(Role.READER));
                case "bug" -> throw new IllegalStateException("a bug");
                case "keystone" -> throw new WireException(ErrorKind.TRY_LATER, "Nobody can log in at this moment. Keystone at http://10.0.0.2:5000 does not answer.");
                case "disk" -> throw new Failure.StorageFull("The disk of the data directory /var/lib/bessemer is full: 0 bytes are free, and 67108864 are kept so that the database stays readable.", null);
                case "stale" -> throw new WireException(ErrorKind.STALE_COMMAND, "Command 00000000-0000-0000-0000-000000000009 is stale; drop it.");
                default -> Caller.anybody();
            };
        }

        @Override
        public String challenge() {
            return "Test";
        }
    }

    @BeforeAll
    static void start() throws InterruptedException {
        DoorSettings usual = DoorSettings.defaults();
        api = ApiServer.start(directory, new ByHeader(), new DoorSettings(usual.head(), usual.idle(), Duration.ofSeconds(2), usual.grace(), usual.bytesPerSecond(), usual.visitors()));
        node("idle", before -> before);
        node("active", before -> before.toBuilder().provisionState(ProvisionState.ACTIVE).protectedFromDelete(true).build());
        node("mending", before -> before.toBuilder().provisionState(ProvisionState.AVAILABLE).maintenance(true).build());
        node("old", before -> before.toBuilder().provisionState(ProvisionState.MANAGEABLE).retired(true).build());
        node("mute", before -> before.toBuilder().interfaces(Map.of("console", "no-console")).build());
        node("taken", before -> before.toBuilder().reservation("conductor-1").build());
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    private static void node(String name, UnaryOperator<Node> how) {
        Answer made = api.send("POST", "/v1/nodes", "{\"driver\":\"fake-hardware\",\"name\":\"%s\",\"uuid\":\"%s\",\"driver_info\":{\"fake_address\":\"dead\"}}".formatted(name, uuid(name)));
        assertThat(made.status()).as(made.response().body()).isEqualTo(201);
        Node before = api.database.nodes().findByName(name).orElseThrow();
        api.database.nodes().commit(Change.of(before, how.apply(before)));
    }

    /// The same in every run, for the page.
    private static String uuid(String name) {
        return "00000000-0000-0000-0000-%012d".formatted(Math.abs(name.hashCode()));
    }

    private record Example(String request, Answer answer) {
        JsonNode fault() {
            return JSON.readTree(answer.json().get("error_message").asString());
        }

        String message() {
            return fault().get("faultstring").asString().replaceAll("req-[0-9a-f-]{36}", "req-...").replaceAll("(newest event is|go on from cursor) \\d+", "$1 42");
        }
    }

    private static Example example(String method, String path, String body, String... headers) {
        String with = headers.length == 0 ? "" : " with `%s: %s`".formatted(headers[0], headers[1]);
        return new Example("`%s %s`%s%s".formatted(method, path, body == null || body.length() > 120 ? "" : " `" + body + "`", with), api.send(method, path, body, headers));
    }

    private static Example by(String whom, String words, String method, String path) {
        return new Example("`%s %s` %s".formatted(method, path, words), api.send(method, path, null, "X-Test", whom));
    }

    /// What no request can bring about here is thrown where logins are checked; its way to the client is the same.
    private static Example thrown(String which) {
        return new Example("", api.get("/v1/nodes", "X-Test", which));
    }

    private static Map<ErrorKind, Example> examples() {
        Map<ErrorKind, Example> found = new EnumMap<>(ErrorKind.class);
        String provision = "/v1/nodes/%s/states/provision";
        for (ErrorKind kind : ErrorKind.values()) {
            found.put(kind, switch (kind) {
                case INVALID_VALUE -> example("PATCH", "/v1/nodes/idle", "[{\"op\":\"replace\",\"path\":\"/maintenance\",\"value\":\"perhaps\"}]");
                case MISSING_FIELD -> example("POST", "/v1/ports", "{\"node_uuid\":\"" + uuid("idle") + "\"}");
                case WRONG_STATE -> example("PUT", provision.formatted("idle"), "{\"target\":\"active\"}");
                case IN_MAINTENANCE -> example("PUT", provision.formatted("mending"), "{\"target\":\"active\"}");
                case RETIRED -> example("PUT", provision.formatted("old"), "{\"target\":\"provide\"}");
                case UNKNOWN_DRIVER -> example("POST", "/v1/nodes", "{\"driver\":\"ilo9\"}");
                case NOT_SUPPORTED -> example("PUT", "/v1/nodes/mute/states/console", "{\"enabled\":true}");
                case MALFORMED_BODY -> example("POST", "/v1/nodes", "{\"driver\":");
                case MALFORMED_REQUEST -> new Example("a request whose path holds a control character", new ApiServerRaw(api.port).request("GET /v1/\u0001 HTTP/1.1\r\nHost: x\r\n\r\n"));
                case NOT_LOGGED_IN -> by("nobody", "without a token", "GET", "/v1/nodes");
                case PROTECTED -> example("PUT", provision.formatted("active"), "{\"target\":\"deleted\"}");
                case FORBIDDEN -> by("reader", "by a reader", "DELETE", "/v1/nodes/idle");
                case NOT_FOUND -> example("GET", "/v1/nodes/node-7", null);
                case NO_SUCH_PATH -> example("GET", "/v1/racks", null);
                case METHOD_NOT_ALLOWED -> example("DELETE", "/v1/nodes", null);
                case VERSION_NOT_OFFERED -> example("GET", "/v1/nodes", null, VERSION, "2.0");
                case VERSION_TOO_OLD -> example("GET", "/v1/nodes?retired=true", null, VERSION, "1.50");
                case TOO_SLOW -> new Example("a body of which half comes, and no more",
                        new ApiServerRaw(api.port).request("POST /v1/nodes HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 18\r\n\r\n{\"driver\""));
                case LOCKED -> example("POST", "/v1/ports", "{\"node_uuid\":\"" + uuid("taken") + "\",\"address\":\"52:54:00:00:00:01\"}");
                case CONFLICT -> example("POST", "/v1/allocations", "{\"uuid\":\"" + uuid("allocation") + "\",\"node\":\"mending\"}");
                case ALREADY_EXISTS -> example("POST", "/v1/nodes", "{\"driver\":\"fake-hardware\",\"name\":\"idle\"}");
                case STALE_COMMAND -> thrown("stale");
                case GONE -> example("GET", "/v1/events?cursor=123456789", null);
                case BODY_TOO_LARGE -> example("POST", "/v1/nodes", "x".repeat((1 << 20) + 1));
                case NOT_JSON -> example("POST", "/v1/nodes", "driver=ipmi", "Content-Type", "application/x-www-form-urlencoded");
                case HARDWARE_FAILED -> example("PUT", "/v1/nodes/idle/management/inject_nmi", "{}");
                case INTERNAL -> thrown("bug");
                case TRY_LATER -> thrown("keystone");
                case STORAGE_FULL -> thrown("disk");
            });
        }
        return found;
    }

    /// Run with -Dbessemer.docs.write=true to write the page after a change of the kinds, or of messages.
    @Test
    void every_kind_is_answered_as_the_committed_page_says() throws Exception {
        Map<ErrorKind, Example> examples = examples();
        List<String> wrong = new ArrayList<>();
        examples.forEach((kind, example) -> {
            if (example.answer.status() != kind.status() || !example.answer.json().has("error_message") || !example.fault().get("kind").asString().equals(kind.wire())) {
                wrong.add("%s: %d %s".formatted(kind, example.answer.status(), example.answer.response().body()));
            }
        });
        assertThat(wrong).isEmpty();
        String page = page(examples);
        if (Boolean.getBoolean("bessemer.docs.write")) {
            Files.writeString(PAGE, page);
        }
        assertThat(Files.readString(PAGE)).isEqualTo(page);
    }

    private static String page(Map<ErrorKind, Example> examples) {
        StringBuilder text = new StringBuilder("""
                # Errors

                Written by a test from the kinds of errors (`ErrorKind`) and from what a server really answered. An error's body is Ironic's:

                    {"error_message": "{\\"faultcode\\": \\"Client\\", \\"faultstring\\": TEXT, \\"debuginfo\\": null, \\"kind\\": KIND}"}

                `faultstring` says what was wrong with this request: the field, what was found, what is allowed, what to do. `kind` (ours) says of which of the
                following sorts it is, for programs: texts may change, kinds do not. The number is the HTTP status. What errors tell to whom:
                [decision 0064](../decisions/0064-what-errors-tell.md).

                """);
        examples.forEach((kind, example) -> text.append("""
                ## %d `%s`

                %s

                **What to do.** %s

                For example%s:

                > %s

                """.formatted(kind.status(), kind.wire(), kind.meaning(), kind.cure(), example.request.isEmpty() ? "" : ", " + example.request,
                example.message().replace("*", "\\*"))));
        return text.toString().strip() + "\n";
    }
}
