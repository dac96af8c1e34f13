package io.bessemer.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.api.ApiServer.Answer;
import io.bessemer.core.lifecycle.ProvisionState;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What Ironic's own ramdisk says, in the words of ironic-python-agent 11 (`ironic_api_client.py`, `inspector.py`).
class IronicRamdiskApiTest {
    private static final String VERSION = "X-OpenStack-Ironic-API-Version";
    /// what counts for a request that names none, as those of the ramdisk
    private static final String OLDEST = "1.1";
    private static final String INVENTORY = """
            {"inventory": {"interfaces": [{"name": "eth0", "mac_address": "%s", "has_carrier": true, "lldp": null, "product": "0x1000", "vendor": "0x1af4"},
              {"name": "ib0", "mac_address": "a0:00:02:20:fe:80:00:00:00:00:00:00:e4:1d:2d:03:00:4e:f0:61", "has_carrier": true}],
              "cpu": {"model_name": "EPYC", "frequency": "2794.7", "count": 96, "architecture": "x86_64", "flags": ["fpu"], "socket_count": 2},
              "disks": [{"name": "/dev/sda", "model": "X", "size": 480103981056, "rotational": false, "wwn": null, "serial": "S1"}],
              "memory": {"total": 540000000000, "physical_mb": 524288}, "bmc_address": "%s", "bmc_v6address": "::/0",
              "system_vendor": {"product_name": "R", "serial_number": "SN", "manufacturer": "M"}, "boot": {"current_boot_mode": "uefi", "pxe_interface": "%s"}, "hostname": "localhost"},
             "boot_interface": "%s", "configuration": {"collectors": ["default"], "managers": []}, "error": %s}""";

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

    private static Answer send(String method, String path, String version, String body) {
        return api.sendTo(api.agentUrl() + path, method, body, VERSION, version);
    }

    private static String inventory(String mac, String bmc, String error) {
        return INVENTORY.formatted(mac, bmc, mac, mac, error);
    }

    /// A machine whose ramdisk Bessemer does not boot: nothing but this test speaks for it.
    private static String inspecting(String mac, String address) throws InterruptedException {
        String node = api.send("POST", "/v1/nodes", "{\"driver\":\"fake-hardware\",\"driver_info\":{\"fake_address\":\"silent\",\"ipmi_address\":\"" + address + "\"}}").json().get("uuid").asString();
        if (mac != null) {
            api.send("POST", "/v1/ports", "{\"node_uuid\":\"" + node + "\",\"address\":\"" + mac + "\"}");
        }
        provision(node, "manage");
        api.await(node, ProvisionState.MANAGEABLE);
        provision(node, "inspect");
        api.await(node, ProvisionState.INSPECT_WAIT);
        return node;
    }

    private static void provision(String node, String target) {
        Answer answer = api.send("PUT", "/v1/nodes/" + node + "/states/provision", "{\"target\":\"" + target + "\"}");
        assertThat(answer.status()).as(answer.response().body()).isEqualTo(202);
    }

    @Test
    void what_it_found_ends_an_inspection_and_becomes_inventory_ports_and_properties() throws InterruptedException {
        String mac = "52:54:00:0a:00:01";
        String node = inspecting(mac, "192.0.2.1");
        Answer posted = send("POST", "/v1/continue_inspection", OLDEST, inventory(mac, "0.0.0.0", "null"));
        assertThat(posted.status()).as(posted.response().body()).isEqualTo(202);
        assertThat(posted.json().toString()).isEqualTo("{\"uuid\":\"" + node + "\"}");
        api.await(node, ProvisionState.MANAGEABLE);
        assertThat(api.get("/v1/nodes/" + node + "/inventory").json().at("/inventory/cpu/count").asInt()).isEqualTo(96);
        assertThat(api.get("/v1/nodes/" + node + "/inventory").json().at("/plugin_data/boot_interface").asString()).isEqualTo(mac);
        assertThat(api.get("/v1/nodes/" + node).json().at("/properties/memory_mb").asInt()).isEqualTo(524288);
        assertThat(api.get("/v1/nodes/" + node).json().at("/properties/capabilities").asString()).contains("boot_mode:uefi");
        assertThat(send("POST", "/v1/continue_inspection", "1.84", inventory(mac, "0.0.0.0", "null")).status()).as("nobody waits any more").isEqualTo(404);
    }

    @Test
    void a_node_is_found_by_its_bmc_and_the_answer_is_that_of_a_lookup() throws InterruptedException {
        String node = inspecting(null, "192.0.2.99");
        Answer posted = send("POST", "/v1/continue_inspection", "1.84", inventory("52:54:00:0a:00:02", "192.0.2.99", "null"));
        assertThat(posted.status()).as(posted.response().body()).isEqualTo(202);
        assertThat(posted.json().at("/node/uuid").asString()).isEqualTo(node);
        assertThat(posted.json().at("/config/agent_token").asString()).hasSizeGreaterThan(30);
        api.await(node, ProvisionState.MANAGEABLE);
        assertThat(api.get("/v1/ports?node=" + node).json().at("/ports/0/address").asString()).isEqualTo("52:54:00:0a:00:02");
    }

