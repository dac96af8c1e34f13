package io.bessemer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.cli.client.BessemerClient;
import io.bessemer.cli.terminal.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// `./bessemer import ironic` from a server that speaks Ironic's API, which is another Bessemer. A real Ironic is in acceptance/import.sh.
class ImportIronicTest {
    private static final String NODE = "1be26c0b-03f2-4d2e-ae87-c02d7f33c101";
    private static final String INSTANCE = "1be26c0b-03f2-4d2e-ae87-c02d7f33c1ff";

    @TempDir
    static Path directory;
    private static ServerSite old;
    private static ServerSite fresh;
    private static BessemerClient source;
    private static BessemerClient here;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @BeforeAll
    static void start() throws Exception {
        old = new ServerSite(directory.resolve("old"), 0);
        fresh = new ServerSite(directory.resolve("fresh"), 0);
        source = new BessemerClient(old.api);
        here = new BessemerClient(fresh.api);
        fill();
    }

    @AfterAll
    static void stop() {
        source.close();
        here.close();
        old.close();
        fresh.close();
    }

    private static void post(String path, String body) throws Exception {
        source.post(path, BessemerClient.plain(BessemerClient.json(body)) instanceof Map<?, ?> map ? cast(map) : null);
    }

    @SuppressWarnings("unchecked") // JSON objects have text keys
    private static Map<String, Object> cast(Map<?, ?> map) {
        return (Map<String, Object>) map;
    }

    private static void fill() throws Exception {
        post("/v1/chassis", "{\"uuid\":\"1be26c0b-03f2-4d2e-ae87-c02d7f33c001\",\"description\":\"row 1\"}");
        post("/v1/imports/nodes", """
                {"uuid":"%s","name":"web-1","driver":"ipmi","provision_state":"active","instance_uuid":"%s","traits":["CUSTOM_A"],"resource_class":"gold",
                 "chassis_uuid":"1be26c0b-03f2-4d2e-ae87-c02d7f33c001","protected":true,"owner":"p1","properties":{"cpus":8},"extra":{"rack":"r7"},
                 "driver_info":{"ipmi_address":"127.0.0.9","ipmi_username":"admin","ipmi_password":"hunter2"},"instance_info":{"display_name":"shop"}}""".formatted(NODE, INSTANCE));
        post("/v1/imports/nodes", """
                {"uuid":"1be26c0b-03f2-4d2e-ae87-c02d7f33c102","name":"web-2","driver":"ipmi","provision_state":"available","maintenance":true,"maintenance_reason":"the fan is noisy",
                 "driver_info":{"ipmi_address":"127.0.0.10","ipmi_username":"admin","ipmi_password":"hunter3"}}""");
        post("/v1/imports/nodes", """
                {"uuid":"1be26c0b-03f2-4d2e-ae87-c02d7f33c103","name":"plain","driver":"fake-hardware","provision_state":"manageable"}""");
        post("/v1/nodes", """
                {"uuid":"1be26c0b-03f2-4d2e-ae87-c02d7f33c104","name":"twin","driver":"fake-hardware"}""");
        post("/v1/portgroups", "{\"uuid\":\"1be26c0b-03f2-4d2e-ae87-c02d7f33c201\",\"name\":\"bond-1\",\"node_uuid\":\"%s\",\"mode\":\"802.3ad\",\"standalone_ports_supported\":false}".formatted(NODE));
        post("/v1/ports", """
                {"uuid":"1be26c0b-03f2-4d2e-ae87-c02d7f33c301","node_uuid":"%s","address":"52:54:00:1a:00:01","portgroup_uuid":"1be26c0b-03f2-4d2e-ae87-c02d7f33c201",
                 "local_link_connection":{"switch_id":"00:11:22:33:44:55","port_id":"Eth1","switch_info":"sw1"},"physical_network":"net1"}""".formatted(NODE));
        post("/v1/ports", "{\"node_uuid\":\"1be26c0b-03f2-4d2e-ae87-c02d7f33c104\",\"address\":\"52:54:00:1a:00:09\"}");
        post("/v1/nodes/%s/vifs".formatted(NODE), "{\"id\":\"vif-7\",\"portgroup_uuid\":\"1be26c0b-03f2-4d2e-ae87-c02d7f33c201\"}");
        post("/v1/volume/connectors", "{\"node_uuid\":\"%s\",\"type\":\"iqn\",\"connector_id\":\"iqn.1\"}".formatted(NODE));
        post("/v1/volume/targets", "{\"node_uuid\":\"%s\",\"volume_type\":\"iscsi\",\"volume_id\":\"v\",\"boot_index\":0,\"properties\":{\"target_portal\":\"10.0.0.1\",\"auth_password\":\"x\"}}".formatted(NODE));
        post("/v1/allocations", "{\"uuid\":\"%s\",\"name\":\"shop\",\"node\":\"%s\"}".formatted(INSTANCE, NODE));
        post("/v1/deploy_templates", "{\"name\":\"CUSTOM_T\",\"steps\":[{\"interface\":\"deploy\",\"step\":\"erase_devices_metadata\",\"args\":{},\"priority\":90}]}");
        post("/v1/runbooks", "{\"name\":\"wipe\",\"steps\":[{\"interface\":\"deploy\",\"step\":\"erase_devices\",\"args\":{},\"order\":1}]}");
        source.put("/v1/runbooks/wipe/traits", Map.of("traits", List.of("CUSTOM_WIPE")));
        // in the way
        here.post("/v1/nodes", Map.of("driver", "fake-hardware", "name", "twin"));
    }

