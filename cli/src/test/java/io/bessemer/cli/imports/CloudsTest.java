package io.bessemer.cli.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.bessemer.cli.CommandFailure;
import io.bessemer.cli.client.Login;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Logging in by `clouds.yaml`, and files of secrets.
class CloudsTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @TempDir
    Path directory;
    private final AtomicReference<JsonNode> asked = new AtomicReference<>();
    private HttpServer keystone;

    /// What Keystone's `POST /v3/auth/tokens` answers (Identity API v3, "Password authentication with scoped authorization").
    @BeforeEach
    void start() throws IOException {
        keystone = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        keystone.createContext("/identity/v3/auth/tokens", exchange -> {
            JsonNode wish = JSON.readTree(exchange.getRequestBody().readAllBytes());
            asked.set(wish);
            boolean wrong = wish.toString().contains("wrong");
            byte[] body = """
                    {"token": {"catalog": [{"type": "compute", "endpoints": []}, {"type": "baremetal", "endpoints": [
                      {"interface": "public", "region_id": "two", "url": "http://far:6385"},
                      {"interface": "internal", "region_id": "one", "url": "http://in:6385"},
                      {"interface": "public", "region_id": "one", "url": "http://near:6385/v1/"}]}]}}""".getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("X-Subject-Token", "the-token");
            exchange.sendResponseHeaders(wrong ? 401 : 201, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        keystone.start();
    }

    @AfterEach
    void stop() {
        keystone.stop(0);
    }

    private Path clouds(String text) throws IOException {
        return Files.writeString(directory.resolve("clouds.yaml"), text.replace("KEYSTONE", "http://127.0.0.1:%d/identity".formatted(keystone.getAddress().getPort())));
    }

    private static final String PASSWORD = """
            clouds:
              lab:
                region_name: one
                auth:
                  auth_url: KEYSTONE/v3
                  username: admin
                  password: secret
                  project_name: ops
                  user_domain_name: Default
                  project_domain_id: d-1
            """;

    @Test
    void a_password_becomes_a_token_and_the_catalogue_says_where_ironic_is() throws Exception {
        Clouds.Access access = Clouds.access("lab", null, List.of(directory.resolve("absent.yaml"), clouds(PASSWORD)));
        assertThat(access.url()).isEqualTo("http://near:6385");
        assertThat(access.login()).isEqualTo(Login.token("the-token"));
        assertThat(asked.get()).isEqualTo(JSON.readTree("""
                {"auth": {"identity": {"methods": ["password"], "password": {"user": {"name": "admin", "domain": {"name": "Default"}, "password": "secret"}}},
                          "scope": {"project": {"name": "ops", "domain": {"id": "d-1"}}}}}"""));
        assertThat(Clouds.access("lab", "http://mine:1/v1", List.of(clouds(PASSWORD))).url()).as("what is given wins").isEqualTo("http://mine:1");
        assertThat(Clouds.access("lab", null, List.of(clouds(PASSWORD + "    interface: internal\n"))).url()).isEqualTo("http://in:6385");
    }

    @Test
    void an_application_credential_a_basic_login_and_no_login_work_too() throws Exception {
        Clouds.access("lab", null, List.of(clouds("""
                clouds: {lab: {auth_type: v3applicationcredential, region_name: two, auth: {auth_url: KEYSTONE, application_credential_id: a, application_credential_secret: s}}}""")));
        assertThat(asked.get().at("/auth/identity/application_credential/id").asString()).isEqualTo("a");
        assertThat(asked.get().at("/auth").has("scope")).isFalse();
        assertThat(Clouds.access("b", null, List.of(clouds("clouds: {b: {auth_type: http_basic, auth: {endpoint: 'http://i:6385', username: u, password: p}}}"))))
                .isEqualTo(new Clouds.Access("http://i:6385", Login.basic("u", "p")));
        assertThat(Clouds.access("n", null, List.of(clouds("clouds: {n: {auth_type: none, endpoint: 'http://i:6385/v1'}}")))).isEqualTo(new Clouds.Access("http://i:6385", Login.NONE));
    }

    @Test
    void what_is_wrong_is_said_without_the_password() throws Exception {
        Path file = clouds(PASSWORD);
        assertThatThrownBy(() -> Clouds.access("lob", null, List.of(file))).isInstanceOf(CommandFailure.class).hasMessageContaining("has no cloud 'lob'. It has: [lab]");
        Path wrong = clouds(PASSWORD.replace("password: secret", "password: wrong-one"));
        assertThatThrownBy(() -> Clouds.access("lab", null, List.of(wrong))).hasMessageContaining("did not let cloud 'lab' in (HTTP 401)").hasMessageNotContaining("wrong-one");
        Path nowhere = clouds(PASSWORD.replace("region_name: one", "region_name: three"));
        assertThatThrownBy(() -> Clouds.access("lab", null, List.of(nowhere))).hasMessageContaining("has no public endpoint of type baremetal in region three. Give --url URL.");
        Path kind = clouds("clouds: {k: {auth_type: v3oidcpassword}}");
        assertThatThrownBy(() -> Clouds.access("k", null, List.of(kind))).hasMessageContaining("auth_type of cloud 'k' is 'v3oidcpassword'. Known: none, http_basic, password");
        Path broken = clouds("clouds: {a: {auth: {password: \"top");
        assertThatThrownBy(() -> Clouds.access("a", null, List.of(broken))).hasMessageContaining("is not YAML").hasMessageNotContaining("top");
    }

    @Test
    void secrets_are_read_from_csv_and_yaml() {
        assertThat(Credentials.csv("node,ipmi_username,ipmi_password\r\nn1,admin,\"a,\"\"b\"\r\n\nn2,,x", "f.csv"))
                .isEqualTo(Map.of("n1", Map.of("ipmi_username", "admin", "ipmi_password", "a,\"b"), "n2", Map.of("ipmi_password", "x")));
        assertThat(Credentials.yaml("n1: {ipmi_password: 'x'}", "f")).isEqualTo(Map.of("n1", Map.of("ipmi_password", "x")));
        assertThatThrownBy(() -> Credentials.csv("name,password\nn1,x", "f.csv")).hasMessageContaining("the first line must name the columns");
        assertThatThrownBy(() -> Credentials.csv("node,a\nn1,x,y", "f.csv")).hasMessageContaining("row 2 has 3 columns, the first has 2");
        assertThatThrownBy(() -> Credentials.csv("node,a\nn1,x\nn1,y", "f.csv")).hasMessageContaining("row 3 is the second one of node 'n1'");
        assertThatThrownBy(() -> Credentials.csv("node,a\nn1,\"x", "f.csv")).hasMessageContaining("is never closed");
        assertThatThrownBy(() -> Credentials.yaml("- n1", "f")).hasMessageContaining("expected nodes by their names");
        assertThatThrownBy(() -> Credentials.yaml("n1: x", "f")).hasMessageContaining("n1: expected fields of driver_info");
    }
}
