package io.bessemer.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.api.ApiServer.Answer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// IRONIC.md §1.1, "wire conventions every client depends on".
class WireConventionsTest {
    private static final String VERSION = "X-OpenStack-Ironic-API-Version";

    @TempDir
    static Path directory;
    private static ApiServer api;

    @BeforeAll
    static void start() {
        api = ApiServer.start(directory);
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    private static void assertHeaders(Answer answer, String version) {
        assertThat(answer.header(VERSION)).isEqualTo(version);
        assertThat(answer.header("X-OpenStack-Ironic-API-Minimum-Version")).isEqualTo("1.1");
        assertThat(answer.header("X-OpenStack-Ironic-API-Maximum-Version")).isEqualTo("1.115");
        assertThat(answer.header("X-OpenStack-Request-ID")).matches("req-[0-9a-f-]{36}");
    }

    @Test
    void the_root_describes_the_versions() {
        Answer answer = api.get("/");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().at("/default_version/id").asString()).isEqualTo("v1");
        assertThat(answer.json().at("/versions/0/version").asString()).isEqualTo("1.115");
        assertThat(api.get("/v1/").json().at("/version/min_version").asString()).isEqualTo("1.1");
        assertThat(api.get("/v1").json().at("/nodes/0/href").asString()).isEqualTo(api.url() + "/v1/nodes/");
    }

    @Test
    void every_answer_carries_the_three_version_headers_and_a_request_id() {
        assertHeaders(api.get("/v1/nodes"), "1.115");
        assertHeaders(api.get("/v1/nodes", VERSION, "1.30"), "1.30");
        assertHeaders(api.get("/v1/nodes", VERSION, "latest"), "1.115");
        assertHeaders(api.get("/v1/nodes/nobody"), "1.115");
        assertHeaders(api.get("/no/such/path"), "1.115");
        assertHeaders(api.send("DELETE", "/v1/nodes", null), "1.115");
        assertHeaders(api.send("POST", "/v1/nodes", "{"), "1.115");
        assertHeaders(api.get("/v1/nodes", VERSION, "1.116"), "1.1");
    }

    @Test
    void a_client_without_a_version_is_served_the_oldest() {
        Answer answer = new ApiServerRaw(api.port).request("GET /v1/nodes HTTP/1.1\r\nHost: x:1\r\nConnection: close\r\n\r\n");
        assertThat(answer.header(VERSION)).isEqualTo("1.1");
    }

    @Test
    void the_version_may_come_in_the_common_header() {
        assertHeaders(api.get("/v1/nodes", VERSION, "1.40"), "1.40");
        Answer answer = new ApiServerRaw(api.port)
                .request("GET /v1/nodes HTTP/1.1\r\nHost: x:1\r\nOpenStack-API-Version: compute 2.1, baremetal 1.37\r\nConnection: close\r\n\r\n");
        assertThat(answer.header(VERSION)).isEqualTo("1.37");
    }

    @Test
    void a_version_out_of_range_or_of_no_form_is_406() {
        Answer high = api.get("/v1/nodes", VERSION, "1.116");
        assertThat(high.status()).isEqualTo(406);
        assertThat(high.fault()).isEqualTo("Version 1.116 was requested but the requested version is not supported by this service. "
                + "The supported version range is: [1.1, 1.115].");
        assertThat(api.get("/v1/nodes", VERSION, "1.0").status()).isEqualTo(406);
        assertThat(api.get("/v1/nodes", VERSION, "two").fault()).contains("'two'");
    }

