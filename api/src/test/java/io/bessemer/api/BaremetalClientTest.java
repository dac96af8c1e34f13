package io.bessemer.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.core.driver.DriverException;
import io.bessemer.core.driver.DriverNode;
import io.bessemer.core.lifecycle.ProvisionState;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.node.PowerState;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// OpenStack's own client against the API: the judge of whether we speak Ironic's.
@Tag("client")
class BaremetalClientTest {
    @TempDir
    static Path directory;
    private static ApiServer api;
    private static Process client;
    private static BufferedReader statuses;

    @BeforeAll
    static void start() throws IOException {
        api = ApiServer.start(directory);
        Path script = directory.resolve("client.py");
        Files.write(script, BaremetalClientTest.class.getResourceAsStream("client.py").readAllBytes());
        ProcessBuilder builder = new ProcessBuilder("/usr/bin/python3", script.toString()).redirectError(directory.resolve("client.log").toFile());
        builder.environment().putAll(Map.of("OS_AUTH_TYPE", "none", "OS_ENDPOINT", api.url(), "XDG_CACHE_HOME", directory.toString(), "HOME", directory.toString()));
        client = builder.start();
        statuses = client.inputReader(StandardCharsets.UTF_8);
    }

    @AfterAll
    static void stop() {
        client.destroy();
        api.close();
    }

    private record Result(int code, String output) {}

    private static Result run(String... arguments) throws IOException {
        Path out = Files.createTempFile(directory, "client", ".out");
        String status = null;
        try {
            client.outputWriter(StandardCharsets.UTF_8).append(ApiServer.JSON.writeValueAsString(Map.of("words", List.of(arguments), "out", out.toString()))).append('\n').flush();
            status = statuses.readLine();
        } catch (IOException ended) {
            // told below
        }
        if (status == null) {
            throw new AssertionError("The client cannot be run. Install python3-ironicclient and python3-openstackclient. It said: "
                    + Files.readString(directory.resolve("client.log")));
        }
        return new Result(Integer.parseInt(status), Files.readString(out, StandardCharsets.UTF_8));
    }

    private static String ok(String... arguments) throws IOException {
        Result result = run(arguments);
        assertThat(result.code()).as("baremetal %s: %s", String.join(" ", arguments), result.output()).isZero();
        return result.output();
    }

