package io.bessemer.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.conductor.Tokens;
import io.bessemer.core.lifecycle.ProvisionState;
import io.bessemer.core.node.Node;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.pool.AvailabilityZone;
import io.bessemer.core.pool.Bootstrap;
import io.bessemer.core.pool.HostCheck;
import io.bessemer.core.pool.HostPool;
import io.bessemer.core.pool.HostProfile;
import io.bessemer.core.pool.Hypervisor;
import io.bessemer.core.pool.HypervisorEvent;
import io.bessemer.core.pool.HypervisorKind;
import io.bessemer.core.pool.HypervisorState;
import io.bessemer.core.timeline.TimelineEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Base64;
import java.util.Map;
import java.util.UUID;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The wire of hosts, with openssl and curl as the hosts.
class HostWireTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String REPORT = """
            {"version": "0.1.0", "hostname": "h1", "time": "2026-01-01T00:00:00Z", "orders": "", "first_boot": {"status": "done", "errors": []}, "facts": {"os": "Debian"},
             "capacity": {"vcpus": 2, "memory_mib": 2048, "disk_gib": 8, "guests": 0, "vcpus_used": 0, "memory_mib_used": 0, "disk_gib_used": 0},
             "verification": null, "guests": []}""";

    @TempDir
    private static Path data;
    private static ApiServer api;

    @TempDir
    private Path host;
    private NodeId node;
    private String token;

    @BeforeAll
    static void start() {
        api = ApiServer.idle(data); // the reconciler would move what these tests look at
        api.database.pools().create(new AvailabilityZone("az1", null, Instant.now(), null));
        HostProfile profile = api.database.pools().create(new HostProfile("kvm", null, "debian", HypervisorKind.KVM, Bootstrap.IMAGE, List.of(), null, List.of(), List.of(),
                List.of(HostCheck.CPU), null, HostProfile.Deadlines.DEFAULT, 1, Instant.now(), null));
        api.database.pools().create(new HostPool("p1", null, "az1", profile.name(), HostPool.Selector.ANY, 9, HostPool.Limits.DEFAULT, null, 1, Instant.now(), null));
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @BeforeEach
    void deployed() throws Exception {
        node = NodeId.random();
        token = Tokens.random();
        api.database.nodes().create(Node.builder(node, "fake-hardware").name("h-" + node).attempt(4).provisionState(ProvisionState.ACTIVE).instanceUuid(node.value()).build());
        Instant now = Instant.now();
        HostProfile profile = api.database.pools().profile("kvm").orElseThrow();
        Hypervisor member = Hypervisor.chosen(node, api.database.pools().pool("p1").orElseThrow(), profile, now).moved(HypervisorEvent.DEPLOYED, null, profile, now);
        api.database.hypervisors().create(member.toBuilder().attempt(4).joinToken(Tokens.hash(token), now.plusSeconds(60)).build(), List.of());
        Files.writeString(host.resolve("ca.pem"), api.conductor.hostService().authority().certificate());
        request("own");
        request("other");
    }

    @Test
    void a_host_joins_with_its_token_and_speaks_with_its_certificate_from_then_on() throws Exception {
        Reply joined = join(token, "own");
        assertThat(joined.status).isEqualTo(201);
        assertThat(joined.body.at("/orders/phase").asString()).isEqualTo("verifying");
        assertThat(joined.body.at("/orders/verification/checks/0").asString()).isEqualTo("cpu");
        Files.writeString(host.resolve("own.pem"), joined.body.get("certificate").asString());
        assertThat(run("openssl", "verify", "-purpose", "sslserver", "-CAfile", "ca.pem", "own.pem").trim()).isEqualTo("own.pem: OK");
        assertThat(run("openssl", "verify", "-purpose", "sslclient", "-CAfile", "ca.pem", "own.pem").trim()).isEqualTo("own.pem: OK");
        assertThat(run("openssl", "x509", "-in", "own.pem", "-noout", "-ext", "subjectAltName", "-subject"))
                .contains("DNS:h-" + node, "IP Address:127.0.0.1", "URI:urn:bessemer:host:" + node + ":4", "CN = " + node).doesNotContain("evil");
        assertThat(member().state()).isEqualTo(HypervisorState.VERIFYING);

        assertThat(post("report", REPORT).status).as("without a certificate").isEqualTo(401);
        Reply orders = post("report", REPORT, "--cert", "own.pem", "--key", "own.key");
        assertThat(orders.status).isEqualTo(200);
        assertThat(orders.body.get("id").asString()).isNotEmpty();
        assertThat(member().facts()).containsEntry("os", "Debian");
        assertThat(member().joinTokenHash()).as("once the certificate was used, the token is spent").isNull();
        Reply late = join(token, "own");
        assertThat(late.status).isEqualTo(401);
        assertThat(late.text).contains("Its join token was used already").contains("Deploy it anew");

        Reply renewed = post("certificate", body(Map.of("csr", Files.readString(host.resolve("other.csr")))), "--cert", "own.pem", "--key", "own.key");
        assertThat(renewed.status).isEqualTo(201);
        Files.writeString(host.resolve("other.pem"), renewed.body.get("certificate").asString());
        assertThat(post("report", REPORT, "--cert", "other.pem", "--key", "other.key").status).isEqualTo(200);

        assertThat(call(NodeId.random(), "report", REPORT, "--cert", "own.pem", "--key", "own.key").status).as("another host's path").isEqualTo(403);
        api.database.hypervisors().delete(node, List.of());
        assertThat(post("report", REPORT, "--cert", "own.pem", "--key", "own.key").status).as("no member any more").isEqualTo(404);
    }

    @Test
    void an_answer_that_was_lost_is_given_again_to_the_same_key_and_to_no_other() throws Exception {
        assertThat(join(token, "own").status).isEqualTo(201);
        assertThat(join(token, "own").status).isEqualTo(201);
        Reply other = join(token, "other");
        assertThat(other.status).isEqualTo(401);
        assertThat(other.text).contains("used already, with another key").contains("somebody else has read the config drive");
        assertThat(refusals()).hasSize(1);
    }

    @Test
    void a_token_of_an_earlier_deploy_is_refused_and_the_timeline_tells() throws Exception {
        Reply stale = join(Tokens.random(), "own");
        assertThat(stale.status).isEqualTo(401);
        assertThat(stale.text).contains("The join token is not that of this deploy (attempt 4)");
        assertThat(refusals()).singleElement().satisfies(event -> assertThat(event.message()).contains("not that of this deploy").contains("find and stop it"));
        Hypervisor member = member();
        api.database.hypervisors().commit(member.toBuilder().joinToken(member.joinTokenHash(), Instant.now().minusSeconds(1)).build(), List.of());
        assertThat(join(token, "own").text).contains("The join token ended at");
    }

    @Test
    void a_host_that_was_imaged_again_is_another_one() throws Exception {
        Files.writeString(host.resolve("own.pem"), join(token, "own").body.get("certificate").asString());
        api.database.hypervisors().commit(member().toBuilder().attempt(5).build(), List.of());
        Reply late = post("report", REPORT, "--cert", "own.pem", "--key", "own.key");
        assertThat(late.status).isEqualTo(401);
        assertThat(late.text).contains("A certificate of deploy attempt 4 came, the host is of attempt 5");
    }

    @Test
    void a_signing_request_that_is_none_is_told_what_is_wrong() throws Exception {
        assertThat(call(node, "join", body(Map.of("csr", "x", "version", "1", "hostname", "h")), "-H", "Authorization: Bearer " + token).status).isEqualTo(400);
        run("openssl", "req", "-new", "-newkey", "rsa:1024", "-nodes", "-keyout", "weak.key", "-out", "weak.csr", "-subj", "/CN=h1");
        Reply weak = join(token, "weak");
        assertThat(weak.status).isEqualTo(400);
        assertThat(weak.text).contains("csr: its key is RSA of 1024 bits; allowed are EC P-256, P-384 and RSA of 2048 to 4096 bits");
        String damaged = Files.readString(host.resolve("own.csr"));
        int at = damaged.length() - 60;
        Files.writeString(host.resolve("weak.csr"), damaged.substring(0, at) + (damaged.charAt(at) == 'A' ? 'B' : 'A') + damaged.substring(at + 1));
        assertThat(join(token, "weak").status).isEqualTo(400);
        assertThat(member().joinKeyHash()).as("none of these spends the token").isNull();
    }

    @Test
    void a_server_that_runs_for_long_shows_a_fresh_certificate_without_a_restart() throws Exception {
        String before = shown();
        assertThat(api.hostDoor.renewIfDue(Instant.now().plus(Duration.ofDays(200)))).isFalse();
        assertThat(shown()).isEqualTo(before);
        assertThat(api.hostDoor.renewIfDue(Instant.now().plus(Duration.ofDays(250)))).isTrue();
        assertThat(shown()).isNotEqualTo(before).contains("serial=");
        assertThat(join(token, "own").status).as("by a host that trusts the authority").isEqualTo(201);
    }

    private String shown() throws Exception {
        return run("sh", "-c", "openssl s_client -connect 127.0.0.1:%d -CAfile ca.pem -verify_return_error </dev/null 2>/dev/null | openssl x509 -noout -serial"
                .formatted(api.hostPort));
    }

    @Test
    void a_certificate_of_another_authority_does_not_even_come_through_and_old_ports_do_not_answer() throws Exception {
        run("openssl", "req", "-x509", "-key", "own.key", "-out", "own.pem", "-subj", "/CN=" + node, "-addext", "subjectAltName=URI:urn:bessemer:host:" + node + ":4");
        assertThat(post("report", REPORT, "--cert", "own.pem", "--key", "own.key").status).isZero();
        for (int port : List.of(api.port, api.agentPort)) {
            assertThat(run("curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "-X", "POST", "http://127.0.0.1:%d/v1/hosts/%s/join".formatted(port, node))).isEqualTo("404");
        }
        assertThat(run("curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "--cacert", "ca.pem", "https://127.0.0.1:%d/v1/nodes".formatted(api.hostPort))).isEqualTo("404");
    }

    @Test
    void a_client_gets_a_certificate_for_libvirt_which_is_no_hosts() throws Exception {
        JsonNode made = api.send("POST", "/v1/client_certificates", "{\"name\":\"ops\"}").json();
        // GnuTLS, and so libvirt, reads a key on a curve only with its public half inside
        assertThat(org.bouncycastle.asn1.sec.ECPrivateKey.getInstance(PrivateKeyInfo.getInstance(Base64.getMimeDecoder()
                .decode(made.path("key").asString("").replaceAll("-----[A-Z ]+-----", ""))).parsePrivateKey()).getPublicKey()).isNotNull();
        Files.writeString(host.resolve("ops.pem"), made.get("certificate").asString());
        Files.writeString(host.resolve("ops.key"), made.get("key").asString());
        assertThat(run("openssl", "verify", "-purpose", "sslclient", "-CAfile", "ca.pem", "ops.pem").trim()).isEqualTo("ops.pem: OK");
        assertThat(run("openssl", "x509", "-in", "ops.pem", "-noout", "-subject")).contains("OU = client, CN = ops");
        assertThat(run("openssl", "x509", "-in", "ops.pem", "-noout", "-ext", "keyUsage")).as("what libvirt asks for").contains("Digital Signature, Key Encipherment");
        assertThat(run("openssl", "pkey", "-in", "ops.key", "-pubout")).isEqualTo(run("openssl", "x509", "-in", "ops.pem", "-noout", "-pubkey"));
        assertThat(post("report", REPORT, "--cert", "ops.pem", "--key", "ops.key").status).isEqualTo(401);
        JsonNode signed = api.send("POST", "/v1/client_certificates", body(Map.of("name", "ops", "csr", Files.readString(host.resolve("own.csr"))))).json();
        assertThat(signed.get("key").isNull()).isTrue();
        assertThat(api.send("POST", "/v1/client_certificates", "{\"name\":\"a,CN=root\"}").status()).isEqualTo(400);
    }

    private void request(String name) throws Exception {
        run("openssl", "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", name + ".key", "-out", name + ".csr", "-subj", "/CN=h1",
                "-addext", "subjectAltName=DNS:evil.example.org");
    }

    private Hypervisor member() {
        return api.database.hypervisors().find(node).orElseThrow();
    }

    private List<TimelineEvent> refusals() {
        return api.database.timeline().read(node, null, 100).stream().filter(event -> event.event().equals("refused")).toList();
    }

    private Reply join(String with, String key) throws Exception {
        return call(node, "join", body(Map.of("csr", Files.readString(host.resolve(key + ".csr")), "version", "0.1.0", "hostname", "h1")), "-H", "Authorization: Bearer " + with);
    }

    private Reply post(String what, String body, String... options) throws Exception {
        return call(node, what, body, options);
    }

    private static String body(Map<String, String> members) {
        return JSON.writeValueAsString(members);
    }

    /// @param status 0 when TLS failed
    private record Reply(int status, String text, JsonNode body) {}

    private Reply call(NodeId of, String what, String body, String... options) throws Exception {
        Path file = Files.writeString(host.resolve("body-" + UUID.randomUUID()), body);
        List<String> command = new ArrayList<>(List.of("curl", "-s", "--cacert", "ca.pem", "-w", "\n%{http_code}", "-H", "Content-Type: application/json", "--data-binary", "@" + file));
        command.addAll(List.of(options));
        command.add("https://127.0.0.1:%d/v1/hosts/%s/%s".formatted(api.hostPort, of, what));
        String out = run(command.toArray(String[]::new));
        int end = out.lastIndexOf('\n');
        String text = out.substring(0, end);
        return new Reply(Integer.parseInt(out.substring(end + 1).trim()), text, text.startsWith("{") ? JSON.readTree(text) : null);
    }

    private String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).directory(host.toFile()).redirectError(host.resolve("errors").toFile()).start();
        String out = new String(process.getInputStream().readAllBytes());
        process.waitFor();
        return out;
    }
}
