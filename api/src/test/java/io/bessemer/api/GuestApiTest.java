package io.bessemer.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.api.ApiServer.Answer;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.pool.GuestMove;
import io.bessemer.core.pool.GuestWish;
import io.bessemer.core.pool.HostPool;
import io.bessemer.core.pool.HostProfile;
import io.bessemer.core.pool.Hypervisor;
import io.bessemer.core.pool.Hypervisor.Capacity;
import io.bessemer.core.pool.Hypervisor.Guest;
import io.bessemer.core.pool.HypervisorEvent;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class GuestApiTest {
    private static final String STRAY = "6f1c7b1e-0000-4000-8000-00000000000a";
    private static final HypervisorEvent[] ENABLED = {HypervisorEvent.DEPLOYED, HypervisorEvent.JOINED, HypervisorEvent.VERIFIED};

    @TempDir
    static Path directory;
    private static ApiServer api;
    private HostPool pool;
    private String host;

    @BeforeAll
    static void start() {
        api = ApiServer.idle(directory); // the reconciler would move what these tests look at
        api.send("POST", "/v1/availability_zones", "{\"name\":\"az1\"}");
        api.send("POST", "/v1/host_profiles", "{\"name\":\"kvm\",\"image\":\"debian-12\"}");
        api.send("POST", "/v1/host_profiles", "{\"name\":\"lxc\",\"image\":\"debian-12\",\"hypervisor\":\"lxc\"}");
        api.send("POST", "/v1/host_profiles", "{\"name\":\"nova\",\"image\":\"debian-12\",\"cloud\":\"stack\"}");
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @BeforeEach
    void aHost() {
        pool = pool("kvm");
        host = member(pool, ENABLED);
    }

    @Test
    void a_guest_is_defined_shown_started_and_removed() {
        Answer created = api.send("POST", guests(host), """
                {"name": "g1", "xml": "<domain type='kvm'><memory unit='MiB'>256</memory><graphics passwd='hush'/></domain>"}""");
        assertThat(created.status()).as(created.response().body()).isEqualTo(201);
        JsonNode guest = created.json();
        String uuid = guest.get("uuid").asString();
        assertThat(created.header("Location")).endsWith("/guests/" + uuid);
        assertThat(created.response().body()).doesNotContain("hush");
        assertThat(guest.get("name").asString()).isEqualTo("g1");
        assertThat(guest.get("node_name").asString()).isEqualTo(host);
        assertThat(guest.get("state").asString()).isEqualTo("absent");
        assertThat(guest.get("target_state").asString()).isEqualTo("shut off");
        GuestWish wish = api.database.guests().find(UUID.fromString(uuid)).orElseThrow();
        assertThat(wish.xml()).contains("<name>g1</name>", "<uuid>" + uuid + "</uuid>", "hush");

        Answer started = api.send("PUT", guests(host) + "/g1/states", "{\"target\": \"running\"}");
        assertThat(started.status()).isEqualTo(202);
        assertThat(api.get(guests(host) + "/" + uuid).json().get("target_state").asString()).isEqualTo("running");
        assertThat(api.get(guests(host)).json().get("guests")).hasSize(1);
        assertThat(api.get(guests(host) + "?fields=name,state").json().at("/guests/0").toString()).isEqualTo("{\"name\":\"g1\",\"state\":\"absent\"}");

        assertThat(api.send("DELETE", guests(host) + "/g1", null).status()).isEqualTo(202);
        assertThat(api.get(guests(host) + "/g1").json().get("target_state").asString()).isEqualTo("absent");
        Answer late = api.send("PUT", guests(host) + "/g1/states", "{\"target\": \"running\"}");
        assertThat(late.status()).isEqualTo(409);
        assertThat(late.fault()).isEqualTo("Guest g1 is being removed. Define it anew when it is gone.");
    }

    @Test
    void guests_made_by_libvirt_itself_are_shown_with_their_consoles_and_left_alone() {
        report(host, new Guest(STRAY, "stray", "running", 2, 512, List.of("vnc://127.0.0.1:5900")));
        JsonNode guest = api.get(guests(host) + "/stray").json();
        assertThat(guest.get("state").asString()).isEqualTo("running");
        assertThat(guest.get("target_state").isNull()).isTrue();
        assertThat(guest.at("/consoles/0").asString()).isEqualTo("vnc://127.0.0.1:5900");
        assertThat(guest.get("memory_mib").asInt()).isEqualTo(512);
        Answer refused = api.send("DELETE", guests(host) + "/stray", null);
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.fault()).isEqualTo("Guest stray was made by libvirt itself, so Bessemer does not keep it. Use virsh.");
    }

    @Test
    void why_a_guest_is_not_as_it_shall_be_is_shown() {
        String uuid = define("g1");
        Hypervisor member = find(host);
        api.database.hypervisors().commit(member.toBuilder().facts(Map.of("guest_errors", Map.of(uuid, "no such network"))).build(), List.of()).orElseThrow();
        assertThat(api.get(guests(host) + "/g1").json().get("error").asString()).isEqualTo("no such network");
    }

    @Test
    void a_guest_is_migrated_to_a_host_with_room_and_touched_by_nobody_meanwhile() {
        String uuid = define("g1");
        Answer early = api.send("PUT", guests(host) + "/g1/migrate", "{}");
        assertThat(early.status()).isEqualTo(409);
        assertThat(early.fault()).isEqualTo("Guest g1 is not on host %s yet.".formatted(host));
        report(host, new Guest(uuid, "g1", "running", 1, 1024));
        Answer nowhere = api.send("PUT", guests(host) + "/g1/migrate", null);
        assertThat(nowhere.status()).isEqualTo(409);
        assertThat(nowhere.fault()).isEqualTo("No other enabled host of pool %s has 1024 MiB for guest g1.".formatted(pool.name()));
        String other = member(pool, ENABLED);
        assertThat(api.send("PUT", guests(host) + "/g1/migrate", null).status()).isEqualTo(202);
        JsonNode guest = api.get(guests(host) + "/g1").json();
        assertThat(guest.at("/migration/target").asString()).isEqualTo(other);
        assertThat(guest.at("/migration/state").asString()).isEqualTo("ordered");
        for (Answer busy : List.of(api.send("PUT", guests(host) + "/g1/states", "{\"target\": \"shut off\"}"), api.send("DELETE", guests(host) + "/g1", null))) {
            assertThat(busy.status()).isEqualTo(409);
            assertThat(busy.fault()).isEqualTo("Guest g1 is on its way to %s. Ask again when it has arrived.".formatted(other));
        }
        assertThat(api.send("PUT", guests(host) + "/g1/migrate", "{}").fault()).isEqualTo("Guest g1 is on its way already, to %s.".formatted(other));
        GuestMove move = api.database.guests().move(UUID.fromString(uuid)).orElseThrow();
        assertThat(api.database.guests().end(move, true, null)).isTrue();
        assertThat(api.get(guests(other) + "/g1").json().get("uuid").asString()).isEqualTo(uuid);
        assertThat(api.get(guests(host)).json().get("guests")).as("its last report is older").isEmpty();
    }

    @Test
    void a_host_that_cannot_take_the_guest_is_refused_with_the_reason() {
        String uuid = define("g1");
        report(host, new Guest(uuid, "g1", "running", 1, 6 * 1024));
        String path = guests(host) + "/g1/migrate";
        String small = member(pool, ENABLED);
        String verifying = member(pool, HypervisorEvent.DEPLOYED, HypervisorEvent.JOINED);
        String stranger = member(pool("kvm"), ENABLED);
        assertRefused(path, host, 400, "target: is the host that the guest is on.");
        assertRefused(path, small, 409, "Host %s has 5120 MiB left for guests, the guest needs 6144.".formatted(small));
        assertRefused(path, verifying, 409, "Host %s takes no guests now: it is 'verifying'. Guests move to enabled hosts that report.".formatted(verifying));
        assertRefused(path, stranger, 409, "Host %s is no member of pool %s, within which guests move.".formatted(stranger, pool.name()));
        assertRefused(path, "nobody", 400, "target: there is no node 'nobody'.");
        assertThat(api.database.guests().move(UUID.fromString(uuid))).isEmpty();
    }

    private static void assertRefused(String path, String target, int status, String fault) {
        Answer answer = api.send("PUT", path, "{\"target\": \"%s\"}".formatted(target));
        assertThat(answer.status()).as(target).isEqualTo(status);
        assertThat(answer.fault()).isEqualTo(fault);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {}                                                                              | xml is missing. Send it in the request body.
            {"xml": "<domain"}                                                              | xml: is not XML that is taken here: line 1
            {"xml": "<domain type='xen'><name>g</name></domain>"}                           | xml: <domain type='xen'> does not run on a host of kind kvm. Allowed: kvm, qemu.
            {"xml": "<domain type='kvm'/>"}                                                 | name is missing.
            {"xml": "<domain type='kvm'/>", "name": "a b"}                                  | name: 'a b' is not a name
            {"xml": "<domain type='kvm'/>", "name": "g", "uuid": "17"}                      | uuid: '17' is not a UUID.
            {"xml": "<domain type='kvm'/>", "name": "g", "target_state": "paused"}          | target_state: 'paused' is not one of running, shut off.
            {"xml": "<domain type='kvm'/>", "name": "g", "target_state": "absent"}          | target_state: 'absent' is not one of running, shut off.
            {"xml": "<domain type='kvm'/>", "name": "g", "vcpus": 2}                        | vcpus: is not known here.
            """)
    void a_bad_definition_names_the_field(String body, String complaint) {
        Answer answer = api.send("POST", guests(host), body);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.fault()).startsWith(complaint);
        assertThat(api.get(guests(host)).json().get("guests")).isEmpty();
    }

    @Test
    void a_name_is_taken_once_in_a_pool() {
        define("g1");
        String other = member(pool, ENABLED);
        Answer answer = api.send("POST", guests(other), "{\"name\": \"g1\", \"xml\": \"<domain type='kvm'/>\"}");
        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.fault()).startsWith("Pool %s has a guest with name g1 already.".formatted(pool.name()));
    }

    @Test
    void guests_are_defined_on_enabled_hosts_of_bessemers_own() {
        String draining = member(pool, HypervisorEvent.DEPLOYED, HypervisorEvent.JOINED, HypervisorEvent.VERIFIED, HypervisorEvent.DRAIN);
        String body = "{\"name\": \"g1\", \"xml\": \"<domain type='kvm'/>\"}";
        assertThat(api.send("POST", guests(draining), body).fault()).isEqualTo("Hypervisor %s is 'draining'. Guests are defined on enabled hosts.".formatted(draining));
        String clouds = member(pool("nova"), ENABLED);
        assertThat(api.send("POST", guests(clouds), body).fault()).isEqualTo("Hypervisor %s is a host of cloud stack, which has its guests. Ask the cloud for a server.".formatted(clouds));
        assertThat(api.send("POST", guests(clouds), body).status()).isEqualTo(409);
        String container = member(pool("lxc"), ENABLED);
        report(container, new Guest(STRAY, "c1", "running", 1, 64));
        Answer lxc = api.send("PUT", guests(container) + "/c1/migrate", null);
        assertThat(lxc.status()).isEqualTo(400);
        assertThat(lxc.fault()).isEqualTo("Guests of kind lxc cannot be moved to another host.");
    }

    @Test
    void what_is_not_there_is_not_found() {
        assertThat(api.get(guests("nobody")).status()).isEqualTo(404);
        assertThat(api.get(guests(host) + "/g9").fault()).isEqualTo("Guest g9 could not be found.");
        assertThat(api.send("PUT", guests(host) + "/g9/states", "{\"target\":\"running\"}").status()).isEqualTo(404);
        assertThat(api.send("DELETE", guests(host) + "/g9", null).status()).isEqualTo(404);
        assertThat(api.send("PUT", guests(host) + "/g9/migrate", "{}").status()).isEqualTo(404);
    }

    private String define(String name) {
        Answer created = api.send("POST", guests(host), "{\"name\": \"%s\", \"xml\": \"<domain type='kvm'/>\"}".formatted(name));
        assertThat(created.status()).as(created.response().body()).isEqualTo(201);
        return created.json().get("uuid").asString();
    }

    private static String guests(String host) {
        return "/v1/hypervisors/" + host + "/guests";
    }

    private static HostPool pool(String profile) {
        String name = "p-" + UUID.randomUUID();
        api.send("POST", "/v1/host_pools", "{\"name\":\"%s\",\"zone\":\"az1\",\"profile\":\"%s\"}".formatted(name, profile));
        return api.database.pools().pool(name).orElseThrow();
    }

    /// @return its node's name
    private static String member(HostPool pool, HypervisorEvent... way) {
        String name = "n-" + UUID.randomUUID();
        NodeId node = NodeId.of(api.send("POST", "/v1/nodes", "{\"driver\":\"fake-hardware\",\"name\":\"%s\"}".formatted(name)).json().get("uuid").asString());
        HostProfile profile = api.database.pools().profile(pool.profile()).orElseThrow();
        Hypervisor host = Hypervisor.chosen(node, pool, profile, Instant.now());
        for (HypervisorEvent event : way) {
            host = host.moved(event, "test", profile, Instant.now());
        }
        api.database.hypervisors().create(host.toBuilder().capacity(new Capacity(4, 8192, 100, 0, 0, 2048, 0)).address("10.0.0.6").facts(Map.of("uri", "qemu:///system")).certificate("ab", Instant.now().plusSeconds(60))
                .reportedAt(Instant.now()).build(), List.of()).orElseThrow();
        return name;
    }

    private static Hypervisor find(String host) {
        return api.database.hypervisors().find(api.database.nodes().findByName(host).orElseThrow().id()).orElseThrow();
    }

    private static void report(String host, Guest... guests) {
        api.database.hypervisors().commit(find(host).toBuilder().guests(Arrays.asList(guests)).build(), List.of()).orElseThrow();
    }
}
