package io.bessemer.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.api.ApiServer.Answer;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.pool.HostPool;
import io.bessemer.core.pool.HostProfile;
import io.bessemer.core.pool.Hypervisor;
import io.bessemer.core.pool.Hypervisor.Capacity;
import io.bessemer.core.pool.Hypervisor.CheckResult;
import io.bessemer.core.pool.Hypervisor.Guest;
import io.bessemer.core.pool.HypervisorEvent;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class PoolApiTest {
    @TempDir
    static Path directory;
    private static ApiServer api;

    @BeforeAll
    static void start() {
        api = ApiServer.idle(directory); // the reconciler would move what these tests look at
        post("/v1/availability_zones", "{\"name\":\"shared\"}");
        post("/v1/host_profiles", "{\"name\":\"shared\",\"image\":\"debian-12\"}");
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    private static JsonNode post(String path, String body) {
        Answer answer = api.send("POST", path, body);
        assertThat(answer.status()).as(answer.response().body()).isEqualTo(201);
        assertThat(answer.header("Location")).isEqualTo(api.url() + path + "/" + answer.json().get("name").asString());
        return answer.json();
    }

    private static Answer patch(String path, String op, String field, String value) {
        return api.send("PATCH", path, "[{\"op\":\"%s\",\"path\":\"%s\"%s}]".formatted(op, field, value == null ? "" : ",\"value\":" + value));
    }

    private static String unique() {
        return "x-" + UUID.randomUUID();
    }

    private static HostPool pool(String more) {
        String name = unique();
        post("/v1/host_pools", "{\"name\":\"%s\",\"zone\":\"shared\",\"profile\":\"shared\"%s}".formatted(name, more));
        return api.database.pools().pool(name).orElseThrow();
    }

    private static Hypervisor member(HostPool pool, HypervisorEvent... way) {
        NodeId node = NodeId.of(api.send("POST", "/v1/nodes", "{\"driver\":\"fake-hardware\",\"name\":\"n-%s\"}".formatted(UUID.randomUUID()))
                .json().get("uuid").asString());
        HostProfile profile = api.database.pools().profile(pool.profile()).orElseThrow();
        Hypervisor host = Hypervisor.chosen(node, pool, profile, Instant.now());
        for (HypervisorEvent event : way) {
            host = host.moved(event, "test", profile, Instant.now());
        }
        return api.database.hypervisors().create(host.toBuilder().joinToken("hash-of-token", Instant.now()).capacity(new Capacity(4, 8192, 100, 2, 1, 512, 7))
                .guests(List.of(new Guest("u", "g1", "running", 1, 512))).facts(Map.of("libvirt", "9.0.0")).build(), List.of()).orElseThrow();
    }

    private static void emulates(Hypervisor host) {
        api.database.hypervisors().commit(host.toBuilder().facts(Map.of("hypervisor", Map.of("kind", "qemu", "emulated", true))).build(), List.of());
    }

    private static Hypervisor enabled(HostPool pool) {
        return member(pool, HypervisorEvent.DEPLOYED, HypervisorEvent.JOINED, HypervisorEvent.VERIFIED);
    }

    @Test
    void the_root_has_links_to_all_four() {
        JsonNode root = api.get("/v1").json();
        for (String name : List.of("availability_zones", "host_profiles", "host_pools", "hypervisors")) {
            assertThat(root.at("/" + name + "/0/href").asString()).isEqualTo(api.url() + "/v1/" + name + "/");
            assertThat(api.get("/v1/" + name, "X-OpenStack-Ironic-API-Version", "1.1").status()).isEqualTo(200);
        }
    }

    @Test
    void a_zone_is_created_listed_changed_and_deleted() {
        String name = unique();
        JsonNode zone = post("/v1/availability_zones", "{\"name\":\"%s\",\"description\":\"left\"}".formatted(name));
        assertThat(zone.get("pools")).isEmpty();
        assertThat(zone.at("/capacity/hypervisors").asInt()).isZero();
        assertThat(patch("/v1/availability_zones/" + name, "replace", "/description", "\"right\"").json().get("description").asString()).isEqualTo("right");
        assertThat(api.get("/v1/availability_zones").json().get("availability_zones").findValuesAsString("name")).contains(name, "shared");
        assertThat(patch("/v1/availability_zones/" + name, "replace", "/name", "\"y\"").fault()).isEqualTo("/name: 'name' cannot be changed.");
        assertThat(api.send("DELETE", "/v1/availability_zones/" + name, null).status()).isEqualTo(204);
        Answer gone = api.get("/v1/availability_zones/" + name);
        assertThat(gone.status()).isEqualTo(404);
        assertThat(gone.fault()).isEqualTo("Availability zone %s could not be found.".formatted(name));
        assertThat(api.send("DELETE", "/v1/availability_zones/" + name, null).status()).isEqualTo(404);
        assertThat(patch("/v1/availability_zones/" + name, "add", "/description", "\"x\"").status()).isEqualTo(404);
    }

    @Test
    void a_profile_has_defaults_that_removing_a_field_brings_back() {
        String name = unique();
        String path = "/v1/host_profiles/" + name;
        JsonNode plain = post("/v1/host_profiles", "{\"name\":\"%s\",\"image\":\"debian-12\"}".formatted(name));
        assertThat(plain.get("hypervisor").asString()).isEqualTo("kvm");
        assertThat(plain.get("bootstrap").asString()).isEqualTo("image");
        assertThat(plain.at("/networks/0").toString()).isEqualTo("{\"name\":\"default\",\"bridge\":\"virbr0\",\"nic\":null,\"cidr\":\"192.168.122.0/24\"}");
        assertThat(plain.at("/storage_pools/0/path").asString()).isEqualTo("/var/lib/libvirt/images");
        assertThat(plain.get("checks")).hasSize(9);
        assertThat(plain.get("deadlines").toString()).isEqualTo("{\"deploy\":3600,\"bootstrap\":1800,\"verify\":1200,\"drain\":3600,\"silence\":300}");
        assertThat(plain.get("generation").asInt()).isEqualTo(1);

        JsonNode changed = api.send("PATCH", path, """
                [{"op":"add","path":"/checks","value":["cpu"]},
                 {"op":"replace","path":"/deadlines/drain","value":"PT2H"},
                 {"op":"add","path":"/networks/-","value":{"name":"prod","bridge":"br0","nic":"eth1"}},
                 {"op":"replace","path":"/hypervisor","value":"qemu"}]""").json();
        assertThat(changed.get("checks").toString()).isEqualTo("[\"cpu\"]");
        assertThat(changed.at("/deadlines/drain").asInt()).isEqualTo(7200);
        assertThat(changed.get("networks")).hasSize(2);
        assertThat(changed.get("generation").asInt()).isEqualTo(2);
        assertThat(patch(path, "remove", "/checks", null).json().get("checks")).hasSize(9);
        assertThat(patch(path, "remove", "/deadlines", null).json().at("/deadlines/drain").asInt()).isEqualTo(3600);
        assertThat(patch(path, "remove", "/image", null).fault()).isEqualTo("image: cannot be removed.");
        assertThat(patch(path, "add", "/generation", "7").fault()).contains("'generation' cannot be changed");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "{}                                                | name is missing",
        "{\"name\":\"p\"}                                  | image is missing",
        "{\"name\":\"a b\",\"image\":\"i\"}                | name: 'a b' is not a name",
        "{\"name\":7,\"image\":\"i\"}                      | name: 7 is not a string",
        "{\"name\":\"p\",\"image\":\"no such/image\"}      | image: 'no such/image' is neither the name of an image nor",
        "{\"name\":\"p\",\"image\":\"ftp://x/y\"}          | image: 'ftp://x/y' is neither",
        "{\"name\":\"p\",\"image\":\"i\",\"colour\":1}     | colour: is not a field of a host profile",
        "{\"name\":\"p\",\"image\":\"i\",\"hypervisor\":\"vmware\"}        | hypervisor: 'vmware' is not one of kvm, qemu, lxc, xen, ch.",
        "{\"name\":\"p\",\"image\":\"i\",\"hypervisor\":\"Hyper-V\"}       | hypervisor: 'Hyper-V' is not the name of a hypervisor: 1 to 16 letters",
        "{\"name\":\"p\",\"image\":\"i\",\"bootstrap\":\"ssh\"}            | bootstrap: 'ssh' is not one of image, first-boot.",
        "{\"name\":\"p\",\"image\":\"i\",\"bootstrap\":\"first-boot\",\"hypervisor\":\"xen\"} | bootstrap: 'first-boot' makes no host of Xen",
        "{\"name\":\"p\",\"image\":\"i\",\"packages\":[\"ovmf\"]}          | packages: are installed by bootstrap 'first-boot' alone",
        "{\"name\":\"p\",\"image\":\"i\",\"bootstrap\":\"first-boot\",\"packages\":[\"-y\"]} | packages/0: '-y' is not the name of a Debian package.",
        "{\"name\":\"p\",\"image\":\"i\",\"bootstrap\":\"first-boot\",\"package_mirror\":\"http://m\"} | package_mirror: 'http://m' is not a line of sources.list",
        "{\"name\":\"p\",\"image\":\"i\",\"networks\":{}}                  | networks: {} is not a JSON array.",
        "{\"name\":\"p\",\"image\":\"i\",\"networks\":[{\"name\":\"n\"}]}  | networks/0/bridge is missing",
        "{\"name\":\"p\",\"image\":\"i\",\"networks\":[{\"name\":\"n\",\"bridge\":\"b\",\"vlan\":3}]} | networks/0/vlan: is not known. Known: name, bridge, nic, cidr.",
        "{\"name\":\"p\",\"image\":\"i\",\"networks\":[{\"name\":\"n\",\"bridge\":\"a-bridge-of-16ch\",\"nic\":\"e\"}]} | networks/0/bridge: 'a-bridge-of-16ch' is not the name of a network interface. Use 1 to 15",
        "{\"name\":\"p\",\"image\":\"i\",\"networks\":[{\"name\":\"n\",\"bridge\":\"b\"}]} | networks/0: needs either 'nic'",
        "{\"name\":\"p\",\"image\":\"i\",\"networks\":[{\"name\":\"n\",\"bridge\":\"b\",\"nic\":\"e\",\"cidr\":\"10.0.0.0/8\"}]} | networks/0: needs either 'nic'",
        "{\"name\":\"p\",\"image\":\"i\",\"networks\":[{\"name\":\"n\",\"bridge\":\"b\",\"cidr\":\"10.0.0.1/24\"}]} | networks/0/cidr: '10.0.0.1/24' is not an IPv4 network",
        "{\"name\":\"p\",\"image\":\"i\",\"networks\":[{\"name\":\"n\",\"bridge\":\"b\",\"cidr\":\"10.0.300.0/24\"}]} | networks/0/cidr: '10.0.300.0/24' is not",
        "{\"name\":\"p\",\"image\":\"i\",\"networks\":[{\"name\":\"n\",\"bridge\":\"b\",\"nic\":\"e\"},{\"name\":\"m\",\"bridge\":\"b\",\"nic\":\"f\"}]} | networks: bridge 'b' is there twice.",
        "{\"name\":\"p\",\"image\":\"i\",\"storage_pools\":[{\"name\":\"s\",\"path\":\"images\"}]} | storage_pools/0/path: 'images' is not an absolute path",
        "{\"name\":\"p\",\"image\":\"i\",\"storage_pools\":[{\"name\":\"s\",\"path\":\"/a/../b\"}]} | storage_pools/0/path: '/a/../b' is not",
        "{\"name\":\"p\",\"image\":\"i\",\"checks\":[\"cpu\",\"luck\"]}    | checks/1: 'luck' is not one of first-boot, cpu, kvm-device,",
        "{\"name\":\"p\",\"image\":\"i\",\"checks\":[\"cpu\",\"cpu\"]}     | checks: check 'cpu' is there twice.",
        "{\"name\":\"p\",\"image\":\"i\",\"deadlines\":{\"verify\":0}}     | deadlines/verify: 0 is not between 1 second and 7 days.",
        "{\"name\":\"p\",\"image\":\"i\",\"deadlines\":{\"verify\":\"P8D\"}} | deadlines/verify: P8D is not between",
        "{\"name\":\"p\",\"image\":\"i\",\"deadlines\":{\"verify\":\"PT\"}} | deadlines/verify: 'PT' is not a duration. Give seconds, or ISO 8601 such as PT30M.",
        "{\"name\":\"p\",\"image\":\"i\",\"deadlines\":{\"verify\":\"soon\"}} | deadlines/verify: 'soon' is not a whole number.",
        "{\"name\":\"p\",\"image\":\"i\",\"cloud\":\"a/b\"}                | cloud: 'a/b' is not a name.",
    })
    void a_wrong_profile_is_refused_by_naming_the_field(String body, String reason) {
        Answer answer = api.send("POST", "/v1/host_profiles", body);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.fault()).startsWith(reason);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "{\"name\":\"p\",\"zone\":\"shared\"}                                       | profile is missing",
        "{\"name\":\"p\",\"zone\":\"moon\",\"profile\":\"shared\"}                  | zone: there is no availability zone 'moon'. Create it first.",
        "{\"name\":\"p\",\"zone\":\"shared\",\"profile\":\"none\"}                  | profile: there is no host profile 'none'. Create it first.",
        "{\"name\":\"p\",\"zone\":\"shared\",\"profile\":\"shared\",\"size\":-1}    | size: -1 is not between 0 and 10000.",
        "{\"name\":\"p\",\"zone\":\"shared\",\"profile\":\"shared\",\"size\":10001} | size: 10001 is not between 0 and 10000.",
        "{\"name\":\"p\",\"zone\":\"shared\",\"profile\":\"shared\",\"size\":1.5}   | size: 1.5 is not a whole number.",
        "{\"name\":\"p\",\"zone\":\"shared\",\"profile\":\"shared\",\"halted\":\"x\"}              | halted: cannot be set by clients.",
        "{\"name\":\"p\",\"zone\":\"shared\",\"profile\":\"shared\",\"limits\":{\"max_changing\":0}} | limits/max_changing: 0 is not between 1 and 10000.",
        "{\"name\":\"p\",\"zone\":\"shared\",\"profile\":\"shared\",\"selector\":{\"rack\":\"r1\"}} | selector/rack: is not known. Known: resource_class, traits, racks, owner.",
        "{\"name\":\"p\",\"zone\":\"shared\",\"profile\":\"shared\",\"selector\":{\"racks\":[7]}}   | selector/racks/0: 7 is not a string.",
    })
    void a_wrong_pool_is_refused_by_naming_the_field(String body, String reason) {
        Answer answer = api.send("POST", "/v1/host_pools", body);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.fault()).startsWith(reason);
    }

    @Test
    void the_name_of_novas_default_zone_is_refused_and_a_taken_name_is_a_conflict() {
        assertThat(api.send("POST", "/v1/availability_zones", "{\"name\":\"nova\"}").fault()).startsWith("name: 'nova' is the name of Nova's default zone");
        Answer taken = api.send("POST", "/v1/availability_zones", "{\"name\":\"shared\"}");
        assertThat(taken.status()).isEqualTo(409);
        assertThat(taken.fault()).isEqualTo("A zone with name shared already exists.");
    }

    @Test
    void a_pool_sums_the_capacity_of_its_enabled_members_and_counts_all() {
        HostPool pool = pool(",\"size\":3,\"selector\":{\"traits\":[\"HW_B\",\"HW_A\"]}");
        enabled(pool);
        emulates(enabled(pool));
        emulates(member(pool, HypervisorEvent.FAIL));
        JsonNode shown = api.get("/v1/host_pools/" + pool.name()).json();
        assertThat(shown.get("capacity").toString()).isEqualTo("{\"hypervisors\":2,\"hypervisors_emulated\":1,\"vcpus\":8,\"vcpus_used\":2,\"memory_mib\":16384,\"memory_mib_used\":1024,"
                + "\"disk_gib\":200,\"disk_gib_used\":14,\"guests\":4}");
        assertThat(shown.at("/counts/enabled").asInt()).isEqualTo(2);
        assertThat(shown.at("/counts/quarantined").asInt()).isEqualTo(1);
        assertThat(shown.get("outdated").asInt()).isZero();
        assertThat(shown.at("/selector/traits").toString()).isEqualTo("[\"HW_A\",\"HW_B\"]");
        JsonNode zone = api.get("/v1/availability_zones/shared").json();
        assertThat(zone.get("pools").valueStream().map(JsonNode::asString)).contains(pool.name());
        assertThat(zone.at("/capacity/vcpus").asInt()).isGreaterThanOrEqualTo(8);
    }

    @Test
    void a_pool_is_scaled_and_given_another_selector_but_not_another_zone() {
        HostPool pool = pool("");
        String path = "/v1/host_pools/" + pool.name();
        assertThat(patch(path, "replace", "/size", "5").json().get("size").asInt()).isEqualTo(5);
        assertThat(patch(path, "add", "/selector/racks", "[\"r1\"]").json().at("/selector/racks/0").asString()).isEqualTo("r1");
        assertThat(patch(path, "replace", "/limits/canary", "false").json().at("/limits/canary").asBoolean()).isFalse();
        assertThat(patch(path, "replace", "/profile", "\"none\"").fault()).startsWith("profile: there is no host profile 'none'");
        assertThat(patch(path, "replace", "/zone", "\"x\"").fault()).isEqualTo("/zone: 'zone' cannot be changed.");
        Answer refused = api.send("DELETE", path, null);
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.fault()).contains("shall have 5 hosts. Set its size to 0 first");
        patch(path, "remove", "/size", null);
        assertThat(api.send("DELETE", path, null).status()).isEqualTo(204);
    }

    @Test
    void what_is_in_use_is_not_deleted() {
        HostPool pool = pool("");
        Hypervisor host = enabled(pool);
        assertThat(Stream.of("/v1/availability_zones/shared", "/v1/host_profiles/shared", "/v1/host_pools/" + pool.name())
                .map(path -> api.send("DELETE", path, null))).allSatisfy(answer -> assertThat(answer.status()).isEqualTo(409));
        assertThat(api.send("DELETE", "/v1/host_profiles/shared", null).fault()).contains(pool.name());

        String node = "/v1/nodes/" + host.node();
        Answer refused = api.send("DELETE", node, null);
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.fault()).contains("is a hypervisor of host pool " + pool.name() + " (enabled)");
        api.send("PUT", node + "/maintenance", "{\"reason\":\"burnt down\"}");
        assertThat(api.send("DELETE", node, null).status()).isEqualTo(204);
        assertThat(api.get("/v1/hypervisors/" + host.node()).status()).isEqualTo(404);
    }

    @Test
    void a_pool_larger_than_the_machines_there_are_says_so() {
        HostPool pool = pool("");
        api.send("PATCH", "/v1/host_pools/" + pool.name(), "[{\"op\":\"replace\",\"path\":\"/size\",\"value\":7},"
                + "{\"op\":\"replace\",\"path\":\"/selector\",\"value\":{\"resource_class\":\"nobody-has-this\"}}]");
        assertThat(api.get("/v1/host_pools/" + pool.name()).json().get("status").asString())
                .startsWith("7 of 7 hosts are missing and no machine can be taken: ").endsWith("widen the selector, or scale the pool down");
    }

    @Test
    void a_rollout_is_halted_resumed_and_asked_for() {
        HostPool pool = pool("");
        Hypervisor host = enabled(pool);
        String path = "/v1/host_pools/" + pool.name();
        Answer halt = api.send("PUT", path + "/rollout", "{\"target\":\"halt\",\"reason\":\"wrong image\"}");
        assertThat(halt.status()).isEqualTo(202);
        assertThat(halt.header("Location")).isEqualTo(api.url() + path);
        assertThat(api.get(path).json().get("halted").asString()).isEqualTo("wrong image");
        api.send("PUT", path + "/rollout", "{\"target\":\"resume\"}");
        assertThat(api.get(path).json().get("halted").isNull()).isTrue();
        api.send("PUT", path + "/rollout", "{\"target\":\"reimage\"}");
        assertThat(api.get(path).json().get("to_reimage").asInt()).isEqualTo(1);
        assertThat(api.get("/v1/hypervisors/" + host.node()).json().get("reimage").asBoolean()).isTrue();
        assertThat(api.send("PUT", path + "/rollout", "{\"target\":\"stop\"}").fault()).isEqualTo("target: 'stop' is not one of reimage, halt, resume.");
        assertThat(api.send("PUT", path + "/rollout", "{\"target\":\"resume\",\"reason\":\"x\"}").fault()).startsWith("reason: goes with the target 'halt'");
        assertThat(api.send("PUT", path + "/rollout", "{}").fault()).startsWith("target is missing");
        assertThat(api.send("PUT", "/v1/host_pools/none/rollout", "{\"target\":\"halt\"}").status()).isEqualTo(404);
    }

    @Test
    void a_hypervisor_shows_all_of_it_but_its_join_token() {
        HostPool pool = pool("");
        Hypervisor host = enabled(pool);
        api.database.hypervisors().commit(host.toBuilder().verification(1, List.of(new CheckResult("cpu", "passed", "svm", 0.1))).build(), List.of());
        String name = api.get("/v1/nodes/" + host.node()).json().get("name").asString();
        Answer answer = api.get("/v1/hypervisors/" + name);
        assertThat(answer.response().body()).doesNotContain("hash-of-token");
        JsonNode shown = answer.json();
        assertThat(shown.get("node_uuid").asString()).isEqualTo(host.node().toString());
        assertThat(shown.get("node_name").asString()).isEqualTo(name);
        assertThat(shown.get("zone").asString()).isEqualTo("shared");
        assertThat(shown.at("/checks/0").toString()).isEqualTo("{\"check\":\"cpu\",\"status\":\"passed\",\"detail\":\"svm\",\"seconds\":0.1}");
        assertThat(shown.at("/guests/0/memory_mib").asInt()).isEqualTo(512);
        assertThat(shown.at("/facts/libvirt").asString()).isEqualTo("9.0.0");
        assertThat(shown.get("verbs").toString()).isEqualTo("[\"verify\",\"drain\",\"remove\"]");
        assertThat(api.get("/v1/hypervisors/" + host.node() + "/states").json().get("state").asString()).isEqualTo("enabled");
    }

    @Test
    void a_hypervisor_that_emulates_is_marked_in_the_list_and_by_itself() {
        HostPool pool = pool("");
        Hypervisor host = enabled(pool);
        JsonNode unknown = api.get("/v1/hypervisors/" + host.node()).json();
        assertThat(unknown.get("hypervisor").asString()).as("what it was imaged as").isEqualTo("kvm");
        assertThat(unknown.get("emulated").isNull()).isTrue();
        emulates(host);
        for (JsonNode shown : List.of(api.get("/v1/hypervisors?pool=" + pool.name()).json().at("/hypervisors/0"), api.get("/v1/hypervisors/" + host.node()).json())) {
            assertThat(shown.get("emulated").asBoolean()).isTrue();
        }
    }

    @Test
    void a_profile_may_name_a_vendors_hypervisor_that_was_made_known() {
        JsonNode profile = post("/v1/host_profiles", "{\"name\":\"%s\",\"image\":\"i\",\"hypervisor\":\"ch\"}".formatted(unique()));
        assertThat(profile.get("hypervisor").asString()).isEqualTo("ch");
        String path = "/v1/host_profiles/" + profile.get("name").asString();
        assertThat(patch(path, "replace", "/hypervisor", "\"xen\"").json().get("generation").asInt()).isEqualTo(2);
        assertThat(patch(path, "replace", "/hypervisor", "\"hyperv\"").fault())
                .isEqualTo("hypervisor: 'hyperv' is not one of kvm, qemu, lxc, xen, ch. A vendor's is made known by bessemer.hosts.hypervisors.");
    }

    @Test
    void hypervisors_are_filtered_and_paged() {
        HostPool pool = pool("");
        List<String> nodes = Stream.of(enabled(pool), enabled(pool), member(pool)).map(host -> host.node().toString()).toList();
        String path = "/v1/hypervisors?pool=" + pool.name();
        JsonNode first = api.get(path + "&limit=2").json();
        assertThat(first.get("hypervisors").findValuesAsString("node_uuid")).isEqualTo(nodes.subList(0, 2));
        assertThat(api.send("GET", first.get("next").asString().substring(api.url().length()), null).json().get("hypervisors").findValuesAsString("node_uuid"))
                .isEqualTo(nodes.subList(2, 3));
        assertThat(api.get(path + "&state=deploying").json().get("hypervisors").findValuesAsString("node_uuid")).isEqualTo(nodes.subList(2, 3));
        assertThat(api.get(path + "&zone=moon").json().get("hypervisors")).isEmpty();
        assertThat(api.get(path + "&state=happy").fault()).startsWith("state: 'happy' is not one of deploying, bootstrapping,");
        assertThat(api.get("/v1/hypervisors?rack=1").fault()).startsWith("rack: is not a known argument.");
        assertThat(api.get("/v1/host_pools?limit=1&marker=" + pool.name()).status()).isEqualTo(200);
        assertThat(api.get("/v1/host_pools?marker=none").status()).isEqualTo(404);
    }

    @Test
    void a_hypervisor_is_told_what_its_state_allows() {
        HostPool pool = pool("");
        Hypervisor host = enabled(pool);
        String path = "/v1/hypervisors/" + host.node() + "/states";
        assertThat(api.send("PUT", path, "{\"target\":\"drain\"}").status()).isEqualTo(202);
        JsonNode draining = api.get(path).json();
        assertThat(draining.get("state").asString()).isEqualTo("draining");
        assertThat(draining.get("reason").asString()).isEqualTo("asked for 'drain'");
        Answer refused = api.send("PUT", path, "{\"target\":\"verify\"}");
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.fault()).contains("in state \"draining\"", "enable", "remove");
        assertThat(api.send("PUT", path, "{\"target\":\"joined\"}").fault()).isEqualTo("target: 'joined' is not one of verify, drain, enable, remove.");
        assertThat(api.get("/v1/nodes/" + host.node() + "/timeline").response().body()).contains("Asked for 'drain': enabled -> draining");
        assertThat(api.send("PUT", "/v1/hypervisors/none/states", "{\"target\":\"drain\"}").fault()).isEqualTo("Hypervisor none could not be found.");
    }
}