    @Test
    void errors_hold_json_in_a_string() {
        Answer answer = api.get("/v1/nodes/nobody");
        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.header("Content-Type")).startsWith("application/json");
        assertThat(answer.fault()).isEqualTo("Node nobody could not be found.");
        assertThat(ApiServer.JSON.readTree(answer.json().get("error_message").asString()).get("faultcode").asString()).isEqualTo("Client");
    }

    @Test
    void faults_of_the_request_itself_have_the_same_body() {
        assertThat(api.get("/no/such/path").fault()).contains("/no/such/path");
        Answer method = api.send("DELETE", "/v1/nodes", null);
        assertThat(method.status()).isEqualTo(405);
        assertThat(method.header("Allow")).contains("GET").contains("POST");
        assertThat(api.send("POST", "/v1/nodes", "{}", "Content-Type", "text/plain").status()).isEqualTo(415);
        Answer broken = api.send("POST", "/v1/nodes", "{\"driver\": ");
        assertThat(broken.status()).isEqualTo(400);
        assertThat(broken.fault()).contains("not valid JSON").contains("line 1");
        assertThat(api.send("POST", "/v1/nodes", "{\"a\":1,\"a\":2}").fault()).contains("Duplicate");
        assertThat(api.send("POST", "/v1/nodes", "[]").fault()).isEqualTo("The request body must be a JSON object.");
        assertThat(api.send("POST", "/v1/nodes", "[".repeat(5000)).status()).isEqualTo(400);
        assertThat(api.get("/v1/nodes", "Accept", "text/html").status()).isEqualTo(200);
    }

    @Test
    void a_body_of_100_megabytes_is_refused_before_it_is_sent() {
        Answer answer = new ApiServerRaw(api.port).request("POST /v1/nodes HTTP/1.1\r\nHost: x:1\r\nContent-Type: application/json\r\nContent-Length: 104857600\r\n\r\n");
        assertThat(answer.status()).isEqualTo(413);
        assertHeaders(answer, "1.1");
        assertThat(answer.fault()).contains("1048576 bytes");
    }

    @Test
    void a_body_of_unknown_length_is_refused_while_it_is_read() throws IOException {
        try (Socket socket = new Socket("127.0.0.1", api.port)) {
            socket.setSoTimeout(20_000);
            OutputStream out = socket.getOutputStream();
            out.write("POST /v1/nodes HTTP/1.1\r\nHost: x:1\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            out.write("7\r\n{\"name\"\r\n2\r\n:\"\r\n".getBytes(StandardCharsets.US_ASCII));
            byte[] chunk = ("8000\r\n" + "x".repeat(0x8000) + "\r\n").getBytes(StandardCharsets.US_ASCII);
            for (int i = 0; i < 40; i++) {
                out.write(chunk);
            }
            out.flush();
            InputStream in = socket.getInputStream();
            String head = new String(in.readNBytes(12), StandardCharsets.US_ASCII);
            assertThat(head).isEqualTo("HTTP/1.1 413");
        }
    }

    @Test
    void requests_that_only_the_container_sees_are_answered_without_a_trace() {
        for (String target : new String[] {"/v1/nodes/%2e%2e%2fetc", "/v1/nodes/a%00b", "/v1/nodes/<x>", "/v1/../../etc/passwd", "/v1/nodes/%zz"}) {
            Answer answer = new ApiServerRaw(api.port).request("GET " + target + " HTTP/1.1\r\nHost: x:1\r\nConnection: close\r\n\r\n");
            assertThat(answer.status()).as(target).isBetween(400, 404);
            assertThat(answer.response().body()).as(target).doesNotContain("Exception").doesNotContain("<html").contains("error_message");
            assertHeaders(answer, "1.1");
        }
    }

    @Test
    void a_callers_request_id_is_kept_when_it_is_one() {
        String id = "req-1be26c0b-03f2-4d2e-ae87-c02d7f33c123";
        assertThat(api.get("/v1/nodes", "X-OpenStack-Request-ID", id).header("X-OpenStack-Request-ID")).isEqualTo(id);
        assertThat(api.get("/v1/nodes", "X-OpenStack-Request-ID", "a b").header("X-OpenStack-Request-ID")).isNotEqualTo("a b");
    }

    @Test
    void resources_younger_than_the_client_hide_as_ironic_hides_them() {
        String node = ApiServer.JSON.readTree(api.send("POST", "/v1/nodes", "{\"driver\":\"fake-hardware\"}").response().body()).get("uuid").asString();
        String at = "/v1/nodes/" + node;
        assertThat(api.get(at + "/traits", VERSION, "1.36").status()).isEqualTo(406);
        assertThat(api.send("DELETE", at + "/traits", null, VERSION, "1.36").status()).isEqualTo(404);
        assertThat(api.send("PUT", at + "/traits/CUSTOM_A", null, VERSION, "1.36").status()).isEqualTo(405);
        assertThat(api.get(at + "/vifs", VERSION, "1.27").status()).isEqualTo(404);
        assertThat(api.get(at + "/history", VERSION, "1.77").status()).isEqualTo(404);
        assertThat(api.get(at + "/inventory", VERSION, "1.80").status()).isEqualTo(404);
        assertThat(api.get("/v1/conductors", VERSION, "1.48").status()).isEqualTo(404);
        assertThat(api.get("/v1/lookup", VERSION, "1.21").status()).isEqualTo(404);
        assertThat(api.get("/v1/nodes?shard=a", VERSION, "1.81").status()).isEqualTo(406);
        assertThat(api.get("/v1/nodes?fields=conductor", VERSION, "1.48").status()).isEqualTo(406);
        assertThat(api.send("PATCH", at, "[{\"op\":\"add\",\"path\":\"/shard\",\"value\":\"a\"}]", VERSION, "1.81").status()).isEqualTo(406);
    }
}
