package io.bessemer.redfish;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.jsonResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.notContaining;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bessemer.core.driver.DriverException;
import io.bessemer.core.driver.DriverException.Kind;
import io.bessemer.core.driver.FirmwareInterface;
import io.bessemer.core.driver.FirmwareInterface.Job;
import io.bessemer.core.driver.FirmwareInterface.Update;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FirmwareUpdateTest {
    private static final String URL = "http://10.0.0.1/firmware.bin";
    private static final String SIMPLE = "/redfish/v1/UpdateService/Actions/UpdateService.SimpleUpdate";
    private static final String TASKS = "/redfish/v1/TaskService/Tasks";
    private static final String JOB = TASKS + "/JID_222222222222";
    private static final Update BIOS = new Update("bios", URL);

    private static FirmwareInterface firmware(RedfishHardwareType driver) {
        return driver.firmware().orElseThrow();
    }

    private static void accepts(StubbedBmc bmc, String path, String location) {
        bmc.server.stubFor(post(urlEqualTo(path)).willReturn(aResponse().withStatus(202).withHeader("Location", location)));
    }

    @Test
    void dell_gets_the_url_alone_and_its_scheduled_job_waits_for_a_boot() throws Exception {
        try (StubbedBmc bmc = new StubbedBmc("idrac9"); RedfishHardwareType driver = bmc.driver()) {
            accepts(bmc, SIMPLE, JOB);
            Set<String> before = firmware(driver).jobs(bmc.node());
            assertThat(before).containsExactly("JID_111111111111");
            assertThat(firmware(driver).update(bmc.node(), BIOS, before)).contains(JOB);
            assertThat(bmc.sent("POST", SIMPLE)).containsExactly("{\"ImageURI\":\"" + URL + "\"}");
            assertThat(firmware(driver).job(bmc.node(), JOB)).isEqualTo(new Job.Running("Starting, 0 %", true));
            bmc.set(JOB, "/TaskState", "Running");
            assertThat(firmware(driver).job(bmc.node(), JOB)).isEqualTo(new Job.Running("Running, 0 %", false));
            bmc.set(JOB, "/TaskState", "Completed");
            assertThat(firmware(driver).job(bmc.node(), JOB)).isEqualTo(new Job.Done());
        }
    }

    @Test
    void a_job_that_failed_is_told_in_the_bmcs_words_and_one_that_is_gone_is_forgotten() throws Exception {
        try (StubbedBmc bmc = new StubbedBmc("idrac9"); RedfishHardwareType driver = bmc.driver()) {
            bmc.answers("GET", JOB, 200, """
                    {"@odata.id": "%s", "TaskState": "Exception", "TaskStatus": "Critical", "Messages": [{"MessageId": "IDRAC.2.5.RED007",
                     "Message": "Unable to verify Update Package signature.", "Severity": "Critical"}]}""".formatted(JOB));
            assertThat(firmware(driver).job(bmc.node(), JOB)).isInstanceOfSatisfying(Job.Failed.class,
                    failed -> assertThat(failed.reason()).contains("Unable to verify Update Package signature.").contains("Exception"));
            bmc.answers("GET", JOB, 404, "{}");
            assertThat(firmware(driver).job(bmc.node(), JOB)).isEqualTo(new Job.Forgotten());
        }
    }

    @Test
    void a_job_that_was_begun_before_an_answer_was_lost_is_found_again_and_nothing_is_sent_twice() throws Exception {
        try (StubbedBmc bmc = new StubbedBmc("idrac9"); RedfishHardwareType driver = bmc.driver()) {
            accepts(bmc, SIMPLE, JOB);
            Set<String> before = firmware(driver).jobs(bmc.node());
            bmc.answers("GET", TASKS, 200, "{\"Members\": [{\"@odata.id\": \"" + TASKS + "/JID_111111111111\"}, {\"@odata.id\": \"" + JOB + "\"}]}");
            assertThat(firmware(driver).update(bmc.node(), BIOS, before)).contains(JOB);
            assertThat(bmc.requests("POST", SIMPLE)).isEmpty();
        }
    }

    @Test
    void hpe_that_makes_no_task_of_it_is_believed_by_its_versions_alone() throws Exception {
        try (StubbedBmc bmc = new StubbedBmc("ilo5"); RedfishHardwareType driver = bmc.driver()) {
            bmc.answers("POST", SIMPLE + "/", 200, "{\"error\":{\"code\":\"iLO.0.10.ExtendedInfo\",\"@Message.ExtendedInfo\":[{\"MessageId\":\"Base.1.4.Success\"}]}}");
            assertThat(firmware(driver).update(bmc.node(), new Update("bmc", URL), Set.of())).isEmpty();
            assertThat(bmc.sent("POST", SIMPLE + "/")).containsExactly("{\"ImageURI\":\"" + URL + "\"}");
        }
    }

    @Test
    void a_bmc_in_the_middle_of_another_update_is_asked_again_later() throws Exception {
        try (StubbedBmc bmc = new StubbedBmc("ilo5"); RedfishHardwareType driver = bmc.driver()) {
            bmc.answers("POST", SIMPLE + "/", 503, StubbedBmc.error("Base.1.4.ServiceTemporarilyUnavailable", "Firmware is being updated.", "Wait."));
            assertThatThrownBy(() -> firmware(driver).update(bmc.node(), BIOS, Set.of())).isInstanceOfSatisfying(DriverException.class,
                    e -> assertThat(e.kind()).isEqualTo(Kind.BUSY)).hasMessageContaining("Firmware is being updated.");
            assertThat(bmc.requests("POST", SIMPLE + "/")).hasSize(1);
        }
    }

    @Test
    void supermicro_that_misses_the_protocol_and_then_what_it_is_for_is_told_one_after_the_other() throws Exception {
        try (StubbedBmc bmc = new StubbedBmc("supermicro-x11"); RedfishHardwareType driver = bmc.driver()) {
            accepts(bmc, SIMPLE, "https://bmc.example.com" + TASKS + "/1");
            bmc.server.stubFor(post(SIMPLE).withRequestBody(notContaining("Targets")).willReturn(jsonResponse(
                    StubbedBmc.error("Base.1.4.0.ActionParameterMissing", "The action requires that a parameter be present.", ""), 400)));
            assertThat(firmware(driver).update(bmc.node(), new Update("bmc", URL), Set.of())).contains(TASKS + "/1");
            assertThat(bmc.sent("POST", SIMPLE)).containsExactly("{\"ImageURI\":\"" + URL + "\"}", "{\"ImageURI\":\"" + URL + "\",\"TransferProtocol\":\"HTTP\"}",
                    "{\"ImageURI\":\"" + URL + "\",\"TransferProtocol\":\"HTTP\",\"Targets\":[\"/redfish/v1/Managers/1\"]}");
        }
    }

    @Test
    void a_file_that_the_bmc_refuses_however_it_is_told_is_refused_in_its_words() throws Exception {
        try (StubbedBmc bmc = new StubbedBmc("supermicro-x11"); RedfishHardwareType driver = bmc.driver()) {
            bmc.answers("POST", SIMPLE, 400, StubbedBmc.error("Base.1.4.0.ActionParameterValueFormatError", "The image is not valid.", "Use another."));
            assertThatThrownBy(() -> firmware(driver).update(bmc.node(), BIOS, Set.of())).isInstanceOfSatisfying(DriverException.class,
                    e -> assertThat(e.kind()).isEqualTo(Kind.REFUSED)).hasMessageContaining("The image is not valid.");
            assertThat(bmc.requests("POST", SIMPLE)).hasSize(3);
        }
    }

    @Test
    void lenovo_that_does_not_fetch_by_http_is_not_asked_to_and_its_task_may_come_as_a_body() throws Exception {
        try (StubbedBmc bmc = new StubbedBmc("xcc"); RedfishHardwareType driver = bmc.driver()) {
            assertThatThrownBy(() -> firmware(driver).update(bmc.node(), BIOS, Set.of())).isInstanceOfSatisfying(DriverException.class,
                    e -> assertThat(e.kind()).isEqualTo(Kind.UNSUPPORTED)).hasMessageContaining("fetches firmware by [SFTP, TFTP, HTTPS], and not by HTTP");
            String task = TASKS + "/5c1d";
            bmc.answers("POST", SIMPLE, 200, "{\"@odata.id\": \"" + task + "\", \"@odata.type\": \"#Task.v1_4_2.Task\", \"TaskState\": \"New\"}");
            assertThat(firmware(driver).update(bmc.node(), new Update("bios", "https://10.0.0.1/uefi.zip"), Set.of())).contains(task);
            bmc.server.stubFor(get(urlEqualTo(task)).willReturn(aResponse().withStatus(202)));
            assertThat(firmware(driver).job(bmc.node(), task)).isEqualTo(new Job.Running("running", false));
        }
    }

    @Test
    void a_bmc_of_several_machines_is_told_at_once_which_one_is_meant() throws Exception {
        try (StubbedBmc bmc = new StubbedBmc("xcc"); RedfishHardwareType driver = bmc.driver()) {
            accepts(bmc, SIMPLE, TASKS + "/1");
            bmc.answers("GET", "/redfish/v1/Systems", 200, "{\"Members\": [{\"@odata.id\": \"/redfish/v1/Systems/1\"}, {\"@odata.id\": \"/redfish/v1/Systems/2\"}]}");
            String url = "https://10.0.0.1/uefi.zip";
            assertThat(firmware(driver).update(bmc.node("redfish_system_id", "/redfish/v1/Systems/1"), new Update("bios", url), Set.of())).contains(TASKS + "/1");
            assertThat(bmc.sent("POST", SIMPLE)).containsExactly("{\"ImageURI\":\"" + url + "\",\"Targets\":[\"/redfish/v1/Systems/1\"]}");
            assertThatThrownBy(() -> firmware(driver).update(bmc.node("redfish_system_id", "/redfish/v1/Systems/1"), new Update("nic:9", url), Set.of()))
                    .hasMessageContaining("has no component 'nic:9'").hasMessageContaining("firmware list");
        }
    }

    @Test
    void a_bmc_without_the_action_or_with_its_service_turned_off_says_so() throws Exception {
        try (StubbedBmc bmc = new StubbedBmc("idrac9"); RedfishHardwareType driver = bmc.driver()) {
            bmc.set("/redfish/v1/UpdateService", "/ServiceEnabled", false);
            assertThatThrownBy(() -> firmware(driver).update(bmc.node(), BIOS, Set.of("JID_111111111111"))).hasMessageContaining("is turned off");
            bmc.answers("GET", "/redfish/v1/UpdateService", 200, "{\"Actions\": {}, \"MultipartHttpPushUri\": \"/push\"}");
            assertThatThrownBy(() -> firmware(driver).update(bmc.node(), BIOS, Set.of("JID_111111111111"))).isInstanceOfSatisfying(DriverException.class,
                    e -> assertThat(e.kind()).isEqualTo(Kind.UNSUPPORTED)).hasMessageContaining("has no action #UpdateService.SimpleUpdate");
        }
    }
}