    private static JsonNode json(String... arguments) throws IOException {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("-f", "json"));
        return ApiServer.JSON.readTree(ok(all.toArray(String[]::new)));
    }

    private static void refused(String message, String... arguments) throws IOException {
        Result result = run(arguments);
        assertThat(result.code()).as(result.output()).isNotZero();
        assertThat(result.output()).contains(message);
    }

    @Test
    void the_client_lists_drivers_and_conductors() throws IOException, InterruptedException {
        assertThat(json("driver", "list").at("/0/Supported driver(s)").asString()).isEqualTo("fake-hardware");
        assertThat(json("driver", "show", "fake-hardware").get("default_power_interface").asString()).isEqualTo("fake");
        assertThat(json("driver", "property", "list", "fake-hardware").at("/0/Property").asString()).isEqualTo("fake_address");
        assertThat(json("conductor", "list").at("/0/Hostname").asString()).isEqualTo("test-conductor");
    }

    @Test
    void the_client_runs_the_main_job() throws IOException, InterruptedException {
        JsonNode node = json("node", "create", "--driver", "fake-hardware", "--name", "web-1", "--driver-info", "fake_address=10.0.0.1",
                "--driver-info", "fake_password=secret", "--property", "cpus=4", "--extra", "rack=r1", "--resource-class", "bm");
        assertThat(node.at("/driver_info/fake_password").asString()).isEqualTo("******");
        String uuid = node.get("uuid").asString();

        ok("node", "set", "web-1", "--extra", "row=7", "--instance-info", "image_source=debian", "--description", "a node", "--owner", "me");
        ok("node", "unset", "web-1", "--extra", "row");
        assertThat(json("node", "show", "web-1", "--fields", "extra", "owner").toString()).isEqualTo("{\"extra\":{\"rack\":\"r1\"},\"owner\":\"me\"}");
        assertThat(json("node", "list", "--long").at("/0/Driver").asString()).isEqualTo("fake-hardware");
        assertThat(json("node", "list", "--fields", "uuid", "name").at("/0/Name").asString()).isEqualTo("web-1");
        assertThat(json("node", "list", "--driver", "fake-hardware", "--resource-class", "bm", "--provision-state", "enroll", "--no-maintenance",
                "--sort", "name:desc", "--limit", "5").size()).isEqualTo(1);
        assertThat(json("node", "list", "--maintenance").isEmpty()).isTrue();

        String port = json("port", "create", "52:54:00:AA:00:01", "--node", uuid).get("uuid").asString();
        ok("port", "set", port, "--pxe-disabled", "--extra", "slot=2");
        assertThat(json("port", "show", "--address", "52:54:00:aa:00:01").get("pxe_enabled").asBoolean(true)).isFalse();
        ok("port", "set", port, "--pxe-enabled");
        assertThat(json("port", "list", "--node", "web-1", "--long").size()).isEqualTo(1);

        ok("node", "manage", "web-1", "--wait", "90");
        ok("node", "inspect", "web-1", "--wait", "90");
        ok("node", "provide", "web-1");
        api.await("web-1", ProvisionState.AVAILABLE);
        assertThat(ok("node", "validate", "web-1")).contains("deploy").contains("True");
        Path drive = Files.createDirectories(directory.resolve("drive/openstack/latest"));
        Files.writeString(drive.resolve("meta_data.json"), "{\"uuid\": \"x\"}");
        ok("node", "deploy", "web-1", "--wait", "90", "--config-drive", directory.resolve("drive").toString());
        assertThat(json("node", "show", "web-1").get("provision_state").asString()).isEqualTo("active");
        ok("node", "rebuild", "web-1", "--config-drive", "{\"meta_data\": {\"hostname\": \"web-1\"}, \"user_data\": \"#cloud-config\"}");
        api.await("web-1", ProvisionState.ACTIVE);
        ok("node", "undeploy", "web-1");
        api.await("web-1", ProvisionState.AVAILABLE);
        ok("port", "delete", port);
        ok("node", "delete", "web-1");
        refused("Node web-1 could not be found. (HTTP 404)", "node", "show", "web-1");
    }

    @Test
    void the_client_allocates_nodes_and_keeps_deploy_templates() throws IOException, InterruptedException {
        ok("node", "create", "--driver", "fake-hardware", "--name", "al-1", "--driver-info", "fake_address=10.0.0.3", "--resource-class", "al");
        ok("node", "set", "al-1", "--no-automated-clean");
        ok("node", "manage", "al-1", "--wait", "90");
        ok("node", "provide", "al-1", "--wait", "90");
        ok("node", "add", "trait", "al-1", "CUSTOM_RAID1");
        JsonNode made = json("allocation", "create", "--resource-class", "al", "--name", "mine", "--trait", "CUSTOM_RAID1", "--candidate-node", "al-1", "--extra", "a=b", "--wait", "90");
        assertThat(made.get("state").asString()).isEqualTo("active");
        assertThat(json("allocation", "show", "mine").get("uuid")).isEqualTo(made.get("uuid"));
        ok("allocation", "set", "mine", "--name", "ours", "--extra", "c=d");
        ok("allocation", "unset", "ours", "--extra", "a");
        assertThat(json("allocation", "show", "ours").get("extra").toString()).isEqualTo("{\"c\":\"d\"}");
        assertThat(json("allocation", "list", "--state", "active", "--node", "al-1", "--resource-class", "al").size()).isEqualTo(1);
        ok("allocation", "delete", "ours");
        refused("Allocation ours could not be found. (HTTP 404)", "allocation", "show", "ours");

        String step = "[{\"interface\":\"raid\",\"step\":\"create_configuration\",\"args\":{},\"priority\":10}]";
        assertThat(json("deploy", "template", "create", "CUSTOM_RAID1", "--steps", step, "--extra", "x=y").at("/steps/0/step").asString()).isEqualTo("create_configuration");
        ok("deploy", "template", "set", "CUSTOM_RAID1", "--name", "CUSTOM_RAID5", "--steps", step.replace("create", "delete"));
        ok("deploy", "template", "unset", "CUSTOM_RAID5", "--extra", "x");
        assertThat(json("deploy", "template", "show", "CUSTOM_RAID5").at("/steps/0/step").asString()).isEqualTo("delete_configuration");
        assertThat(json("deploy", "template", "list").at("/0/Name").asString()).isEqualTo("CUSTOM_RAID5");
        ok("deploy", "template", "delete", "CUSTOM_RAID5");
        ok("node", "delete", "al-1");
    }

    @Test
    void the_client_operates_a_node() throws IOException, InterruptedException {
        ok("node", "create", "--driver", "fake-hardware", "--name", "op-1", "--driver-info", "fake_address=10.0.0.2");
        ok("node", "manage", "op-1", "--wait", "90");
        ok("node", "power", "on", "op-1");
        api.awaitPower("op-1", PowerState.ON);
        ok("node", "power", "off", "op-1", "--soft", "--power-timeout", "10");
        api.awaitPower("op-1", PowerState.OFF);
        ok("node", "reboot", "op-1");
        api.awaitPower("op-1", PowerState.ON);
        ok("node", "maintenance", "set", "op-1", "--reason", "fan");
        assertThat(json("node", "show", "op-1", "--fields", "maintenance_reason").get("maintenance_reason").asString()).isEqualTo("fan");
        ok("node", "maintenance", "unset", "op-1");
        ok("node", "boot", "device", "set", "op-1", "pxe", "--persistent");
        assertThat(json("node", "boot", "device", "show", "op-1").get("boot_device").asString()).isEqualTo("pxe");
        assertThat(ok("node", "boot", "device", "show", "op-1", "--supported")).contains("disk, pxe");
        ok("node", "inject", "nmi", "op-1");
        assertThat(ok("node", "add", "trait", "op-1", "CUSTOM_A", "CUSTOM_B")).contains("Added trait CUSTOM_A");
        ok("node", "remove", "trait", "op-1", "CUSTOM_B");
        assertThat(json("node", "trait", "list", "op-1").at("/0/Traits").asString()).isEqualTo("CUSTOM_A");
        JsonNode history = json("node", "history", "list", "op-1", "--long");
        assertThat(history.at("/0/Conductor").asString()).isEqualTo("test-conductor");
        assertThat(json("node", "history", "get", "op-1", history.at("/0/UUID").asString()).get("event").asString()).isNotEmpty();
        assertThat(json("node", "vif", "list", "op-1").isEmpty()).isTrue();
        assertThat(json("chassis", "list").isEmpty()).isTrue();
        ok("node", "delete", "op-1");
    }

    @Test
    void the_client_asks_the_hardware_of_a_node() throws IOException, InterruptedException {
        String uuid = json("node", "create", "--driver", "fake-hardware", "--name", "hw-1", "--driver-info", "fake_address=10.0.0.3").get("uuid").asString();
        ok("node", "boot", "mode", "set", "hw-1", "uefi");
        ok("node", "secure", "boot", "on", "hw-1");
        assertThat(json("node", "show", "hw-1", "--fields", "boot_mode", "secure_boot").toString()).isEqualTo("{\"boot_mode\":\"uefi\",\"secure_boot\":true}");
        ok("node", "secure", "boot", "off", "hw-1");
        refused("'efi'", "node", "boot", "mode", "set", "hw-1", "efi");

        assertThat(json("node", "console", "show", "hw-1").get("console_enabled").asBoolean(true)).isFalse();
        ok("node", "console", "enable", "hw-1");
        assertThat(json("node", "console", "show", "hw-1").get("console_enabled").asBoolean(false)).isTrue();
        ok("node", "console", "disable", "hw-1");

        ok("node", "set", "hw-1", "--target-raid-config", "{\"logical_disks\": [{\"size_gb\": \"MAX\", \"raid_level\": \"1\"}]}");
        assertThat(json("node", "show", "hw-1", "--fields", "target_raid_config").at("/target_raid_config/logical_disks/0/raid_level").asString()).isEqualTo("1");
        ok("node", "unset", "hw-1", "--target-raid-config");
        assertThat(json("node", "show", "hw-1", "--fields", "target_raid_config").get("target_raid_config").isEmpty()).isTrue();
        refused("logical_disks/0/raid_level: '9' is not one of", "node", "set", "hw-1", "--target-raid-config", "{\"logical_disks\": [{\"size_gb\": 1, \"raid_level\": \"9\"}]}");
        assertThat(ok("driver", "raid", "property", "list", "fake-hardware")).contains("is_root_volume");

        assertThat(json("node", "bios", "setting", "list", "hw-1").isEmpty()).isTrue();
        try {
            api.hardware.bios().orElseThrow().apply(DriverNode.of(api.database.nodes().find(NodeId.of(uuid)).orElseThrow()), Map.of("boot_order", "net"));
        } catch (DriverException e) {
            throw new AssertionError(e);
        }
        assertThat(json("node", "bios", "setting", "list", "hw-1", "--long").at("/0/Name").asString()).isEqualTo("boot_order");
        assertThat(json("node", "bios", "setting", "show", "hw-1", "boot_order").get("value").asString()).isEqualTo("net");

        assertThat(ok("node", "passthru", "list", "hw-1")).contains("third_method_sync").contains("POST");
        ok("node", "passthru", "call", "hw-1", "second_method", "--arg", "bar=kazoo");
        refused("bar is missing", "node", "passthru", "call", "hw-1", "second_method");
        refused("does not support HTTP PUT", "node", "passthru", "call", "hw-1", "second_method", "--http-method", "PUT");
        assertThat(json("driver", "passthru", "list", "fake-hardware").isEmpty()).isTrue();
        refused("No handler for method x", "driver", "passthru", "call", "fake-hardware", "x");
        ok("node", "delete", "hw-1");
    }

    @Test
    void port_groups_and_vifs_are_kept_with_the_client() throws IOException, InterruptedException {
        ok("node", "create", "--driver", "fake-hardware", "--name", "bonded");
        String node = json("node", "show", "bonded", "--fields", "uuid").get("uuid").asString();
        JsonNode group = json("port", "group", "create", "--node", node, "--name", "bond0", "--address", "52:54:00:cc:00:10", "--mode", "802.3ad", "--property", "miimon=100");
        assertThat(group.get("mode").asString()).isEqualTo("802.3ad");
        String port = json("port", "create", "52:54:00:cc:00:11", "--node", node, "--port-group", group.get("uuid").asString(), "--physical-network", "one").get("uuid").asString();
        assertThat(json("port", "group", "list", "--node", "bonded").at("/0/Name").asString()).isEqualTo("bond0");
        assertThat(json("port", "list", "--port-group", "bond0").at("/0/UUID").asString()).isEqualTo(port);
        ok("port", "group", "set", "bond0", "--mode", "balance-rr", "--support-standalone-ports", "--extra", "a=b");
        refused("port %s of portgroup".formatted(port), "port", "group", "set", "bond0", "--unsupport-standalone-ports");
        assertThat(json("port", "group", "show", "bond0").get("mode").asString()).isEqualTo("balance-rr");
        ok("port", "group", "unset", "bond0", "--address", "--extra", "a");
        ok("node", "vif", "attach", "bonded", "vif-1");
        refused("VIF vif-1 is already attached", "node", "vif", "attach", "bonded", "vif-1");
        assertThat(json("node", "vif", "list", "bonded").at("/0/ID").asString()).isEqualTo("vif-1");
        ok("node", "vif", "detach", "bonded", "vif-1");
        ok("node", "vif", "attach", "bonded", "vif-2", "--vif-info", "portgroup_uuid=" + group.get("uuid").asString());
        assertThat(json("port", "group", "show", "bond0").at("/internal_info/tenant_vif_port_id").asString()).isEqualTo("vif-2");
        refused("contains ports", "port", "group", "delete", "bond0");
        ok("port", "delete", port);
        ok("port", "group", "delete", "bond0");
        ok("node", "delete", "bonded");
    }

    @Test
    void volumes_are_kept_with_the_client() throws IOException, InterruptedException {
        ok("node", "create", "--driver", "fake-hardware", "--name", "stored", "--driver-info", "fake_address=10.0.0.3");
        String node = json("node", "show", "stored", "--fields", "uuid").get("uuid").asString();
        String connector = json("volume", "connector", "create", "--node", node, "--type", "iqn", "--connector-id", "iqn.2026-01.example:1").get("uuid").asString();
        String target = json("volume", "target", "create", "--node", node, "--type", "iscsi", "--volume-id", "v1", "--boot-index", "0", "--property", "target_lun=1")
                .get("uuid").asString();
        assertThat(json("volume", "connector", "list", "--node", node, "--long").at("/0/Connector ID").asString()).isEqualTo("iqn.2026-01.example:1");
        assertThat(json("volume", "target", "list", "--node", node, "--long").at("/0/Properties/target_lun").asString()).isEqualTo("1");
        refused("can not be performed on node", "volume", "target", "set", target, "--boot-index", "1");
        ok("node", "power", "off", "stored");
        api.awaitPower("stored", PowerState.OFF);
        ok("volume", "target", "set", target, "--boot-index", "1");
        ok("volume", "connector", "set", connector, "--extra", "a=b");
        assertThat(json("volume", "target", "show", target).get("boot_index").asInt()).isEqualTo(1);
        assertThat(json("volume", "connector", "show", connector).at("/extra/a").asString()).isEqualTo("b");
        ok("volume", "target", "unset", target, "--property", "target_lun");
        ok("volume", "connector", "delete", connector);
        ok("volume", "target", "delete", target);
        ok("node", "delete", "stored");
    }

    @Test
    void the_client_cleans_deploys_and_rescues_by_steps_of_interfaces_that_only_pretend() throws IOException, InterruptedException {
        ok("node", "create", "--driver", "fake-hardware", "--name", "step-1", "--driver-info", "fake_address=10.0.0.3", "--deploy-interface", "fake");
        ok("node", "manage", "step-1", "--wait", "90");
        ok("node", "clean", "step-1", "--wait", "90", "--clean-steps",
                "[{\"interface\": \"deploy\", \"step\": \"erase_devices\"}, {\"interface\": \"power\", \"step\": \"reboot\"}]");
        api.await("step-1", ProvisionState.MANAGEABLE);
        refused("clean_steps[0]: 'deploy.polish' is not a clean step. Known: [deploy.burnin_cpu, deploy.burnin_disk", "node", "clean", "step-1", "--clean-steps",
                "[{\"interface\": \"deploy\", \"step\": \"polish\"}]");
        ok("node", "clean", "step-1", "--clean-steps", "[{\"interface\": \"power\", \"step\": \"hold\"}]");
        api.await("step-1", ProvisionState.CLEAN_HOLD);
        assertThat(json("node", "show", "step-1").at("/clean_step/step").asString()).isEqualTo("hold");
        api.provision("step-1", "{\"target\": \"unhold\"}"); // newer than this client
        api.await("step-1", ProvisionState.MANAGEABLE);
        ok("node", "provide", "step-1", "--wait", "90");
        ok("node", "deploy", "step-1", "--deploy-steps", "[{\"interface\": \"power\", \"step\": \"hold\", \"priority\": 50}]");
        api.await("step-1", ProvisionState.DEPLOY_HOLD);
        assertThat(json("node", "show", "step-1").at("/deploy_step/priority").asInt()).isEqualTo(50);
        api.provision("step-1", "{\"target\": \"unhold\"}");
        api.await("step-1", ProvisionState.ACTIVE);
        ok("node", "rescue", "step-1", "--wait", "90", "--rescue-password", "open sesame");
        assertThat(json("node", "show", "step-1").get("provision_state").asString()).isEqualTo("rescue");
        ok("node", "unrescue", "step-1", "--wait", "90");
        api.provision("step-1", "{\"target\": \"service\", \"service_steps\": [{\"interface\": \"deploy\", \"step\": \"burnin_cpu\"}, {\"interface\": \"power\", \"step\": \"hold\"}]}");
        api.await("step-1", ProvisionState.SERVICE_HOLD);
        ok("node", "abort", "step-1");
        api.await("step-1", ProvisionState.ACTIVE);
        ok("node", "undeploy", "step-1", "--wait", "90");
    }

    @Test
    void the_client_shows_why_it_was_refused() throws IOException, InterruptedException {
        refused("No conductor service registered which supports driver nope. Enabled drivers: fake-hardware. (HTTP 400)", "node", "create", "--driver", "nope");
        refused("Cannot use invalid name 'bad name'", "node", "create", "--driver", "fake-hardware", "--name", "bad name");
        refused("Node nobody could not be found. (HTTP 404)", "node", "show", "nobody");
        refused("not supported", "--os-baremetal-api-version", "1.36", "node", "trait", "list", "nobody");
    }

    @Test
    void the_client_says_where_an_image_comes_from_and_how_a_node_is_deployed() throws IOException, InterruptedException {
        ok("node", "create", "--driver", "fake-hardware", "--name", "sourced", "--deploy-interface", "ramdisk");
        ok("node", "set", "sourced", "--instance-info", "boot_iso=https://images.example/live.iso", "--instance-info", "image_pull_secret=cHVsbGVyOndvcmQ=");
        JsonNode info = json("node", "show", "sourced", "--fields", "instance_info").path("instance_info");
        assertThat(info.path("boot_iso").asString()).isEqualTo("https://images.example/live.iso");
        assertThat(info.path("image_pull_secret").asString()).isEqualTo("******");
        ok("node", "set", "sourced", "--deploy-interface", "custom-agent");
        refused("does not offer 'anaconda'", "node", "set", "sourced", "--deploy-interface", "anaconda");

        Path network = Files.writeString(directory.resolve("network.json"), """
                {"links": [{"id": "eth0", "type": "phy", "ethernet_mac_address": "52:54:00:00:00:01"}],
                 "networks": [{"id": "n", "network_id": "n", "type": "ipv4_dhcp", "link": "eth0"}], "services": []}
                """);
        ok("node", "set", "sourced", "--network-data", network.toString());
        assertThat(json("node", "show", "sourced", "--fields", "network_data").path("network_data").path("links")).hasSize(1);
        Files.writeString(network, "{\"links\": [], \"networks\": []}");
        refused("network_data/services is missing", "node", "set", "sourced", "--network-data", network.toString());
    }
}
