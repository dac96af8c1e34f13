package io.bessemer.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.api.ApiServer.Answer;
import io.bessemer.core.driver.DriverNode;
import io.bessemer.core.flow.FlowUpdate;
import io.bessemer.core.lifecycle.ProvisionState;
import io.bessemer.core.node.Change;
import io.bessemer.core.node.HistoryEntry;
import io.bessemer.core.node.Node;
import io.bessemer.core.node.NodeId;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/// The sub-resources of a node that ask its hardware, answered by the fake interfaces of `plain-drivers`.
class NodeHardwareApiTest {
    private static final String VERSION = "X-OpenStack-Ironic-API-Version";

    @TempDir
    static Path directory;
    private static ApiServer api;

    @BeforeAll
    static void start() {
        api = ApiServer.idle(directory);
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

    private static String path(String more) {
        return "/v1/nodes/" + create(more).get("uuid").asString();
    }

    private static String path() {
        return path("");
    }

    private static Node stored(String path) {
        return api.database.nodes().find(NodeId.of(path.substring(path.lastIndexOf('/') + 1))).orElseThrow();
    }

    private static void accepted(Answer answer, int status) {
        assertThat(answer.status()).as(answer.response().body()).isEqualTo(status);
        assertThat(answer.response().body()).isEmpty();
    }

    private static void refused(Answer answer, int status, String message) {
        assertThat(answer.status()).as(answer.response().body()).isEqualTo(status);
        assertThat(answer.fault()).contains(message);
    }

    @ParameterizedTest
    @CsvSource({
        "GET,    /states/raid,               1.11, 405", "PUT,    /states/raid,               1.11, 406",
        "GET,    /bios,                      1.39, 404", "GET,    /bios/a,                    1.39, 404",
        "GET,    /management/indicators,     1.62, 406", "GET,    /management/indicators/a@b, 1.62, 406",
        "PUT,    /management/indicators/a@b, 1.62, 406", "PUT,    /states/boot_mode,          1.75, 404",
        "PUT,    /states/secure_boot,        1.75, 404", "GET,    /children,                  1.82, 404",
        "GET,    /firmware,                  1.85, 404", "POST,   /vmedia,                    1.88, 404",
        "DELETE, /vmedia,                    1.88, 404", "GET,    /vmedia,                    1.92, 404",
    })
    void an_older_client_does_not_see_it(String method, String resource, String version, int status) {
        assertThat(api.send(method, path() + resource, method.startsWith("P") ? "{}" : null, VERSION, version).status()).isEqualTo(status);
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /states/console", "PUT, /states/console", "PUT, /states/raid", "PUT, /states/boot_mode", "PUT, /states/secure_boot", "GET, /management/indicators",
        "GET, /management/indicators/led@system", "GET, /sensors", "GET, /sel", "DELETE, /sel", "GET, /fru", "GET, /bmc", "GET, /bmc/users", "DELETE, /bmc/users/3", "GET, /bios", "GET, /bios/a", "GET, /firmware", "GET, /vmedia", "DELETE, /vmedia", "GET, /vendor_passthru/methods",
        "POST, /vendor_passthru/second_method", "GET, /children",
    })
    void a_node_that_is_not_there_has_none_of_it(String method, String resource) {
        String body = resource.endsWith("boot_mode") ? "{\"target\":\"uefi\"}" : resource.endsWith("secure_boot") ? "{\"target\":true}" : "{\"enabled\":true}";
        refused(api.send(method, "/v1/nodes/nobody" + resource, method.startsWith("P") ? body : null), 404, "Node nobody could not be found.");
    }

