package io.bessemer.api.identity;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.exactly;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.matchingJsonPath;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.MappingBuilder;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import io.bessemer.api.wire.Caller;
import io.bessemer.api.wire.Role;
import io.bessemer.api.wire.ErrorKind;
import io.bessemer.api.wire.WireException;
import io.bessemer.core.fault.Failure;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletRequest;

/// Against a Keystone that answers as its API reference says; the real one is asked by hand (docs/how-to/authentication.md).
class KeystoneTokensTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final String PATH = "/v3/auth/tokens";

    private final WireMockServer keystone = new WireMockServer(WireMockConfiguration.options().dynamicPort().bindAddress("127.0.0.1"));
    private final AtomicLong nanos = new AtomicLong();
    private KeystoneTokens tokens;

    @BeforeEach
    void start() {
        keystone.start();
        tokens = tokens(keystone.port());
        keystone.stubFor(post(urlPathEqualTo(PATH)).willReturn(aResponse().withStatus(201).withHeader("X-Subject-Token", "service-token").withBody("{\"token\":{}}")));
    }

    @AfterEach
    void stop() {
        keystone.stop();
    }

    private KeystoneTokens tokens(int port) {
        return new KeystoneTokens(new KeystoneSettings(URI.create("http://127.0.0.1:" + port + "/v3"), "https://cloud.example:5000", "bessemer", "word", "service",
                "Default", "Default", "service", null, Duration.ofSeconds(20), Duration.ofMinutes(2)), Clock.fixed(NOW, ZoneOffset.UTC), nanos::get);
    }

    private static MappingBuilder asked(String token) {
        return get(urlPathEqualTo(PATH)).withHeader("X-Subject-Token", equalTo(token)).withHeader("X-Auth-Token", equalTo("service-token"));
    }

    private void good(String token, String scope, String roles, Instant expires) {
        keystone.stubFor(asked(token).willReturn(aResponse().withStatus(200).withBody("""
                {"token": {"user": {"id": "u-1", "name": "ada"}, "roles": [%s], "expires_at": "%s", %s}}
                """.formatted(roles, expires, scope))));
    }

    private static String role(String name) {
        return "{\"id\": \"r\", \"name\": \"%s\"}".formatted(name);
    }

    private static String project(String id, String name) {
        return "\"project\": {\"id\": \"%s\", \"name\": \"%s\", \"domain\": {\"id\": \"default\", \"name\": \"Default\"}}".formatted(id, name);
    }

    private Caller caller(String token) {
        return tokens.authenticate(request(token));
    }

    private static MockHttpServletRequest request(String token) {
        var request = new MockHttpServletRequest();
        request.addHeader("X-Auth-Token", token);
        return request;
    }

    private void wasAsked(int times, String token) {
        keystone.verify(exactly(times), getRequestedFor(urlPathEqualTo(PATH)).withHeader("X-Subject-Token", equalTo(token)));
    }

    @Test
    void user_scope_and_roles_are_keystones() {
        good("project-token", project("p-1", "web"), role("member") + "," + role("somethingelse"), NOW.plusSeconds(3600));
        good("system-token", "\"system\": {\"all\": true}", role("reader"), NOW.plusSeconds(3600));
        good("bare-token", "\"methods\": [\"password\"]", role("admin"), NOW.plusSeconds(3600));
        Caller member = caller("project-token");
        assertThat(member.user()).isEqualTo("u-1");
        assertThat(member.name()).isEqualTo("ada");
        assertThat(member.project()).isEqualTo("p-1");
        assertThat(member.roles()).containsExactly(Role.MEMBER);
        assertThat(caller("system-token").system()).isTrue();
        assertThat(caller("bare-token").scope()).isEqualTo("none");
        assertThat(Who.API_READER.admits(caller("bare-token"), Owned.BY_THE_SYSTEM)).isFalse();
        keystone.verify(exactly(1), postRequestedFor(urlPathEqualTo(PATH)).withRequestBody(matchingJsonPath("$.auth.identity.password.user[?(@.name == 'bessemer')]")));
    }

    @Test
    void a_service_of_the_service_project_is_a_member_of_the_system_and_no_more() {
        good("nova", project("p-s", "service"), role("service") + "," + role("admin"), NOW.plusSeconds(3600));
        good("elsewhere", project("p-e", "elsewhere"), role("service"), NOW.plusSeconds(3600));
        good("impostor", "\"project\": {\"id\": \"p-i\", \"name\": \"service\", \"domain\": {\"id\": \"d\", \"name\": \"tenant\"}}", role("service"), NOW.plusSeconds(3600));
        assertThat(Who.SYSTEM_MEMBER.admits(caller("nova"), Owned.BY_THE_SYSTEM)).isTrue();
        assertThat(Who.SYSTEM_ADMIN.admits(caller("nova"), Owned.BY_THE_SYSTEM)).isFalse();
        assertThat(Who.SYSTEM_READER.admits(caller("elsewhere"), Owned.BY_THE_SYSTEM)).isFalse();
        assertThat(Who.SYSTEM_READER.admits(caller("impostor"), Owned.BY_THE_SYSTEM)).isFalse();
    }

    @Test
    void a_token_is_asked_about_once_until_it_ends_or_the_time_to_remember_is_over() {
        good("long", project("p-1", "web"), role("member"), NOW.plusSeconds(3600));
        good("short", project("p-1", "web"), role("member"), NOW.plusSeconds(30));
        good("over", project("p-1", "web"), role("member"), NOW.minusSeconds(30));
        for (String token : new String[] {"long", "long", "short", "short", "over", "over"}) {
            caller(token);
        }
        wasAsked(1, "long");
        wasAsked(1, "short");
        wasAsked(2, "over");
        nanos.addAndGet(Duration.ofSeconds(31).toNanos());
        caller("short");
        wasAsked(2, "short");
        nanos.addAndGet(Duration.ofSeconds(90).toNanos());
        caller("long");
        wasAsked(2, "long");
    }

    @Test
    void a_token_that_is_not_good_is_refused_and_not_asked_about_again_for_seconds() {
        keystone.stubFor(asked("revoked").willReturn(aResponse().withStatus(404).withBody("{\"error\":{}}")));
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> caller("revoked")).isInstanceOf(Failure.Unauthorized.class).hasMessageContaining("Get another one");
        }
        wasAsked(1, "revoked");
        nanos.addAndGet(Duration.ofSeconds(11).toNanos());
        good("revoked", project("p-1", "web"), role("member"), NOW.plusSeconds(3600));
        assertThat(caller("revoked").project()).isEqualTo("p-1");
    }

    @Test
    void no_token_or_a_strange_one_is_refused_without_asking() {
        assertThatThrownBy(() -> tokens.authenticate(new MockHttpServletRequest())).isInstanceOf(Failure.Unauthorized.class).hasMessageContaining("X-Auth-Token");
        assertThatThrownBy(() -> caller("a b")).isInstanceOf(Failure.Unauthorized.class);
        assertThatThrownBy(() -> caller("x".repeat(5000))).isInstanceOf(Failure.Unauthorized.class);
        keystone.verify(exactly(0), getRequestedFor(urlPathEqualTo(PATH)));
        assertThat(tokens.challenge()).isEqualTo("Keystone uri=\"https://cloud.example:5000\"");
    }

    @Test
    void an_own_token_that_has_run_out_is_replaced() {
        keystone.stubFor(get(urlPathEqualTo(PATH)).atPriority(10).willReturn(aResponse().withStatus(401)));
        keystone.stubFor(post(urlPathEqualTo(PATH)).inScenario("login").whenScenarioStateIs("Started").willSetStateTo("again")
                .willReturn(aResponse().withStatus(201).withHeader("X-Subject-Token", "stale").withBody("{}")));
        keystone.stubFor(post(urlPathEqualTo(PATH)).inScenario("login").whenScenarioStateIs("again")
                .willReturn(aResponse().withStatus(201).withHeader("X-Subject-Token", "service-token").withBody("{}")));
        good("t", project("p-1", "web"), role("member"), NOW.plusSeconds(3600));
        assertThat(caller("t").project()).isEqualTo("p-1");
        keystone.verify(exactly(2), postRequestedFor(urlPathEqualTo(PATH)));
    }

    @Test
    void a_keystone_that_is_away_or_strange_lets_nobody_in_and_says_what_to_look_at() {
        KeystoneTokens away = tokens(1);
        assertThatThrownBy(() -> away.authenticate(request("t"))).isInstanceOfSatisfying(WireException.class, fault -> assertThat(fault.kind()).isEqualTo(ErrorKind.TRY_LATER))
                .hasMessageContaining("cannot be reached").hasMessageContaining("bessemer.api.keystone.auth-url");
        keystone.stubFor(asked("broken").willReturn(aResponse().withStatus(500)));
        assertThatThrownBy(() -> caller("broken")).isInstanceOf(WireException.class).hasMessageContaining("HTTP 500");
        keystone.stubFor(asked("html").willReturn(aResponse().withStatus(200).withBody("<html>login</html>")));
        assertThatThrownBy(() -> caller("html")).isInstanceOf(WireException.class);
        keystone.stubFor(asked("forbidden").willReturn(aResponse().withStatus(403)));
        assertThatThrownBy(() -> caller("forbidden")).isInstanceOf(WireException.class).hasMessageContaining("does not let user 'bessemer' validate tokens");
        keystone.stubFor(post(urlPathEqualTo(PATH)).willReturn(aResponse().withStatus(401)));
        KeystoneTokens wrongPassword = tokens(keystone.port());
        assertThatThrownBy(() -> wrongPassword.authenticate(request("t"))).isInstanceOf(WireException.class)
                .hasMessageContaining("Check username, password, project and domains");
        good("broken", project("p-1", "web"), role("member"), NOW.plusSeconds(3600));
        assertThat(caller("broken").project()).as("it is asked again as soon as Keystone is back").isEqualTo("p-1");
    }

    @Test
    void who_was_known_a_moment_ago_goes_on_while_keystone_is_away() {
        good("known", project("p-1", "web"), role("member"), NOW.plusSeconds(3600));
        caller("known");
        keystone.resetAll(); // a proxy in front of nothing
        assertThat(caller("known").project()).isEqualTo("p-1");
        nanos.addAndGet(Duration.ofMinutes(3).toNanos());
        assertThatThrownBy(() -> caller("known")).isInstanceOf(WireException.class);
    }
}
