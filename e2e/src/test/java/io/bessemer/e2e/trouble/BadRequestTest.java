package io.bessemer.e2e.trouble;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a client may send that is wrong.
class BadRequestTest {
    private static final long HUGE = 100L << 20;

    @TempDir
    private static Path directory;
    private static Site site;

    @BeforeAll
    static void start() throws IOException {
        site = Site.start(directory, 3001, 2);
    }

    @AfterAll
    static void stop() {
        site.close();
    }

    @Test
    void an_unknown_driver_is_named_with_those_there_are() {
        var answer = site.call("POST", "/v1/nodes", Map.of("driver", "ipmii")).expect(400);
        assertThat(answer.fault()).contains("ipmii").contains("Enabled drivers: fake-hardware, ipmi, manual-management, redfish.");
    }

    @Test
    void names_and_addresses_belong_to_one_only() {
        String uuid = site.call("POST", "/v1/nodes", Map.of("driver", "ipmi", "name", "twice")).expect(201).body().path("uuid").asString();
        assertThat(site.call("POST", "/v1/nodes", Map.of("driver", "ipmi", "name", "twice")).expect(409).fault()).contains("node with name twice");
        assertThat(site.call("POST", "/v1/nodes", Map.of("driver", "ipmi", "name", "not a name")).expect(400).fault()).contains("name").contains("not a name");

        assertThat(site.call("POST", "/v1/ports", Map.of("node_uuid", uuid, "address", "52:54:00:zz:00:01")).expect(400).fault())
                .contains("address").contains("52:54:00:zz:00:01").contains("MAC address");
        site.call("POST", "/v1/ports", Map.of("node_uuid", uuid, "address", "52:54:00:aa:00:01")).expect(201);
        assertThat(site.call("POST", "/v1/ports", Map.of("node_uuid", uuid, "address", "52-54-00-AA-00-01")).expect(409).fault())
                .contains("52:54:00:aa:00:01");
        assertThat(site.call("POST", "/v1/ports", Map.of("node_uuid", "e5e5e5e5-0000-4000-8000-000000000000", "address", "52:54:00:aa:00:02")).expect(400).fault())
                .contains("node_uuid").contains("e5e5e5e5");
    }

    @Test
    void a_node_without_the_address_of_its_bmc_says_so_and_can_be_completed() {
        Map<String, Object> wanted = site.nodeOf(site.machine(0));
        site.call("POST", "/v1/nodes", Map.of("driver", "ipmi", "name", "bare")).expect(201);
        assertThat(site.call("GET", "/v1/nodes/bare/validate", null).expect(200).body().path("power").path("reason").asString()).contains("ipmi_address");

        var refused = site.call("PUT", "/v1/nodes/bare/states/provision", Map.of("target", "manage"));
        String why = refused.status() == 202 ? site.awaitError("bare") : refused.expect(400).fault();
        assertThat(why).contains("ipmi_address");
        assertThat(site.await("bare", "enroll").path("provision_state").asString()).isEqualTo("enroll");

        site.set("bare", "/driver_info", wanted.get("driver_info"));
        site.provision("bare", "manage");
        site.await("bare", "manageable");
        assertThat(site.node("bare").path("last_error").isNull()).isTrue();
    }

    /// The server may close before all of it is sent, so the client looks for the answer whatever became of its writing.
    @Test
    void a_body_of_100_megabytes_is_refused_unread() throws Exception {
        for (String framing : List.of("Content-Length: " + HUGE, "Transfer-Encoding: chunked")) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), site.apiPort())) {
                socket.setSoTimeout(20_000);
                socket.getOutputStream().write(("POST /v1/nodes HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n" + framing + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
                Thread sender = Thread.ofVirtual().start(() -> send(socket, framing.startsWith("Transfer")));
                assertThat(firstLine(socket.getInputStream())).contains(" 413 ");
                socket.close();
                sender.join();
            }
        }
        site.call("GET", "/v1/nodes", null).expect(200);
    }

    private static void send(Socket socket, boolean chunked) {
        byte[] megabyte = new byte[1 << 20];
        java.util.Arrays.fill(megabyte, (byte) ' ');
        try {
            OutputStream out = socket.getOutputStream();
            for (int i = 0; i < 100; i++) {
                if (chunked) {
                    out.write("100000\r\n".getBytes(StandardCharsets.US_ASCII));
                }
                out.write(megabyte);
                if (chunked) {
                    out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
                }
            }
        } catch (IOException refused) {
            // as it should be
        }
    }

    private static String firstLine(InputStream in) throws IOException {
        var line = new StringBuilder();
        for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
            line.append((char) c);
        }
        return line.toString();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/boot/files/../secret.key", "/boot/files/..%2fsecret.key", "/boot/files/%2e%2e/secret.key", "/boot/files/..%5csecret.key",
            "/boot/files//etc/passwd", "/boot/files/%2fetc%2fpasswd", "/boot/files/vmlinuz%00.txt", "/images/../boot/files/vmlinuz/../../x",
            "/images/..%2f..%2f/manifest.json", "/images/x/chunks/..%2f..%2f..%2fsecret.key", "/boot/script/..%2f..%2fx", "/../../../../etc/passwd"})
    void path_tricks_by_http_find_nothing(String path) throws IOException {
        String answer = raw(site.contentPort(), "GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        assertThat(answer).containsPattern("^HTTP/1.1 40[01345] ").doesNotContain("root:").doesNotContain("PRIVATE");
        assertThat(raw(site.contentPort(), "HEAD /boot/files/vmlinuz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")).startsWith("HTTP/1.1 200");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/nodes/..%2f..%2fetc", "/v1/nodes/%2e%2e/%2e%2e/etc/passwd", "/v1/nodes/x%00y", "/v1/../../etc/passwd", "/v1/nodes/%zz", "/v1/nodes/a;b=c/..;/x"})
    void path_tricks_at_the_api_get_an_error_in_its_own_form(String path) throws IOException {
        String answer = raw(site.apiPort(), "GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        assertThat(answer).containsPattern("^HTTP/1.1 40[04] ").contains("error_message");
    }

    private static String raw(int port, String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }
}