    @Test
    void the_boot_mode_and_secure_boot_are_set_and_shown() {
        String path = path();
        Answer answer = api.send("PUT", path + "/states/boot_mode", "{\"target\":\"uefi\"}");
        accepted(answer, 202);
        assertThat(answer.header("Location")).isEqualTo(api.url() + path + "/states");
        accepted(api.send("PUT", path + "/states/secure_boot", "{\"target\":true}"), 202);
        JsonNode states = api.get(path + "/states").json();
        assertThat(states.get("boot_mode").asString()).isEqualTo("uefi");
        assertThat(states.get("secure_boot").asBoolean(false)).isTrue();
        assertThat(api.get(path + "/states", VERSION, "1.74").json().has("boot_mode")).isFalse();
        accepted(api.send("PUT", path + "/states/boot_mode", "{\"target\":\"bios\"}"), 202);
        assertThat(api.get(path + "/states").json().get("secure_boot").asBoolean(true)).as("BIOS has none").isFalse();
        refused(api.send("PUT", path + "/states/secure_boot", "{\"target\":true}"), 500, "boots by BIOS, which has no secure boot. Set its boot mode to uefi first.");
        assertThat(api.get(path + "/history").response().body()).contains("boot mode set to 'uefi'");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "boot_mode   | {\"target\":\"efi\"}              | target: 'efi' is not one of bios, uefi.",
        "boot_mode   | {}                                | target is missing",
        "boot_mode   | {\"target\":\"uefi\",\"now\":true} | now: is not known here",
        "boot_mode   | {\"target\":7}                    | target: 7 is not a string",
        "secure_boot | {\"target\":\"perhaps\"}          | target: 'perhaps' is not true or false",
        "secure_boot | {\"target\":null}                 | target is missing",
        "console     | {}                                | enabled is missing",
        "console     | {\"enabled\":\"perhaps\"}         | enabled: 'perhaps' is not true or false",
        "console     | {\"enabled\":true,\"type\":1}     | type: is not known here",
        "raid        | []                                | must be a JSON object",
        "raid        | {\"disks\":[]}                    | target_raid_config/disks: is not known. Known: logical_disks",
        "raid        | {\"logical_disks\":[]}            | logical_disks: must be a list of 1 to 256 logical disks",
        "raid        | {\"logical_disks\":[1]}           | logical_disks/0: must be a JSON object",
        "raid        | {\"logical_disks\":[{\"raid_level\":\"1\"}]}                                    | logical_disks/0/size_gb: is missing",
        "raid        | {\"logical_disks\":[{\"raid_level\":\"3\",\"size_gb\":1}]}                      | logical_disks/0/raid_level: '3' is not one of JBOD, 0, 1",
        "raid        | {\"logical_disks\":[{\"raid_level\":\"1\",\"size_gb\":-1}]}                     | logical_disks/0/size_gb: '-1' is not a whole number",
        "raid        | {\"logical_disks\":[{\"raid_level\":\"1\",\"size_gb\":1,\"colour\":\"red\"}]}   | logical_disks/0/colour: is not known",
        "raid        | {\"logical_disks\":[{\"raid_level\":\"1\",\"size_gb\":1,\"physical_disks\":[\"a\"]}]} | logical_disks/0/controller: is missing",
        "raid        | {\"logical_disks\":[{\"raid_level\":\"1\",\"size_gb\":1,\"number_of_physical_disks\":0}]} | number_of_physical_disks: '0' is not a whole number from 1",
        "raid        | {\"logical_disks\":[{\"raid_level\":\"1\",\"size_gb\":1,\"is_root_volume\":true},{\"raid_level\":\"1\",\"size_gb\":1,\"is_root_volume\":true}]} | at most one can be the root volume",
    })
    void a_state_that_is_wrong_is_refused_by_field(String state, String body, String message) {
        refused(api.send("PUT", path() + "/states/" + state, body), 400, message);
    }

    @Test
    void work_under_way_is_not_disturbed() {
        String path = path("\"driver_info\":{\"fake_address\":\"10.0.0.9\"}");
        accepted(api.send("PUT", path + "/states/provision", "{\"target\":\"manage\"}"), 202); // nobody acts on it here
        refused(api.send("PUT", path + "/states/boot_mode", "{\"target\":\"uefi\"}"), 409, "cannot be changed while it is in provision state \"verifying\"");
        refused(api.send("PUT", path + "/states/secure_boot", "{\"target\":true}"), 409, "\"verifying\"");
        refused(api.send("POST", path + "/vendor_passthru/second_method", "{\"bar\":\"kazoo\"}"), 409, "is locked by");
        refused(api.send("POST", path + "/vmedia", "{\"device_type\":\"cdrom\",\"image_url\":\"http://a/b\"}"), 409, "is locked by");
        refused(api.send("DELETE", path + "/vmedia", null), 409, "is locked by");
        accepted(api.send("POST", path + "/vendor_passthru/fourth_method_shared_lock", "{\"bar\":\"woof\"}"), 202);
    }

    @Test
    void a_raid_configuration_is_kept_as_wished_and_taken_back() {
        String path = path();
        String wish = "{\"logical_disks\":[{\"size_gb\":100,\"raid_level\":\"1\"},{\"size_gb\":\"MAX\",\"raid_level\":\"1+0\",\"is_root_volume\":true,"
                + "\"controller\":\"c0\",\"physical_disks\":[\"d0\",\"d1\"]}]}";
        accepted(api.send("PUT", path + "/states/raid", wish), 204);
        assertThat(api.get(path + "/states").json().get("target_raid_config")).isEqualTo(ApiServer.JSON.readTree(wish));
        assertThat(api.get(path, VERSION, "1.11").json().has("target_raid_config")).isFalse();
        accepted(api.send("PUT", path + "/states/raid", "{}"), 204);
        assertThat(api.get(path).json().get("target_raid_config").isEmpty()).isTrue();
        refused(api.send("PUT", path("\"raid_interface\":\"no-raid\"") + "/states/raid", wish), 404, "does not support RAID configuration (raid_interface is 'no-raid')");
    }

    @Test
    void a_driver_says_what_logical_disks_may_have() {
        assertThat(api.get("/v1/drivers/fake-hardware/raid/logical_disk_properties").json().get("raid_level").asString()).endsWith("Required.");
        assertThat(api.get("/v1/drivers/fake-hardware/raid/logical_disk_properties", VERSION, "1.11").status()).isEqualTo(406);
        assertThat(api.get("/v1/drivers/nope/raid/logical_disk_properties").status()).isEqualTo(404);
    }

    @Test
    void a_console_is_started_and_stopped() {
        String path = path();
        assertThat(api.get(path + "/states/console").response().body()).isEqualTo("{\"console_enabled\":false,\"console_info\":null}");
        Answer answer = api.send("PUT", path + "/states/console", "{\"enabled\":true}");
        accepted(answer, 202);
        assertThat(answer.header("Location")).isEqualTo(api.url() + path + "/states/console");
        accepted(api.send("PUT", path + "/states/console?enabled=true", null), 202);
        assertThat(api.get("/v1/nodes/states/console/" + stored(path).id()).response().body()).isEqualTo("{\"console_enabled\":true,\"console_info\":{}}");
        assertThat(api.get(path + "/states").json().get("console_enabled").asBoolean(false)).isTrue();
        accepted(api.send("PUT", path + "/states/console", "{\"enabled\":false}"), 202);
        assertThat(api.get(path).json().get("console_enabled").asBoolean(true)).isFalse();
        String without = path("\"console_interface\":\"no-console\"");
        refused(api.send("PUT", without + "/states/console", "{\"enabled\":true}"), 400, "does not support a console (console_interface is 'no-console')");
        assertThat(api.get(without + "/states/console").json().get("console_enabled").asBoolean(true)).isFalse();
    }

    @Test
    void indicators_are_listed_read_and_set() {
        String path = path() + "/management/indicators";
        JsonNode list = api.get(path).json().get("indicators");
        assertThat(list.size()).isEqualTo(2);
        assertThat(list.at("/0/name").asString()).isEqualTo("led-0@chassis");
        assertThat(list.at("/0/readonly").asBoolean(false)).isTrue();
        assertThat(list.at("/1/states").toString()).isEqualTo("[\"blinking\",\"off\",\"on\"]");
        assertThat(list.at("/1/links/0/href").asString()).endsWith("/management/indicators/led@system");
        accepted(api.send("PUT", path + "/led@system", "{\"state\":\"blinking\"}"), 204);
        assertThat(api.get(path + "/led@system").response().body()).isEqualTo("{\"state\":\"blinking\"}");
        refused(api.send("PUT", path + "/led@system", "{\"state\":\"red\"}"), 400, "state: 'red' is not one of on, off, blinking, unknown.");
        refused(api.send("PUT", path + "/led@system", "{\"state\":\"unknown\"}"), 400, "state: 'unknown' is not one of [blinking, off, on]");
        refused(api.send("PUT", path + "/led@system", "{}"), 400, "state is missing");
        refused(api.send("PUT", path + "/led-0@chassis", "{\"state\":\"off\"}"), 400, "can only be read");
        refused(api.get(path + "/led"), 400, "indicator: 'led' is not one of led-0@chassis, led@system.");
    }

    @Test
    void sensors_are_told_in_the_groups_and_names_of_ironic() {
        Answer answer = api.get(path() + "/sensors", VERSION, "1.1"); // no microversion of Ironic's knows it, so every one may
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.response().body()).isEqualTo("{\"sensors\":{\"Temperature\":{\"intake@fake\":{\"name\":\"Inlet Temp\",\"physical_context\":\"Intake\","
                + "\"reading\":21.5,\"reading_units\":\"Cel\",\"reading_celsius\":21.5,\"state\":\"Enabled\",\"health\":\"OK\",\"identity\":\"intake\","
                + "\"thresholds\":{\"upper_non_critical\":38,\"upper_critical\":42}}},\"Fan\":{},\"Power\":{},\"Drive\":{}}}");
    }

    @Test
    void a_driver_that_cannot_read_sensors_says_so() {
        refused(api.get(path("\"driver_info\":{\"fake_address\":\"senseless\"}") + "/sensors"), 400, "cannot read sensors. Drivers redfish, ipmi and fake-hardware can.");
    }

    @Test
    void the_event_log_is_shown_cleared_and_stamped_by_our_clock() {
        String path = path();
        assertThat(api.get(path + "/sel?limit=1", VERSION, "1.1").response().body()).isEqualTo("{\"sel\":{\"entries\":1,\"overflow\":false,\"clock\":null,\"events\":[{\"record\":1,"
                + "\"at\":\"2026-01-31T12:00:00+00:00\",\"seconds_since_start\":null,\"source\":\"BMC\",\"sensor\":\"Inlet Temp\",\"sensor_type\":\"Temperature\",\"sensor_number\":1,"
                + "\"event\":\"Upper Non-critical going high\",\"asserted\":true,\"health\":\"Warning\",\"reading\":39.0,\"threshold\":38.0,\"unit\":\"Cel\",\"raw\":\"572726\"}]}}");
        accepted(api.send("PUT", path + "/sel/time", null), 204);
        assertThat(api.get(path + "/sel").json().at("/sel/clock").asString("")).isNotEmpty();
        accepted(api.send("DELETE", path + "/sel", null), 204);
        assertThat(api.get(path + "/sel").json().at("/sel/entries").asInt()).isZero();
        assertThat(api.get(path + "/history").response().body()).contains("the BMC's event log was cleared");
        refused(api.get(path + "/sel?limit=0"), 400, "limit: must be 1 to 1000.");
        refused(api.get(path + "/sel?limit=1001"), 400, "limit: must be 1 to 1000.");
        refused(api.get(path + "/sel?colour=red"), 400, "colour");
    }

    @Test
    void parts_and_the_bmc_are_told_and_it_is_reset() {
        String path = path();
        assertThat(api.get(path + "/fru").json().toString()).contains("{\"id\":0,\"name\":\"Builtin FRU Device\",\"product\":");
        assertThat(api.get(path + "/bmc").json().at("/bmc/firmware").asString()).isEqualTo("fake");
        accepted(api.send("PUT", path + "/bmc/reset", null), 202);
        accepted(api.send("PUT", path + "/bmc/reset", "{\"warm\":true}"), 202);
        refused(api.send("PUT", path + "/bmc/reset", "{\"warm\":\"tepid\"}"), 400, "warm: ");
        assertThat(api.get(path + "/history").response().body()).contains("start anew (cold reset)", "start anew (warm reset)");
    }

    @Test
    void a_bmcs_password_is_changed_and_told_to_nobody() {
        String path = path("\"driver_info\":{\"fake_address\":\"10.0.0.9\",\"fake_password\":\"from-the-factory\"}");
        accepted(api.send("PUT", path + "/bmc/password", "{\"password\":\"chosen-by-me\"}"), 204);
        assertThat(stored(path).driverInfo()).containsEntry("fake_password", "chosen-by-me").doesNotContainKey("fake_password_pending");
        accepted(api.send("PUT", path + "/bmc/password", null), 204);
        String generated = (String) stored(path).driverInfo().get("fake_password");
        assertThat(generated).hasSize(16).isNotEqualTo("chosen-by-me");
        String all = api.get(path).response().body() + api.get(path + "/history").response().body();
        assertThat(all).contains("\"fake_password\":\"******\"", "the BMC's password is changed").doesNotContain(generated, "chosen-by-me");
        for (String bad : List.of("{\"password\":\"sesame-that-is-longer-than-20\"}", "{\"password\":\"\"}", "{\"password\":7}", "{\"passwort\":\"sesame\"}",
                "{\"password\":\"" + generated + "\"}")) {
            Answer answer = api.send("PUT", path + "/bmc/password", bad);
            assertThat(answer.status()).as(bad).isEqualTo(400);
            assertThat(answer.fault()).contains("passwor").doesNotContain("sesame", generated);
        }
        assertThat(stored(path).driverInfo()).containsEntry("fake_password", generated);
    }

    @Test
    void bios_settings_are_listed_with_what_the_client_asks_for() throws Exception {
        String path = path();
        assertThat(api.get(path + "/bios").response().body()).isEqualTo("{\"bios\":[]}");
        api.hardware.bios().orElseThrow().apply(DriverNode.of(stored(path)), Map.of("virtualization", "on", "hyperthread", "off"));
        JsonNode bios = api.get(path + "/bios").json().get("bios");
        assertThat(bios.at("/0/name").asString()).isEqualTo("hyperthread");
        assertThat(bios.get(0).has("read_only")).isFalse();
        assertThat(bios.at("/0/links/0/href").asString()).endsWith("/bios/hyperthread");
        assertThat(api.get(path + "/bios?detail=true").json().at("/bios/0").has("read_only")).isTrue();
        assertThat(api.get(path + "/bios?fields=name,unique").json().get("bios").toString())
                .isEqualTo("[{\"name\":\"hyperthread\",\"unique\":null},{\"name\":\"virtualization\",\"unique\":null}]");
        assertThat(api.get(path + "/bios?fields=name", VERSION, "1.73").status()).isEqualTo(406);
        refused(api.get(path + "/bios?fields=colour"), 400, "Field(s) \"colour\" are not valid");
        assertThat(api.get(path + "/bios/virtualization").json().at("/virtualization/value").asString()).isEqualTo("on");
        assertThat(api.get(path + "/bios/virtualization", VERSION, "1.73").json().get("virtualization").has("unique")).isFalse();
        refused(api.get(path + "/bios/none"), 404, "BIOS setting 'none' of node");
        api.hardware.bios().orElseThrow().factoryReset(DriverNode.of(stored(path)));
        assertThat(api.get(path + "/bios").json().get("bios").isEmpty()).isTrue();
        assertThat(api.get(path("\"bios_interface\":\"no-bios\"") + "/bios").json().get("bios").isEmpty()).isTrue();
    }

    @Test
    void firmware_is_listed() {
        String path = path();
        assertThat(api.get(path + "/firmware").response().body()).isEqualTo("{\"firmware\":[]}");
        refused(api.get(path + "/firmware?fields=colour"), 400, "Field(s) \"colour\" are not valid");
        assertThat(api.get(path("\"firmware_interface\":\"no-firmware\"") + "/firmware").json().get("firmware").isEmpty()).isTrue();
    }

    @Test
    void virtual_media_are_attached_listed_and_detached() {
        String path = path() + "/vmedia";
        accepted(api.send("POST", path, "{\"device_type\":\"cdrom\",\"image_url\":\"https://images/a.iso\",\"image_download_source\":\"http\"}"), 204);
        accepted(api.send("POST", path, "{\"device_type\":\"disk\",\"image_url\":\"http://images/a.img\"}"), 204);
        assertThat(api.get(path).response().body()).isEqualTo("[{\"media_types\":[\"disk\"],\"inserted\":true,\"image\":\"http://images/a.img\"},"
                + "{\"media_types\":[\"cdrom\"],\"inserted\":true,\"image\":\"https://images/a.iso\"},{\"media_types\":[\"floppy\"],\"inserted\":false,\"image\":\"\"}]");
        accepted(api.send("DELETE", path + "?device_types=cdrom,floppy", null), 204);
        assertThat(api.get(path).json().findValuesAsString("inserted")).containsExactly("true", "false", "false");
        accepted(api.send("DELETE", path, null), 204);
        assertThat(api.get(path).json().findValuesAsString("inserted")).containsExactly("false", "false", "false");
        refused(api.send("DELETE", path + "?device_types=tape", null), 400, "device_types: 'tape' is not one of disk, cdrom, floppy.");
        refused(api.send("DELETE", path + "?device=cdrom", null), 400, "device: is not a known argument");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "{\"image_url\":\"http://a/b\"}                                                       | device_type is missing",
        "{\"device_type\":\"cdrom\"}                                                          | image_url is missing",
        "{\"device_type\":\"tape\",\"image_url\":\"http://a/b\"}                              | device_type: 'tape' is not one of disk, cdrom, floppy.",
        "{\"device_type\":\"cdrom\",\"image_url\":\"file:///etc/passwd\"}                     | image_url: is not a URL",
        "{\"device_type\":\"cdrom\",\"image_url\":\"no url\"}                                 | image_url: is not a URL",
        "{\"device_type\":\"cdrom\",\"image_url\":\"http://a/b\",\"image_download_source\":\"ftp\"} | image_download_source: 'ftp' is not one of http, local.",
        "{\"device_type\":\"cdrom\",\"image_url\":\"http://a/b\",\"username\":\"me\"}         | username: is not known here",
    })
    void an_image_that_is_wrong_is_refused_by_field(String body, String message) {
        refused(api.send("POST", path() + "/vmedia", body), 400, message);
    }

    @Test
    void vendor_methods_are_listed_and_called_by_path_and_by_query() {
        String path = path() + "/vendor_passthru";
        JsonNode methods = api.get(path + "/methods").json();
        assertThat(methods.at("/third_method_sync").toString()).isEqualTo("{\"http_methods\":[\"POST\"],\"async\":false,\"attach\":false,"
                + "\"require_exclusive_lock\":true,\"description\":\"Test if the value of bar is meow\"}");
        accepted(api.send("POST", path + "/second_method", "{\"bar\":\"kazoo\"}"), 202);
        assertThat(api.send("POST", path + "?method=third_method_sync", "{\"bar\":\"meow\"}").response().body()).isEqualTo("true");
        assertThat(api.send("POST", path + "/third_method_sync", "{\"bar\":\"woof\"}").response().body()).isEqualTo("false");
        accepted(api.send("POST", path + "?method=log_passthrough", null), 202);
        refused(api.send("POST", path + "/second_method", null), 400, "bar is missing");
        refused(api.send("POST", path + "/second_method", "[1]"), 400, "must be a JSON object");
        refused(api.send("PUT", path + "/second_method", "{}"), 400, "The method second_method does not support HTTP PUT, only POST.");
        refused(api.send("POST", path + "?method=nope", "{}"), 400, "No handler for method nope. Known: fourth_method_shared_lock");
        refused(api.send("POST", path, "{}"), 400, "method is missing");
        refused(api.send("GET", path + "?method=second_method&bar=kazoo", null), 400, "bar: is not a known argument");
        String without = path("\"vendor_interface\":\"no-vendor\"") + "/vendor_passthru";
        assertThat(api.get(without + "/methods").response().body()).isEqualTo("{}");
        refused(api.send("POST", without + "/second_method", "{}"), 400, "No handler for method second_method. Known: none.");
    }

    @Test
    void a_drivers_own_vendor_methods_are_none_and_an_unknown_driver_is_not_found() {
        assertThat(api.get("/v1/drivers/fake-hardware/vendor_passthru/methods").response().body()).isEqualTo("{}");
        refused(api.send("POST", "/v1/drivers/fake-hardware/vendor_passthru?method=x", "{}"), 400, "No handler for method x. Known: none.");
        refused(api.send("POST", "/v1/drivers/fake-hardware/vendor_passthru/x", "{}"), 400, "No handler for method x");
        assertThat(api.get("/v1/drivers/nope/vendor_passthru/methods").status()).isEqualTo(404);
    }

    @Test
    void a_drivers_fields_are_chosen_from_1_77_on() {
        assertThat(api.get("/v1/drivers/fake-hardware?fields=name,default_power_interface").response().body())
                .isEqualTo("{\"name\":\"fake-hardware\",\"default_power_interface\":\"fake\"}");
        assertThat(api.get("/v1/drivers?fields=name").response().body()).isEqualTo("{\"drivers\":[{\"name\":\"fake-hardware\"}]}");
        refused(api.get("/v1/drivers?fields=name&detail=true"), 400, "fields: cannot be combined with detail.");
        refused(api.get("/v1/drivers?fields=colour"), 400, "Field(s) \"colour\" are not valid");
        assertThat(api.get("/v1/drivers?fields=name", VERSION, "1.76").status()).isEqualTo(406);
        assertThat(api.get("/v1/drivers/fake-hardware?fields=name", VERSION, "1.76").status()).isEqualTo(406);
    }

    @Test
    void children_are_hidden_in_lists_unless_they_are_asked_for() {
        String parent = create("\"name\":\"mother\",\"owner\":\"children\"").get("uuid").asString();
        String child = create("\"owner\":\"children\",\"parent_node\":\"" + parent + "\"").get("uuid").asString();
        assertThat(uuids("/v1/nodes?owner=children")).containsExactly(parent);
        assertThat(uuids("/v1/nodes?owner=children&include_children=true")).containsExactly(parent, child);
        assertThat(uuids("/v1/nodes?parent_node=" + parent)).containsExactly(child);
        assertThat(uuids("/v1/nodes?owner=children&limit=1&include_children=true&marker=" + parent)).containsExactly(child);
        JsonNode children = api.get("/v1/nodes/mother/children").json();
        assertThat(children.toString()).isEqualTo("{\"children\":[\"%s\"],\"links\":{\"href\":\"%s/v1/nodes/?parent_node=%s\",\"rel\":\"children\"}}"
                .formatted(child, api.url(), parent));
        assertThat(api.get("/v1/nodes/" + child + "/children").json().get("children").isEmpty()).isTrue();
        assertThat(api.get("/v1/nodes?include_children=true", VERSION, "1.82").status()).isEqualTo(406);
        assertThat(api.get("/v1/nodes?parent_node=" + parent, VERSION, "1.82").status()).isEqualTo(406);
        refused(api.get("/v1/nodes?parent_node=mother"), 400, "parent_node: 'mother' is not a UUID");
        assertThat(api.get("/v1/nodes?owner=children", VERSION, "1.82").json().get("nodes").size()).as("hidden from older clients too").isEqualTo(1);
    }

    private static List<String> uuids(String path) {
        return api.get(path).json().get("nodes").findValuesAsString("uuid");
    }

    @Test
    void events_of_neutron_are_taken() {
        String event = "\"event\":\"network.bind_port\",\"port_id\":\"11111111-2222-3333-4444-555555555555\",\"mac_address\":\"52:54:00:aa:00:01\",\"status\":\"ACTIVE\"";
        accepted(api.send("POST", "/v1/events", "{\"events\":[{" + event + ",\"device_id\":null,\"binding:vnic_type\":\"baremetal\"}]}"), 204);
        assertThat(api.send("POST", "/v1/events", "{\"events\":[{" + event + "}]}", VERSION, "1.53").status()).isEqualTo(404);
        assertThat(api.get("/v1").json().at("/events/0/href").asString()).isEqualTo(api.url() + "/v1/events/");
        assertThat(api.get("/v1", VERSION, "1.53").json().has("events")).isFalse();
        refused(api.send("POST", "/v1/events", "{\"events\":[]}"), 400, "events: must be a list of 1 to 1000 events.");
        refused(api.send("POST", "/v1/events", "{}"), 400, "events: must be a list");
        refused(api.send("POST", "/v1/events", "{\"events\":[1]}"), 400, "events: 1 is not a JSON object");
        refused(api.send("POST", "/v1/events", "{\"events\":[{\"event\":\"network.bind_port\"}]}"), 400, "events/port_id is missing");
        refused(api.send("POST", "/v1/events", "{\"events\":[{" + event.replace("bind_port", "eat_port") + "}]}"), 400, "events/event: 'network.eat_port' is not one of");
        refused(api.send("POST", "/v1/events", "{\"events\":[{" + event.replace("52:54:00:aa:00:01", "52") + "}]}"), 400, "events/mac_address: is not a MAC address");
        refused(api.send("POST", "/v1/events", "{\"events\":[{" + event + ",\"device_id\":\"x\"}]}"), 400, "events/device_id: 'x' is not a UUID");
        refused(api.send("POST", "/v1/events", "{\"events\":[{" + event + ",\"colour\":\"red\"}]}"), 400, "events/colour: is not known");
    }

    @Test
    void a_path_without_the_version_is_taken_as_ironic_takes_it() {
        String path = path("\"name\":\"plain\"");
        assertThat(api.get("/nodes/plain").json().get("uuid").asString()).isEqualTo(path.substring("/v1/nodes/".length()));
        assertThat(api.get("/nodes/detail?fields=uuid").status()).isEqualTo(400);
        assertThat(api.get("/drivers/fake-hardware/properties").status()).isEqualTo(200);
        assertThat(api.get("/host_pools").status()).as("ours is asked for by its whole path").isEqualTo(404);
        assertThat(api.get("/nodes/plain/bios", VERSION, "1.39").status()).isEqualTo(404);
    }

    @Test
    void a_new_node_has_its_conductor_and_is_found_by_it() {
        String uuid = create("\"owner\":\"of-conductor\"").get("uuid").asString();
        assertThat(api.get("/v1/nodes/" + uuid).json().get("conductor").asString()).isEqualTo("test-conductor");
        assertThat(uuids("/v1/nodes?owner=of-conductor&conductor=test-conductor")).containsExactly(uuid);
    }

    @Test
    void the_driver_is_not_changed_under_an_enabled_console() {
        String path = path();
        accepted(api.send("PUT", path + "/states/console", "{\"enabled\":true}"), 202);
        Node node = stored(path);
        api.database.nodes().commit(Change.of(node, node.toBuilder().driver("gone").provisionState(ProvisionState.ENROLL).build()));
        refused(api.send("PATCH", path, "[{\"op\":\"replace\",\"path\":\"/driver\",\"value\":\"fake-hardware\"}]"), 409, "while its console is enabled");
    }

    @Test
    void a_long_event_is_shortened_in_lists_and_whole_in_details() {
        String path = path();
        Node node = stored(path);
        String text = "x".repeat(300);
        api.database.nodes().commit(new Change(node, node, List.of(HistoryEntry.info(node.id(), Instant.now(), "test-conductor", "power", text)),
                List.of(), new FlowUpdate.None()));
        JsonNode listed = api.get(path + "/history").json().at("/history/0");
        assertThat(listed.get("event").asString()).isEqualTo("x".repeat(251) + "...");
        assertThat(api.get(path + "/history?detail=true").json().at("/history/0/event").asString()).isEqualTo(text);
        assertThat(api.get(path + "/history/" + listed.get("uuid").asString()).json().get("event").asString()).isEqualTo(text);
    }

    @Test
    void a_node_whose_power_must_stay_on_is_not_powered_off() {
        String path = path("\"driver_info\":{\"fake_address\":\"10.0.0.9\"},\"disable_power_off\":true");
        refused(api.send("PUT", path + "/states/power", "{\"target\":\"power off\"}"), 400, "power off is disabled for node");
        refused(api.send("PUT", path + "/states/power", "{\"target\":\"soft power off\"}"), 400, "(disable_power_off)");
        accepted(api.send("PUT", path + "/states/power", "{\"target\":\"power on\"}"), 202);
        assertThat(api.get(path, VERSION, "1.94").json().has("disable_power_off")).isFalse();
    }
}