    @Test
    void an_error_of_the_ramdisk_fails_the_inspection_in_its_words() throws InterruptedException {
        String mac = "52:54:00:0a:00:03";
        String node = inspecting(mac, "192.0.2.3");
        assertThat(send("POST", "/v1/continue_inspection", "1.84", inventory(mac, "0.0.0.0", "\"collector logs failed: no room\"")).status()).isEqualTo(202);
        api.await(node, ProvisionState.INSPECT_FAILED);
        assertThat(api.get("/v1/nodes/" + node).json().path("last_error").asString()).contains("the ramdisk reports an error: collector logs failed: no room");
    }

    @Test
    void it_is_known_by_the_token_of_its_lookup_which_is_given_out_once() throws InterruptedException {
        String mac = "52:54:00:0a:00:04";
        String node = inspecting(mac, "192.0.2.4");
        Answer lookup = send("GET", "/v1/lookup?addresses=" + mac, "1.68", null);
        String token = lookup.json().at("/config/agent_token").asString();
        assertThat(lookup.json().at("/config/heartbeat_timeout").asInt()).isEqualTo(300);
        assertThat(lookup.json().at("/config/agent_token_required").asBoolean()).isTrue();
        assertThat(lookup.json().at("/config/metrics/backend").asString()).isEqualTo("noop");
        assertThat(send("GET", "/v1/lookup?addresses=" + mac, "1.68", null).json().at("/config/agent_token").asString()).isEqualTo("******");
        assertThat(send("GET", "/v1/lookup?addresses=" + mac, "1.61", null).json().at("/config").toString()).as("older clients know none").contains("\"agent_token\":null");

        String url = "https://192.0.2.14:9999";
        String heartbeat = "{\"callback_url\": \"%s\", \"agent_token\": \"%s\", \"agent_version\": \"11.0.0\", \"agent_verify_ca\": \"PEM\"}";
        assertThat(send("POST", "/v1/heartbeat/" + node, "1.68", heartbeat.formatted(url, token)).status()).isEqualTo(202);
        assertThat(send("POST", "/v1/heartbeat/" + node, "1.68", heartbeat.formatted(url, token)).status()).isEqualTo(202);
        assertThat(api.get("/v1/nodes/" + node).json().at("/driver_internal_info/agent_url").asString()).isEqualTo(url);
        assertThat(api.get("/v1/nodes/" + node).json().at("/driver_internal_info/agent_last_heartbeat").asString()).isNotEmpty();
        assertThat(api.get("/v1/nodes/" + node).response().body()).doesNotContain(token);
        assertThat(api.get("/v1/nodes/" + node + "/timeline").response().body()).containsOnlyOnce("Ironic's ramdisk speaks, at https://192.0.2.14:9999");

        assertThat(send("POST", "/v1/heartbeat/" + node, "1.68", heartbeat.formatted(url, "other")).fault()).contains("Invalid or missing agent token received");
        assertThat(send("POST", "/v1/heartbeat/" + node, "1.68", heartbeat.formatted("https://192.0.2.66:9999", token)).fault()).contains("Detected change in ramdisk provided");
        assertThat(send("POST", "/v1/heartbeat/" + node, "1.35", heartbeat.formatted(url, token)).fault()).contains("agent_version: is not recognised before API version 1.36");
        assertThat(send("POST", "/v1/heartbeat/" + node, "1.21", heartbeat.formatted(url, token)).status()).isEqualTo(404);
        assertThat(send("POST", "/v1/heartbeat/" + node, "1.72", "{\"callback_url\": \"%s\", \"agent_token\": \"%s\", \"agent_status\": \"fine\"}".formatted(url, token)).fault())
                .contains("agent_status: 'fine' is not one of start, end, error");
        assertThat(send("POST", "/v1/heartbeat/" + node, "1.68", "{\"callback_url\": \"%s\"}".formatted(url)).fault()).contains("agent_token is missing");
        assertThat(send("POST", "/v1/heartbeat/" + node, "1.68", "{\"callback_url\": \"ftp://x\", \"agent_token\": \"t\"}").fault()).contains("callback_url: 'ftp://x' is not a URL");
    }

    @Test
    void what_is_wrong_with_an_inventory_is_named() {
        assertThat(send("POST", "/v1/continue_inspection", "1.83", "{}").status()).isEqualTo(404);
        assertThat(send("POST", "/v1/continue_inspection", "1.84", "{}").fault()).contains("inventory is missing");
        assertThat(send("POST", "/v1/continue_inspection", "1.84", "{\"inventory\": {}}").fault()).contains("inventory/interfaces: has 0 elements");
        assertThat(send("POST", "/v1/continue_inspection", "1.84", "{\"inventory\": {\"interfaces\": [{\"name\": \"eth0\"}]}}").fault()).contains("inventory/interfaces/0/mac_address is missing");
        assertThat(send("POST", "/v1/continue_inspection", "1.84", "{\"inventory\": {\"interfaces\": [{\"mac_address\": \"52:54:00:ff:00:01\"}]}}").status()).isEqualTo(404);
        assertThat(send("POST", "/v1/continue_inspection?node_uuid=1be26c0b-03f2-4d2e-ae87-c02d7f33c123", OLDEST, "{}").status()).as("only from 1.84 on").isEqualTo(404);
    }
}