    private int run(String... words) {
        out.reset();
        err.reset();
        var all = new ArrayList<>(List.of(words));
        all.addAll(List.of("--api", fresh.api));
        Terminal terminal = new Terminal(new PrintStream(out, true, StandardCharsets.UTF_8), new PrintStream(err, true, StandardCharsets.UTF_8), false, 100);
        return Main.commandLine(terminal).execute(all.toArray(String[]::new));
    }

    private String printed() {
        return out.toString(StandardCharsets.UTF_8) + err.toString(StandardCharsets.UTF_8);
    }

    @Test
    void what_is_there_is_planned_taken_with_ids_and_states_and_found_taken() throws Exception {
        Path secrets = directory.resolve("secrets.csv");
        Files.writeString(secrets, "node,ipmi_username,ipmi_password\nweb-1,,\"hun,ter2\"\nnobody,x,y\n");
        assertThat(run("import", "ironic", "--url", old.api, "--credentials", secrets.toString(), "--dry-run")).as(printed()).isZero();
        assertThat(printed()).contains("+ chassis 1be26c0b-03f2-4d2e-ae87-c02d7f33c001", "+ node web-1 (active)", "+ node plain (manageable)", "+ port group bond-1",
                "+ port 52:54:00:1a:00:01", "+ VIF vif-7 on portgroup 1be26c0b-03f2-4d2e-ae87-c02d7f33c201", "+ volume connector ", "+ volume target ",
                "without properties/auth_password, which Ironic does not show", "+ deploy template CUSTOM_T", "+ runbook wipe", "+ traits of runbook wipe", "+ allocation shop",
                "+ node web-2 (available)", "without driver_info/ipmi_password: goes into maintenance", "! node twin", "Another node of this name is here already",
                "! port 52:54:00:1a:00:09", "Its node 1be26c0b-03f2-4d2e-ae87-c02d7f33c104 is not taken.", "--credentials has 'nobody', which is no node", "13 to take, 0 here already, 2 cannot be taken")
                .doesNotContain("hun,ter2");
        assertThat(here.nodes()).as("a dry run takes nothing").hasSize(1);

        assertThat(run("import", "ironic", "--url", old.api, "--credentials", secrets.toString())).as("nobody can be asked").isEqualTo(ExitCode.USAGE);
        assertThat(run("import", "ironic", "--url", old.api, "--credentials", secrets.toString(), "--yes")).as(printed()).isZero();
        JsonNode web1 = here.get("/v1/nodes/web-1");
        JsonNode was = source.get("/v1/nodes/web-1");
        for (String field : List.of("uuid", "name", "driver", "provision_state", "instance_uuid", "resource_class", "traits", "chassis_uuid", "protected", "owner", "properties", "extra",
                "instance_info", "instance_name", "allocation_uuid", "power_interface")) {
            assertThat(web1.get(field)).as(field).isEqualTo(was.get(field));
        }
        assertThat(web1.at("/driver_info/ipmi_username").asString()).as("not masked, so Ironic's").isEqualTo("admin");
        assertThat(web1.at("/driver_info/ipmi_password").asString()).as("there, and masked").isEqualTo("******");
        JsonNode web2 = here.get("/v1/nodes/web-2");
        assertThat(web2.get("maintenance").asBoolean()).isTrue();
        assertThat(web2.get("maintenance_reason").asString()).startsWith("the fan is noisy Imported from Ironic without driver_info/ipmi_password, which its API does not show.");
        assertThat(web2.at("/driver_info").has("ipmi_password")).isFalse();
        JsonNode port = here.get("/v1/ports/1be26c0b-03f2-4d2e-ae87-c02d7f33c301");
        assertThat(port.get("portgroup_uuid").asString()).isEqualTo("1be26c0b-03f2-4d2e-ae87-c02d7f33c201");
        assertThat(port.at("/local_link_connection/switch_info").asString()).isEqualTo("sw1");
        assertThat(here.get("/v1/portgroups/bond-1").at("/internal_info/tenant_vif_port_id").asString()).isEqualTo("vif-7");
        assertThat(here.get("/v1/allocations/shop").get("node_uuid").asString()).isEqualTo(NODE);
        assertThat(here.get("/v1/runbooks/wipe/traits").toString()).isEqualTo("{\"traits\":[\"CUSTOM_WIPE\"]}");
        assertThat(here.get("/v1/nodes/web-1/history?detail=true").at("/history").valueStream().map(entry -> entry.get("event").asString())).contains("taken over as 'active'");
        assertThat(source.nodes()).as("nothing is changed there").hasSize(4);

        List<JsonNode> before = here.nodes();
        assertThat(run("import", "ironic", "--url", old.api, "--credentials", secrets.toString(), "--yes")).as(printed()).isZero();
        assertThat(printed()).contains("0 to take, 13 here already, 2 cannot be taken");
        assertThat(here.nodes().stream().map(node -> node.get("uuid")).toList()).isEqualTo(before.stream().map(node -> node.get("uuid")).toList());
    }

    @Test
    void a_login_comes_from_clouds_yaml_and_what_is_wrong_with_it_is_said() throws Exception {
        assertThat(run("import", "ironic", "--yes")).isEqualTo(ExitCode.USAGE);
        assertThat(printed()).contains("Where is Ironic? Give --url URL or --os-cloud NAME.");
        assertThat(run("import", "ironic", "--url", "http://127.0.0.1:1", "--dry-run")).isEqualTo(ExitCode.FAILED);
        assertThat(printed()).contains("No server answers at http://127.0.0.1:1");
        Path bad = Files.writeString(directory.resolve("bad.yaml"), "web-1: {ipmi_password: 0777}\n");
        assertThat(run("import", "ironic", "--url", old.api, "--credentials", bad.toString(), "--dry-run")).isEqualTo(ExitCode.FAILED);
        assertThat(printed()).contains("bad.yaml: web-1/ipmi_password is not a string. Put it into quotes").doesNotContain("0777");
    }
}
