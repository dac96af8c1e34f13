package io.bessemer.redfish;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.patch;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.tomakehurst.wiremock.http.Fault;
import io.bessemer.core.driver.DriverException;
import io.bessemer.core.driver.DriverException.Kind;
import io.bessemer.core.driver.DriverNode;
import io.bessemer.core.driver.PowerInterface.PowerAction;
import io.bessemer.core.node.PowerState;
import io.bessemer.redfish.client.RedfishSettings;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Sessions, tasks, and everything that a BMC can do wrong.
class RedfishTroubleTest {
    private static final String SYSTEM = "/redfish/v1/Systems/System.Embedded.1";
    private static final String RESET = SYSTEM + "/Actions/ComputerSystem.Reset";
    private static final String TASK = "/redfish/v1/TaskService/TaskMonitors/JID_1";

    private StubbedBmc bmc;
    private RedfishHardwareType driver;

    @BeforeEach
    void start() throws Exception {
        bmc = new StubbedBmc("idrac9");
        driver = bmc.driver();
    }

    @AfterEach
    void stop() {
        driver.close();
        bmc.close();
    }

    private PowerState state(Object... info) throws DriverException {
        return driver.power().state(bmc.node(info));
    }

    @Test
    void one_session_serves_all_requests_and_is_ended_at_the_end() throws Exception {
        state();
        state();
        assertThat(bmc.sent("POST", StubbedBmc.SESSIONS)).containsExactly("{\"UserName\":\"admin\",\"Password\":\"correct-horse\"}");
        assertThat(bmc.requests("GET", SYSTEM)).hasSize(2).allSatisfy(request -> {
            assertThat(request.getHeader("X-Auth-Token")).isEqualTo("token-1");
            assertThat(request.containsHeader("Authorization")).isFalse();
        });
        driver.close();
        // its Location named another host, as iLO's do; it is ended where it was made
        assertThat(bmc.requests("DELETE", StubbedBmc.SESSIONS + "/7/")).hasSize(1);
    }

    @Test
    void a_session_that_has_ended_is_made_anew_and_the_request_repeated() throws Exception {
        state();
        bmc.server.stubFor(get(urlEqualTo(SYSTEM)).withHeader("X-Auth-Token", equalTo("token-1")).willReturn(aResponse().withStatus(401)));
        bmc.server.stubFor(post(urlEqualTo(StubbedBmc.SESSIONS)).willReturn(aResponse().withStatus(201).withHeader("X-Auth-Token", "token-2")));
        assertThat(state()).isEqualTo(PowerState.OFF);
        assertThat(bmc.requests("GET", SYSTEM).getLast().getHeader("X-Auth-Token")).isEqualTo("token-2");
    }

    @Test
    void a_wrong_password_is_said_once_and_not_tried_by_other_means() {
        bmc.answers("POST", StubbedBmc.SESSIONS, 401, StubbedBmc.error("Base.1.8.InvalidCredentials", "The authentication credentials included with this request are missing or invalid.", ""));
        assertThatThrownBy(this::state).isInstanceOfSatisfying(DriverException.class, e -> assertThat(e.kind()).isEqualTo(Kind.AUTHENTICATION))
                .hasMessageContaining("BMC http://127.0.0.1:%d of node rack1-17 (%s)".formatted(bmc.server.port(), StubbedBmc.ID))
                .hasMessageContaining("POST /redfish/v1/SessionService/Sessions was answered 401: Base.1.8.InvalidCredentials")
                .hasMessageContaining("Check driver_info/redfish_username and redfish_password").hasMessageNotContaining(StubbedBmc.PASSWORD);
        assertThat(bmc.requests("POST", StubbedBmc.SESSIONS)).hasSize(1);
        assertThat(bmc.requests("GET", "/redfish/v1/Systems")).isEmpty();
    }

    @Test
    void a_bmc_without_sessions_to_give_is_asked_with_the_password_each_time() throws Exception {
        bmc.answers("POST", StubbedBmc.SESSIONS, 503, StubbedBmc.error("Base.1.8.CreateLimitReachedForResource", "No more sessions.", ""));
        assertThat(state()).isEqualTo(PowerState.OFF);
        assertThat(bmc.requests("GET", SYSTEM).getFirst().getHeader("Authorization")).isEqualTo("Basic YWRtaW46Y29ycmVjdC1ob3JzZQ==");
        assertThatThrownBy(() -> state("redfish_auth_type", "session")).isInstanceOfSatisfying(DriverException.class, e -> assertThat(e.kind()).isEqualTo(Kind.BUSY));
    }

