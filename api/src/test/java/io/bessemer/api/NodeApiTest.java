package io.bessemer.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.api.ApiServer.Answer;
import io.bessemer.core.lifecycle.ProvisionState;
import io.bessemer.core.node.Change;
import io.bessemer.core.node.Inventory;
import io.bessemer.core.node.Node;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.node.PowerState;
import io.bessemer.core.node.PowerTarget;
import io.bessemer.core.timeline.BootPhase;
import io.bessemer.core.timeline.TimelineEvent;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class NodeApiTest {
    private static final String VERSION = "X-OpenStack-Ironic-API-Version";

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

    private static JsonNode create(String more) {
        Answer answer = api.send("POST", "/v1/nodes", "{\"driver\":\"fake-hardware\"" + (more.isEmpty() ? "" : "," + more) + "}");
        assertThat(answer.status()).as(answer.response().body()).isEqualTo(201);
        return answer.json();
    }

    private static String path() {
        return "/v1/nodes/" + create("").get("uuid").asString();
    }

    private static void put(String path, UnaryOperator<Node.Builder> edit) {
        Node before = api.database.nodes().find(NodeId.of(path.substring(path.lastIndexOf('/') + 1))).orElseThrow();
        api.database.nodes().commit(Change.of(before, edit.apply(before.toBuilder()).build()));
    }

    private static Answer patch(String path, String... operations) {
        return api.send("PATCH", path, "[" + String.join(",", operations) + "]");
    }

    private static String op(String op, String path, String value) {
        return "{\"op\":\"%s\",\"path\":\"%s\",\"value\":%s}".formatted(op, path, value);
    }

    @Test
    void a_new_node_is_enrolled_with_the_drivers_defaults_and_found_by_uuid_and_name() {
        JsonNode node = create("\"name\":\"first\",\"driver_info\":{\"fake_address\":\"10.0.0.1\",\"fake_password\":\"top\"},\"power_interface\":\"fake-two\"");
        assertThat(node.get("provision_state").asString()).isEqualTo("enroll");
        assertThat(node.get("power_interface").asString()).isEqualTo("fake-two");
        assertThat(node.get("boot_interface").asString()).isEqualTo("ipxe");
        assertThat(node.at("/driver_info/fake_password").asString()).isEqualTo("******");
        assertThat(node.at("/links/0/href").asString()).isEqualTo(api.url() + "/v1/nodes/" + node.get("uuid").asString());
        assertThat(api.get("/v1/nodes/first").json()).isEqualTo(api.get("/v1/nodes/" + node.get("uuid").asString()).json());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "{}                                                          | 400 | driver is missing",
        "{\"driver\":\"nope\"}                                       | 400 | No conductor service registered which supports driver nope. Enabled drivers: fake-hardware",
        "{\"driver\":7}                                              | 400 | driver: 7 is not a string",
        "{\"driver\":\"fake-hardware\",\"colour\":\"red\"}           | 400 | colour: is not a field of a node",
        "{\"driver\":\"fake-hardware\",\"power_state\":\"power on\"} | 400 | power_state: cannot be set by clients",
        "{\"driver\":\"fake-hardware\",\"extra\":[]}                 | 400 | extra: [] is not a JSON object",
        "{\"driver\":\"fake-hardware\",\"maintenance\":\"perhaps\"}  | 400 | maintenance: 'perhaps' is not true or false",
        "{\"driver\":\"fake-hardware\",\"uuid\":\"12\"}              | 400 | uuid: '12' is not a UUID",
        "{\"driver\":\"fake-hardware\",\"name\":\"a b\"}             | 400 | Cannot use invalid name 'a b'",
        "{\"driver\":\"fake-hardware\",\"name\":\"detail\"}          | 400 | Cannot use invalid name 'detail'",
        "{\"driver\":\"fake-hardware\",\"power_interface\":\"x\"}    | 400 | Driver fake-hardware does not offer 'x'. Enabled: fake, fake-two",
        "{\"driver\":\"fake-hardware\",\"instance_name\":\"\"}       | 400 | instance_name: is empty",
        "{\"driver\":\"fake-hardware\",\"chassis_uuid\":\"1be26c0b-03f2-4d2e-ae87-c02d7f33c123\"} | 400 | Chassis 1be26c0b",
    })
    void a_body_that_is_wrong_is_refused_by_field(String body, int status, String message) {
        Answer answer = api.send("POST", "/v1/nodes", body);
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.fault()).contains(message);
    }

    @Test
    void names_uuids_and_instances_are_unique() {
        JsonNode node = create("\"name\":\"twin\",\"instance_uuid\":\"11111111-2222-3333-4444-555555555555\"");
        assertThat(api.send("POST", "/v1/nodes", "{\"driver\":\"fake-hardware\",\"name\":\"twin\"}").status()).isEqualTo(409);
        assertThat(api.send("POST", "/v1/nodes", "{\"driver\":\"fake-hardware\",\"uuid\":\"" + node.get("uuid").asString() + "\"}").status()).isEqualTo(409);
        Answer taken = patch(path(), op("add", "/instance_uuid", "\"11111111-2222-3333-4444-555555555555\""));
        assertThat(taken.status()).isEqualTo(409);
        assertThat(taken.fault()).contains("already associated with a node").contains("this other node ");
    }

    @Test
    void resource_class_may_have_80_characters_and_not_81() {
        create("\"resource_class\":\"" + "a".repeat(80) + "\"");
        assertThat(api.send("POST", "/v1/nodes", "{\"driver\":\"fake-hardware\",\"resource_class\":\"" + "a".repeat(81) + "\"}").status()).isEqualTo(400);
    }

    @Test
    void a_patch_edits_nested_fields_and_keeps_secrets_that_come_back_masked() {
        String path = "/v1/nodes/" + create("\"driver_info\":{\"fake_address\":\"a\",\"fake_password\":\"top\"}").get("uuid").asString();
        Answer answer = patch(path, op("add", "/extra/a~1b", "{\"deep\":[1]}"), op("replace", "/driver_info", "{\"fake_address\":\"b\",\"fake_password\":\"******\"}"),
                op("add", "/description", "\"rack 7\""), op("add", "/automated_clean", "false"));
        assertThat(answer.status()).as(answer.response().body()).isEqualTo(200);
        assertThat(answer.json().at("/extra/a~1b/deep/0").asInt()).isEqualTo(1);
        assertThat(answer.json().get("automated_clean").asBoolean(true)).isFalse();
        Node stored = api.database.nodes().find(NodeId.of(answer.json().get("uuid").asString())).orElseThrow();
        assertThat(stored.driverInfo()).containsEntry("fake_address", "b").containsEntry("fake_password", "top");
        assertThat(patch(path, "{\"op\":\"remove\",\"path\":\"/extra\"}").json().get("extra").isEmpty()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "remove  | /extra/none          | 0           | 400 | can't remove a non-existent object 'none'",
        "replace | /uuid                | \"x\"       | 400 | 'uuid' cannot be changed",
        "replace | /provision_state     | \"active\"  | 400 | 'provision_state' cannot be changed",
        "add     | /colour              | 1           | 400 | colour: is not a field of a node",
        "add     | /traits              | []          | 400 | 'traits' cannot be changed",
        "test    | /driver_info/secret  | \"x\"       | 400 | secrets cannot be tested",
        "add     | /protected           | true        | 409 | cannot be made protected in provision state \"enroll\"",
        "add     | /protected_reason    | \"because\" | 400 | needs protected to be true",
        "add     | /parent_node         | \"11111111-2222-3333-4444-555555555555\" | 400 | cannot be the parent",
        "replace | /driver              | \"nope\"    | 400 | supports driver nope",
        "replace | /power_interface     | \"nope\"    | 400 | power_interface",
        "add     | /instance_uuid       | \"12\"      | 400 | '12' is not a UUID",
    })
    void a_patch_that_is_wrong_is_refused_by_path(String op, String path, String value, int status, String message) {
        Answer answer = patch(path(), op(op, path, value));
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.fault()).contains(message);
    }

    @Test
    void a_node_at_work_is_locked_but_its_instance_may_be_removed_under_maintenance() {
        String path = "/v1/nodes/" + create("\"instance_uuid\":\"" + UUID.randomUUID() + "\"").get("uuid").asString();
        put(path, b -> b.provisionState(ProvisionState.DEPLOYING).targetProvisionState(ProvisionState.ACTIVE));
        assertThat(patch(path, op("add", "/extra/a", "1")).status()).isEqualTo(409);
        assertThat(patch(path, "{\"op\":\"remove\",\"path\":\"/instance_uuid\"}").status()).isEqualTo(409);
        put(path, b -> b.maintenance(true));
        assertThat(patch(path, "{\"op\":\"remove\",\"path\":\"/instance_uuid\"}").status()).isEqualTo(200);
    }

    @Test
    void interfaces_are_reset_only_together_with_a_driver() {
        String path = "/v1/nodes/" + create("\"power_interface\":\"fake-two\"").get("uuid").asString();
        assertThat(api.send("PATCH", path + "?reset_interfaces=True", "[" + op("add", "/extra/a", "1") + "]").status()).isEqualTo(400);
        Answer reset = api.send("PATCH", path + "?reset_interfaces=True", "[" + op("replace", "/driver", "\"fake-hardware\"") + "]");
        assertThat(reset.json().get("power_interface").asString()).isEqualTo("fake");
    }

    @Test
    void older_clients_see_older_fields_and_states() {
        String path = path();
        put(path, b -> b.provisionState(ProvisionState.AVAILABLE));
        assertThat(api.get(path, VERSION, "1.1").json().get("provision_state").isNull()).isTrue();
        assertThat(api.get(path, VERSION, "1.2").json().get("provision_state").asString()).isEqualTo("available");
        assertThat(api.get(path, VERSION, "1.4").json().has("name")).isFalse();
        assertThat(api.get(path, VERSION, "1.20").json().has("resource_class")).isFalse();
        put(path, b -> b.provisionState(ProvisionState.INSPECT_WAIT));
        assertThat(api.get(path, VERSION, "1.38").json().get("provision_state").asString()).isEqualTo("inspecting");
        assertThat(api.get(path, VERSION, "1.39").json().get("provision_state").asString()).isEqualTo("inspect wait");
    }

    @Test
    void a_list_pages_by_marker_with_links_to_the_asked_host() {
        String owner = "pager";
        IntStream.range(0, 5).forEach(i -> create("\"name\":\"page-%d\",\"owner\":\"%s\"".formatted(i, owner)));
        List<String> seen = new ArrayList<>();
        String next = "/v1/nodes?owner=" + owner + "&limit=2&fields=name,uuid&sort_key=name&sort_dir=desc";
        for (int pages = 0; next != null && pages < 5; pages++) {
            JsonNode page = api.get(next).json();
            page.get("nodes").forEach(node -> seen.add(node.get("name").asString()));
            assertThat(page.get("nodes").size()).isLessThanOrEqualTo(2);
            next = page.has("next") ? page.get("next").asString().substring(api.url().length()) : null;
        }
        assertThat(seen).containsExactly("page-4", "page-3", "page-2", "page-1", "page-0");
        JsonNode own = api.get("/v1/nodes?limit=1").json();
        assertThat(own.get("next").asString()).startsWith(api.url() + "/v1/nodes?limit=1&marker=");
    }

    @Test
    void a_list_shows_the_default_columns_the_asked_fields_or_everything() {
        create("\"owner\":\"columns\"");
        assertThat(keys(api.get("/v1/nodes?owner=columns").json().at("/nodes/0")))
                .containsExactlyInAnyOrder("uuid", "name", "instance_uuid", "power_state", "provision_state", "maintenance", "links");
        assertThat(keys(api.get("/v1/nodes?owner=columns&fields=uuid,driver").json().at("/nodes/0"))).containsExactlyInAnyOrder("uuid", "driver");
        assertThat(api.get("/v1/nodes/detail?owner=columns").json()).isEqualTo(api.get("/v1/nodes?owner=columns&detail=True").json());
        assertThat(keys(api.get("/v1/nodes/detail?owner=columns").json().at("/nodes/0"))).contains("driver_info", "traits", "disable_power_off", "service_step");
    }

    /// A list reads less of a node when the fields that are asked for allow it.
    @Test
    void a_field_is_the_same_in_a_list_of_it_alone_and_in_all_details() {
        String path = "/v1/nodes/" + create("\"owner\":\"brief\",\"lessee\":\"tenant\",\"name\":\"brief-1\",\"resource_class\":\"large\",\"extra\":{\"a\":1}").get("uuid").asString();
        put(path, node -> node.instanceUuid(UUID.randomUUID()).powerState(PowerState.ON).targetPowerState(PowerTarget.OFF).provisionState(ProvisionState.DEPLOYING)
                .targetProvisionState(ProvisionState.ACTIVE).maintenance(true).lastError("it broke").reservation("conductor-1").traits(Set.of("CUSTOM_A", "HW_B")));
        JsonNode detail = api.get("/v1/nodes/detail?owner=brief").json().at("/nodes/0");
        assertThat(detail.get("traits").toString()).isEqualTo("[\"CUSTOM_A\",\"HW_B\"]");
        assertThat(keys(detail)).hasSizeGreaterThan(60).allSatisfy(field ->
                assertThat(api.get("/v1/nodes?owner=brief&fields=" + field).json().at("/nodes/0").get(field)).as(field).isEqualTo(detail.get(field)));
        assertThat(detail.get("reservation").asString() + detail.get("last_error").asString()).isEqualTo("conductor-1it broke");
    }

    private static HashSet<String> keys(JsonNode node) {
        return new HashSet<>(node.propertyNames());
    }

    @Test
    void filters_narrow_the_list() {
        String owner = "\"owner\":\"filters\"";
        String parent = create(owner + ",\"name\":\"f-parent\",\"resource_class\":\"big\",\"description\":\"in Row Seven\"").get("uuid").asString();
        create(owner + ",\"name\":\"f-child\",\"shard\":\"s1\",\"parent_node\":\"" + parent + "\",\"maintenance\":true");
        create(owner + ",\"name\":\"f-third\",\"shard\":\"s2\",\"instance_uuid\":\"" + UUID.randomUUID() + "\"");
        assertThat(names("resource_class=big")).containsExactly("f-parent");
        assertThat(names("maintenance=true&include_children=true")).containsExactly("f-child");
        assertThat(names("associated=True")).containsExactly("f-third");
        assertThat(names("provision_state=active")).isEmpty();
        assertThat(names("shard=s1,s2&include_children=true")).containsExactly("f-child", "f-third");
        assertThat(names("sharded=false")).containsExactly("f-parent");
        assertThat(names("parent_node=" + parent)).containsExactly("f-child");
        assertThat(names("description_contains=seven")).containsExactly("f-parent");
        assertThat(names("project=filters&limit=1&sort_key=name&sort_dir=desc")).containsExactly("f-third");
    }

    private static List<String> names(String filter) {
        Answer answer = api.get("/v1/nodes?owner=filters&" + filter);
        assertThat(answer.status()).as(answer.response().body()).isEqualTo(200);
        List<String> names = new ArrayList<>();
        answer.json().get("nodes").forEach(node -> names.add(node.get("name").asString()));
        return names;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "limit=0                     | 400 | limit: must be positive",
        "limit=x                     | 400 | limit: 'x' is not a whole number",
        "marker=x                    | 400 | marker: 'x' is not a UUID",
        "marker=11111111-2222-3333-4444-555555555555 | 404 | could not be found",
        "sort_key=driver_info        | 400 | The sort_key value \"driver_info\" is an invalid field for sorting",
        "sort_dir=up                 | 400 | 'up' is neither 'asc' nor 'desc'",
        "fields=uuid,colour          | 400 | Field(s) \"colour\" are not valid",
        "fields=uuid&detail=true     | 400 | cannot be combined",
        "provision_state=sleeping    | 400 | Provision state \"sleeping\" is not valid",
        "maintenance=perhaps         | 400 | maintenance: 'perhaps'",
        "fault=tired                 | 400 | 'tired' is not one of power failure",
        "resource_clas=x             | 400 | resource_clas: is not a known argument",
    })
    void a_list_that_is_asked_for_wrongly_is_refused_by_argument(String query, int status, String message) {
        Answer answer = api.get("/v1/nodes?" + query);
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.fault()).contains(message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "1.95 | {\"target\":\"fly\"}                                             | 400 | 'fly' is not a provision verb. Verbs for a node in state 'enroll': manage.",
        "1.95 | {\"target\":\"active\"}                                          | 400 | can not be performed",
        "1.95 | {\"target\":\"manage\",\"speed\":1}                              | 400 | speed: is not known here",
        "1.3  | {\"target\":\"manage\"}                                          | 406 | Provision verb 'manage' needs API version 1.4",
        "1.72 | {\"target\":\"deploy\"}                                          | 406 | Provision verb 'deploy' needs API version 1.73",
        "1.95 | {\"target\":\"clean\"}                                           | 400 | clean_steps is missing",
        "1.95 | {\"target\":\"manage\",\"clean_steps\":[]}                       | 400 | clean_steps: is not allowed with verb 'manage'",
        "1.95 | {\"target\":\"manage\",\"configdrive\":\"x\"}                    | 400 | configdrive: is not allowed with verb 'manage'",
        "1.95 | {\"target\":\"clean\",\"clean_steps\":[{\"step\":\"a\"}]}        | 400 | clean_steps[0]/interface: null is not a string",
        "1.95 | {\"target\":\"clean\",\"clean_steps\":[{\"interface\":\"deploy\",\"step\":\"a\",\"args\":3}]} | 400 | clean_steps[0]/args: 3 is not a JSON object",
        "1.68 | {\"target\":\"active\",\"deploy_steps\":[]}                      | 406 | Argument 'deploy_steps' needs API version 1.69",
        "1.95 | {\"target\":\"active\",\"deploy_steps\":[{\"interface\":\"deploy\",\"step\":\"a\"}]} | 400 | deploy_steps[0]/priority: null",
        "1.55 | {\"target\":\"active\",\"configdrive\":{}}                       | 406 | A JSON object as 'configdrive' needs API version 1.56",
        "1.95 | {\"target\":\"active\",\"configdrive\":{\"colour\":1}}           | 400 | configdrive/colour: is not known",
        "1.95 | {\"target\":\"active\",\"configdrive\":\"not base64!\"}          | 400 | is neither a URL nor base64",
        "1.95 | {\"target\":\"manage\",\"rescue_password\":\"x\"}                | 400 | rescue_password: is not allowed with verb 'manage'",
        "1.37 | {\"target\":\"rescue\",\"rescue_password\":\"x\"}                | 406 | Provision verb 'rescue' needs API version 1.38",
        "1.95 | {\"target\":\"rescue\"}                                          | 400 | rescue_password is missing",
        "1.95 | {\"target\":\"rescue\",\"rescue_password\":\" \"}                | 400 | rescue_password is missing",
        "1.95 | {\"target\":\"rescue\",\"rescue_password\":7}                  | 400 | rescue_password: must be a string",
        "1.95 | {\"target\":\"rescue\",\"rescue_password\":\"x\"}                | 400 | can not be performed",
        "1.84 | {\"target\":\"unhold\"}                                          | 406 | Provision verb 'unhold' needs API version 1.85",
        "1.86 | {\"target\":\"service\",\"service_steps\":[]}                     | 406 | Provision verb 'service' needs API version 1.87",
        "1.95 | {\"target\":\"service\"}                                         | 400 | service_steps is missing",
        "1.95 | {\"target\":\"manage\",\"disable_ramdisk\":true}                 | 400 | disable_ramdisk: is not allowed with verb 'manage'",
        "1.69 | {\"target\":\"clean\",\"clean_steps\":[],\"disable_ramdisk\":true} | 406 | Argument 'disable_ramdisk' needs API version 1.70",
    })
    void provision_requests_are_checked_before_anything_happens(String version, String body, int status, String message) {
        Answer answer = api.send("PUT", path() + "/states/provision", body, VERSION, version);
        assertThat(answer.status()).as(answer.response().body()).isEqualTo(status);
        assertThat(answer.fault()).contains(message);
    }

    @Test
    void provision_and_power_are_accepted_with_the_place_to_look() throws InterruptedException {
        String path = "/v1/nodes/" + create("\"driver_info\":{\"fake_address\":\"10.0.0.9\"}").get("uuid").asString();
        Answer manage = api.send("PUT", path + "/states/provision", "{\"target\":\"manage\"}");
        assertThat(manage.status()).isEqualTo(202);
        assertThat(manage.header("Location")).isEqualTo(api.url() + path + "/states");
        api.await(path.substring("/v1/nodes/".length()), ProvisionState.MANAGEABLE);
        assertThat(api.send("PUT", path + "/states/power", "{\"target\":\"power on\"}").status()).isEqualTo(202);
        assertThat(api.send("PUT", path + "/states/power", "{\"target\":\"soft power off\",\"timeout\":5}", VERSION, "1.26").status()).isEqualTo(406);
        assertThat(api.send("PUT", path + "/states/power", "{\"target\":\"soft power off\",\"timeout\":0}").status()).isEqualTo(400);
        assertThat(api.send("PUT", path + "/states/power", "{\"target\":\"power up\"}").fault()).contains("'power up' is not one of power on");
        assertThat(api.get(path + "/states").json().has("target_power_state")).isTrue();
    }

    @Test
    void a_config_drive_may_be_as_large_as_an_image() {
        // enroll refuses the verb, after the whole body was read
        Answer answer = api.send("PUT", path() + "/states/provision", "{\"target\":\"active\",\"configdrive\":\"" + "QUJD".repeat(1 << 20) + "\"}");
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.fault()).contains("can not be performed");
    }

    @Test
    void boot_devices_maintenance_and_validation() {
        String path = path();
        assertThat(api.send("PUT", path + "/management/boot_device", "{\"boot_device\":\"disk\",\"persistent\":true}").status()).isEqualTo(204);
        assertThat(api.get(path + "/management/boot_device").response().body()).isEqualTo("{\"boot_device\":\"disk\",\"persistent\":true}");
        assertThat(api.send("PUT", path + "/management/boot_device", "{\"boot_device\":\"floppy\"}").fault()).contains("'floppy' is not one of pxe, disk");
        assertThat(api.get(path + "/management/boot_device/supported").json().get("supported_boot_devices").size()).isEqualTo(2);
        assertThat(api.send("PUT", path + "/maintenance", "{\"reason\":\"fan\"}").status()).isEqualTo(202);
        assertThat(api.get(path).json().get("maintenance_reason").asString()).isEqualTo("fan");
        assertThat(api.send("DELETE", path + "/maintenance", null).status()).isEqualTo(202);
        assertThat(api.send("PUT", path + "/maintenance", null).status()).isEqualTo(202);
        assertThat(patch(path, op("replace", "/maintenance", "false")).json().get("maintenance").asBoolean(true)).isFalse();
        assertThat(api.get(path + "/validate").json().at("/power/reason").asString()).contains("fake_address");
    }

    @Test
    void traits_are_at_most_50_and_of_ironics_form() {
        String path = path();
        assertThat(api.send("PUT", path + "/traits", "{\"traits\":[\"CUSTOM_B\",\"HW_CPU_X86_VMX\"]}").status()).isEqualTo(204);
        Answer added = api.send("PUT", path + "/traits/CUSTOM_A", null);
        assertThat(added.status()).isEqualTo(204);
        assertThat(added.header("Location")).endsWith(path + "/traits/CUSTOM_A");
        assertThat(api.get(path + "/traits").response().body()).isEqualTo("{\"traits\":[\"CUSTOM_A\",\"CUSTOM_B\",\"HW_CPU_X86_VMX\"]}");
        assertThat(api.send("DELETE", path + "/traits/CUSTOM_B", null).status()).isEqualTo(204);
        assertThat(api.send("DELETE", path + "/traits/CUSTOM_B", null).status()).isEqualTo(404);
        assertThat(api.send("PUT", path + "/traits/custom_a", null).status()).isEqualTo(400);
        assertThat(api.send("PUT", path + "/traits/CUSTOM_" + "A".repeat(248), null).status()).isEqualTo(204);
        assertThat(api.send("PUT", path + "/traits/CUSTOM_" + "A".repeat(249), null).status()).isEqualTo(400);
        String many = String.join(",", IntStream.range(0, 50).mapToObj(i -> "\"CUSTOM_" + i + "\"").toList());
        assertThat(api.send("PUT", path + "/traits", "{\"traits\":[" + many + "]}").status()).isEqualTo(204);
        assertThat(api.send("PUT", path + "/traits/CUSTOM_50", null).status()).isEqualTo(400);
        assertThat(api.send("DELETE", path + "/traits", null).status()).isEqualTo(204);
        assertThat(api.get(path + "/traits").json().get("traits").isEmpty()).isTrue();
    }

    @Test
    void what_was_recorded_can_be_read_back() throws InterruptedException {
        String path = "/v1/nodes/" + create("\"driver_info\":{\"fake_address\":\"10.0.0.9\"}").get("uuid").asString();
        NodeId id = NodeId.of(path.substring("/v1/nodes/".length()));
        assertThat(api.get(path + "/inventory").status()).isEqualTo(404);
        api.database.nodes().saveInventory(id, new Inventory(Map.of("cpu", Map.of("count", 4)), Map.of(), Instant.EPOCH));
        assertThat(api.get(path + "/inventory").json().at("/inventory/cpu/count").asInt()).isEqualTo(4);
        api.send("PUT", path + "/states/provision", "{\"target\":\"manage\"}");
        api.await(id.toString(), ProvisionState.MANAGEABLE);
        JsonNode history = api.get(path + "/history").json().get("history");
        assertThat(history.size()).isPositive();
        assertThat(history.get(0).has("conductor")).isFalse();
        assertThat(api.get(path + "/history/" + history.get(0).get("uuid").asString()).json().get("conductor").asString()).isEqualTo("test-conductor");
        api.database.timeline().append(List.of(new TimelineEvent(id, Instant.EPOCH, 1, BootPhase.POWER, "bmc", "power-on", "on", Map.of("ipmi_password", "top"))));
        JsonNode event = api.get(path + "/timeline?limit=10").json().at("/timeline/0");
        assertThat(event.get("phase").asString()).isEqualTo("power");
        assertThat(event.at("/details/ipmi_password").asString()).isEqualTo("******");
        assertThat(api.get(path + "/timeline?since=2099-01-01T00:00:00Z").json().get("timeline").isEmpty()).isTrue();
        assertThat(api.get(path + "/timeline?since=yesterday").status()).isEqualTo(400);
        assertThat(api.get(path + "/explain").json().get("summary").asString()).isNotEmpty();
    }

    @Test
    void a_deleted_node_is_gone() {
        String path = path();
        assertThat(api.send("DELETE", path, null).status()).isEqualTo(204);
        assertThat(api.get(path).status()).isEqualTo(404);
        assertThat(api.send("DELETE", path, null).status()).isEqualTo(404);
    }

    @Test
    void ports_are_created_listed_changed_and_deleted() {
        String node = create("\"name\":\"with-ports\"").get("uuid").asString();
        Answer created = api.send("POST", "/v1/ports", "{\"node_uuid\":\"" + node + "\",\"address\":\"52:54:00:AA:BB:01\",\"extra\":{\"slot\":1}}");
        assertThat(created.status()).isEqualTo(201);
        assertThat(created.json().get("address").asString()).isEqualTo("52:54:00:aa:bb:01");
        String port = "/v1/ports/" + created.json().get("uuid").asString();
        assertThat(api.send("POST", "/v1/ports", "{\"node_uuid\":\"with-ports\",\"address\":\"52:54:00:aa:bb:02\",\"name\":\"eth1\"}").status()).isEqualTo(201);
        assertThat(api.get("/v1/ports/eth1").json().get("node_uuid").asString()).isEqualTo(node);
        Answer twice = api.send("POST", "/v1/ports", "{\"node_uuid\":\"" + node + "\",\"address\":\"52:54:00:aa:bb:01\"}");
        assertThat(twice.status()).isEqualTo(409);
        assertThat(twice.fault()).isEqualTo("A port with MAC address 52:54:00:aa:bb:01 already exists.");
        assertThat(api.send("POST", "/v1/ports", "{\"node_uuid\":\"" + node + "\",\"address\":\"52:54\"}").fault()).contains("address: Expected a MAC address but received 52:54.");
        assertThat(api.send("POST", "/v1/ports", "{\"node_uuid\":\"" + UUID.randomUUID() + "\",\"address\":\"52:54:00:aa:bb:03\"}").status()).isEqualTo(400);
        assertThat(api.get("/v1/ports?address=52:54:00:AA:BB:01&fields=uuid,node_uuid").json().get("ports").size()).isEqualTo(1);
        assertThat(api.get("/v1/ports?node=with-ports&limit=1").json().get("next").asString()).contains("node=with-ports").contains("marker=");
        assertThat(api.get("/v1/nodes/with-ports/ports").json().get("ports").size()).isEqualTo(2);
        assertThat(api.get("/v1/nodes/" + node + "/ports/detail").json().at("/ports/0/pxe_enabled").asBoolean(false)).isTrue();
        Answer patched = patch(port, op("replace", "/pxe_enabled", "false"), op("add", "/local_link_connection/port_id", "\"Gi1\""), op("remove", "/extra/slot", "0").replace(",\"value\":0", ""));
        assertThat(patched.status()).as(patched.response().body()).isEqualTo(200);
        assertThat(patched.json().at("/local_link_connection/port_id").asString()).isEqualTo("Gi1");
        assertThat(patch(port, op("replace", "/address", "\"52:54:00:aa:bb:02\"")).status()).isEqualTo(409);
        assertThat(patch(port, op("add", "/internal_info/x", "1")).status()).isEqualTo(400);
        assertThat(api.get(port, VERSION, "1.18").json().has("pxe_enabled")).isFalse();
        assertThat(api.send("DELETE", port, null).status()).isEqualTo(204);
        assertThat(api.get(port).status()).isEqualTo(404);
    }

    @Test
    void drivers_and_conductors_are_described() {
        assertThat(api.get("/v1/drivers").json().at("/drivers/0/hosts/0").asString()).isEqualTo("test-conductor");
        assertThat(api.get("/v1/drivers?detail=true").json().at("/drivers/0/enabled_power_interfaces").size()).isEqualTo(2);
        assertThat(api.get("/v1/drivers/fake-hardware/properties").json().has("fake_address")).isTrue();
        assertThat(api.get("/v1/drivers/nope").status()).isEqualTo(404);
        assertThat(api.get("/v1/conductors/test-conductor").json().at("/drivers/0").asString()).isEqualTo("fake-hardware");
        assertThat(api.get("/v1/chassis").response().body()).isEqualTo("{\"chassis\":[]}");
    }
}