    @Test
    void basic_authentication_asks_for_no_session() throws Exception {
        assertThat(state("redfish_auth_type", "basic")).isEqualTo(PowerState.OFF);
        assertThat(bmc.requests("POST", StubbedBmc.SESSIONS)).isEmpty();
    }

    @Test
    void a_password_that_the_bmc_repeats_is_masked() {
        bmc.answers("GET", SYSTEM, 400, StubbedBmc.error("Base.1.8.GeneralError", "bad value correct-horse", ""));
        assertThatThrownBy(this::state).hasMessageContaining("bad value ******").hasMessageNotContaining(StubbedBmc.PASSWORD);
    }

    @ParameterizedTest
    @CsvSource({"400,REFUSED", "403,AUTHENTICATION", "405,UNSUPPORTED", "409,BUSY", "429,BUSY", "500,BUSY", "501,UNSUPPORTED", "503,BUSY", "418,REFUSED"})
    void a_status_says_whether_another_try_may_help(int status, Kind kind) {
        bmc.answers("POST", RESET, status, StubbedBmc.error("Base.1.8.Whatever", "It said so.", "Do that."));
        assertThatThrownBy(() -> driver.power().apply(bmc.node(), PowerAction.ON)).isInstanceOfSatisfying(DriverException.class, e -> assertThat(e.kind()).isEqualTo(kind))
                .hasMessageContaining("POST %s was answered %d: Base.1.8.Whatever: It said so. (Do that.)".formatted(RESET, status));
    }

    @Test
    void dell_that_is_not_ready_is_busy_whatever_its_status() {
        bmc.answers("POST", RESET, 400, StubbedBmc.error("IDRAC.2.8.SYS518", "iDRAC is currently unable to display any information because data sources are unavailable.", ""));
        assertThatThrownBy(() -> driver.power().apply(bmc.node(), PowerAction.ON)).isInstanceOfSatisfying(DriverException.class, e -> assertThat(e.kind()).isEqualTo(Kind.BUSY));
    }

    @Test
    void an_error_that_is_one_object_where_a_list_belongs_is_read_and_a_page_of_a_proxy_too() {
        bmc.answers("GET", SYSTEM, 400, "{\"error\":{\"code\":\"Base.1.5.GeneralError\",\"@Message.ExtendedInfo\":{\"MessageId\":\"Base.1.5.GeneralError\",\"Message\":\"One object.\"}}}");
        assertThatThrownBy(this::state).hasMessageContaining("Base.1.5.GeneralError: One object.");
        bmc.server.stubFor(get(urlEqualTo(SYSTEM)).willReturn(aResponse().withStatus(502).withHeader("Content-Type", "text/html").withBody("<html>Bad gateway")));
        assertThatThrownBy(this::state).hasMessageContaining("was answered 502: no words of Redfish's came with it (text/html)");
        bmc.server.stubFor(get(urlEqualTo(SYSTEM)).willReturn(aResponse().withStatus(200).withHeader("Content-Type", "text/html").withBody("<html>Log in")));
        assertThatThrownBy(this::state).hasMessageContaining("was answered 200 with no JSON object (text/html)");
    }

    @Test
    void an_answer_without_end_and_one_that_stops_in_its_middle_end_in_time() throws Exception {
        try (RedfishHardwareType hasty = new RedfishHardwareType(new RedfishSettings(Duration.ofSeconds(60), Duration.ofMillis(300), Duration.ofSeconds(1), Duration.ofMillis(10),
                Duration.ofMinutes(1), 2))) {
            DriverNode node = bmc.node("redfish_auth_type", "basic", "redfish_system_id", SYSTEM);
            bmc.server.stubFor(get(urlEqualTo(SYSTEM)).willReturn(aResponse().withStatus(200).withBody("{\"PowerState\": \"On\"}").withChunkedDribbleDelay(20, 20_000)));
            assertThatThrownBy(() -> hasty.power().state(node)).isInstanceOfSatisfying(DriverException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNREACHABLE))
                    .hasMessageContaining("GET %s was not answered within 0.3 s".formatted(SYSTEM));
        }
        bmc.server.stubFor(get(urlEqualTo(SYSTEM)).willReturn(aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER)));
        assertThatThrownBy(this::state).isInstanceOfSatisfying(DriverException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNREACHABLE));
    }

    @Test
    void an_answer_that_is_too_long_is_not_kept() throws Exception {
        bmc.server.stubFor(get(urlEqualTo(SYSTEM)).willReturn(aResponse().withStatus(200).withBody(" ".repeat((16 << 20) + 1))));
        assertThatThrownBy(this::state).hasMessageContaining("the answer is longer than 16 MiB");
        ByteArrayOutputStream bomb = new ByteArrayOutputStream();
        try (GZIPOutputStream packed = new GZIPOutputStream(bomb)) {
            packed.write(new byte[(16 << 20) + 1]);
        }
        bmc.server.stubFor(get(urlEqualTo(SYSTEM)).willReturn(aResponse().withStatus(200).withHeader("Content-Encoding", "gzip").withBody(bomb.toByteArray())));
        assertThatThrownBy(this::state).hasMessageContaining("cannot be unpacked: it is longer than 16 MiB");
    }

    @Test
    void a_packed_answer_is_unpacked() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream packed = new GZIPOutputStream(bytes)) {
            packed.write("{\"PowerState\": \"On\"}".getBytes(StandardCharsets.UTF_8));
        }
        bmc.server.stubFor(get(urlEqualTo(SYSTEM)).willReturn(aResponse().withStatus(200).withHeader("Content-Encoding", "gzip").withBody(bytes.toByteArray())));
        assertThat(state()).isEqualTo(PowerState.ON);
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://169.254.169.254/latest/meta-data", "//10.0.0.1/x", "file:///etc/passwd", "http://127.0.0.1:1/redfish/../admin", "no path", "redfish/v1/Systems/1"})
    void nobody_is_sent_to_another_machine(String elsewhere) {
        bmc.answers("GET", "/redfish/v1/Systems", 200, "{\"Members\": [{\"@odata.id\": \"%s\"}]}".formatted(elsewhere));
        assertThatThrownBy(this::state).isInstanceOf(DriverException.class).hasMessageContaining("the BMC refers to '" + elsewhere + "'");
    }

    @Test
    void of_a_url_with_another_host_the_path_is_asked_of_the_bmc_itself() throws Exception {
        bmc.answers("GET", "/redfish/v1/Systems", 200, "{\"Members\": [{\"@odata.id\": \"https://idrac-00.example.com%s\"}]}".formatted(SYSTEM));
        assertThat(state()).isEqualTo(PowerState.OFF);
    }

    @Test
    void a_redirect_is_followed_within_the_bmc_alone() throws Exception {
        bmc.server.stubFor(get(urlEqualTo("/redfish/v1/")).willReturn(aResponse().withStatus(308).withHeader("Location", "/redfish/v1")));
        bmc.answers("GET", "/redfish/v1", 200, "{\"Systems\": {\"@odata.id\": \"/redfish/v1/Systems\"}}");
        assertThat(state()).isEqualTo(PowerState.OFF);
        bmc.server.stubFor(get(urlEqualTo(SYSTEM)).willReturn(aResponse().withStatus(302).withHeader("Location", "http://169.254.169.254/")));
        assertThatThrownBy(this::state).hasMessageContaining("it is not followed");
    }

    @Test
    void what_a_bmc_does_as_a_task_is_waited_for() throws Exception {
        bmc.server.stubFor(post(urlEqualTo(RESET)).willReturn(aResponse().withStatus(202).withHeader("Location", TASK)));
        bmc.server.stubFor(get(urlEqualTo(TASK)).inScenario("task").willReturn(aResponse().withStatus(202).withBody("{\"TaskState\": \"Running\"}")).willSetStateTo("running"));
        bmc.server.stubFor(get(urlEqualTo(TASK)).inScenario("task").whenScenarioStateIs("running").willReturn(aResponse().withStatus(204)));
        driver.power().apply(bmc.node(), PowerAction.ON);
        assertThat(bmc.requests("GET", TASK)).hasSize(2);
    }

    @Test
    void a_task_that_fails_says_why_and_one_that_lasts_too_long_ends_the_waiting() throws Exception {
        bmc.server.stubFor(post(urlEqualTo(RESET)).willReturn(aResponse().withStatus(202).withHeader("Location", TASK)));
        bmc.answers("GET", TASK, 200, "{\"TaskState\": \"Exception\", \"TaskStatus\": \"Critical\", \"Messages\": [{\"MessageId\": \"IDRAC.2.8.SYS428\", \"Message\": \"No power supply.\"}]}");
        assertThatThrownBy(() -> driver.power().apply(bmc.node(), PowerAction.ON)).isInstanceOfSatisfying(DriverException.class, e -> assertThat(e.kind()).isEqualTo(Kind.NOT_CONFIRMED))
                .hasMessageContaining("its task %s ended as 'Exception': IDRAC.2.8.SYS428: No power supply.".formatted(TASK));
        bmc.answers("GET", TASK, 200, "{\"TaskState\": \"Starting\"}");
        try (RedfishHardwareType hasty = new RedfishHardwareType(new RedfishSettings(Duration.ofSeconds(60), Duration.ofSeconds(60), Duration.ofMillis(50), Duration.ofMillis(10),
                Duration.ofMinutes(1), 2))) {
            assertThatThrownBy(() -> hasty.power().apply(bmc.node(), PowerAction.ON)).hasMessageContaining("is still 'Starting'");
        }
    }

    @Test
    void a_change_in_between_is_not_undone_but_seen_before_the_next_try() throws Exception {
        bmc.server.stubFor(patch(urlEqualTo(SYSTEM)).willReturn(aResponse().withStatus(412)));
        bmc.server.stubFor(patch(urlEqualTo(SYSTEM)).withHeader("If-Match", equalTo("\"abc\"")).willReturn(aResponse().withStatus(200)));
        bmc.set(SYSTEM, "/@odata.etag", "W/\"abc\""); // and it takes its own tag in the strong form alone
        driver.management().identify(bmc.node(), 0);
        assertThat(bmc.requests("PATCH", SYSTEM)).extracting(request -> request.getHeader("If-Match")).containsExactly("W/\"abc\"", "\"abc\"");
    }

    @Test
    void several_systems_must_be_told_apart_and_a_wrong_one_is_answered_with_those_there_are() throws Exception {
        bmc.answers("GET", "/redfish/v1/Systems", 200, "{\"Members\": [{\"@odata.id\": \"/redfish/v1/Systems/A\"}, {\"@odata.id\": \"%s\"}]}".formatted(SYSTEM));
        assertThatThrownBy(this::state).isInstanceOfSatisfying(DriverException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CONFIGURATION))
                .hasMessageContaining("has 2 systems: /redfish/v1/Systems/A, %s. Name the node's in driver_info/redfish_system_id".formatted(SYSTEM));
        assertThat(state("redfish_system_id", SYSTEM)).isEqualTo(PowerState.OFF);
        assertThatThrownBy(() -> state("redfish_system_id", "/redfish/v1/Systems/B")).hasMessageContaining("Check driver_info/redfish_system_id; the BMC has: /redfish/v1/Systems/A, ");
    }

    @Test
    void pages_of_a_collection_are_all_read_and_one_that_leads_to_itself_ends() throws Exception {
        bmc.answers("GET", "/redfish/v1/Systems", 200, "{\"Members\": [], \"Members@odata.nextLink\": \"/redfish/v1/Systems?$skip=1\"}");
        bmc.answers("GET", "/redfish/v1/Systems?$skip=1", 200, "{\"Members\": [{\"@odata.id\": \"%s\"}], \"Members@odata.nextLink\": \"/redfish/v1/Systems?$skip=1\"}".formatted(SYSTEM));
        assertThat(state()).isEqualTo(PowerState.OFF);
    }

    @Test
    void nobody_answers_at_the_address() {
        DriverNode node = new DriverNode(StubbedBmc.ID, "rack1-17", Map.of("redfish_address", "http://127.0.0.1:1"), Map.of(), null, false);
        assertThatThrownBy(() -> driver.power().state(node)).isInstanceOfSatisfying(DriverException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNREACHABLE))
                .hasMessageContaining("BMC http://127.0.0.1:1 of node rack1-17").hasMessageContaining("Check the BMC's power and cable");
    }
}
