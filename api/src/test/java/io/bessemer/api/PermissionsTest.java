package io.bessemer.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.api.identity.Authentication;
import io.bessemer.api.wire.Caller;
import io.bessemer.api.wire.Role;
import io.bessemer.core.fault.Failure;
import jakarta.servlet.http.HttpServletRequest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Role, scope and request to status: the shape of Ironic's own RBAC tests.
class PermissionsTest {
    private static final String OWNER = "owner-project";
    private static final String LESSEE = "lessee-project";

    /// the columns of the table below
    private static final List<String> WHO = List.of("s-admin", "s-member", "s-reader", "o-admin", "o-manager", "o-member", "o-reader", "l-admin", "l-member", "l-reader", "x-admin", "none");

    @TempDir
    static Path directory;
    private static ApiServer api;
    private static String port;
    private static final Map<String, String> MADE = new HashMap<>();

    /// The header says who it is: `o-admin` is an administrator of the owner's project.
    private static final class ByName implements Authentication {
        @Override
        public Caller authenticate(HttpServletRequest request) {
            String name = request.getHeader("X-Test-Who");
            if (name == null) {
                throw new Failure.Unauthorized("say who you are");
            }
            if (name.equals("none")) {
                return new Caller("none", "none", null, false, Set.of(Role.ADMIN));
            }
            Role role = Role.of(name.substring(2)).orElseThrow();
            String project = switch (name.charAt(0)) {
                case 'o' -> OWNER;
                case 'l' -> LESSEE;
                case 'x' -> "another-project";
                default -> null;
            };
            return new Caller(name, name, project, project == null, Set.of(role));
        }

        @Override
        public String challenge() {
            return "Test";
        }
    }

    @BeforeAll
    static void start() throws InterruptedException {
        api = ApiServer.start(directory, new ByName());
        create("shared", """
                {"driver": "fake-hardware", "name": "shared", "owner": "%s", "lessee": "%s", "driver_info": {"ipmi_address": "10.9.8.7", "ipmi_password": "x"}}""".formatted(OWNER, LESSEE));
        create("systems", "{\"driver\": \"fake-hardware\", \"name\": \"systems\"}");
        String uuid = as("s-admin", "GET", "/v1/nodes/shared", null).json().get("uuid").asString();
        ApiServer.Answer made = as("s-admin", "POST", "/v1/ports", "{\"address\": \"52:54:00:00:99:01\", \"node_uuid\": \"%s\"}".formatted(uuid));
        assertThat(made.status()).as(made.response().body()).isEqualTo(201);
        port = made.json().get("uuid").asString();
        String other = as("s-admin", "GET", "/v1/nodes/systems", null).json().get("uuid").asString();
        assertThat(as("s-admin", "POST", "/v1/ports", "{\"address\": \"52:54:00:00:99:02\", \"node_uuid\": \"%s\"}".formatted(other)).status()).isEqualTo(201);
        for (String node : List.of("shared", "systems")) {
            make("/v1/portgroups", "{\"name\": \"bond-%s\", \"node_uuid\": \"%s\"}".formatted(node, uuid(node)));
            MADE.put("{connector-%s}".formatted(node), make("/v1/volume/connectors", "{\"type\": \"iqn\", \"connector_id\": \"iqn.%s\", \"node_uuid\": \"%s\"}".formatted(node, uuid(node))));
            MADE.put("{target-%s}".formatted(node), make("/v1/volume/targets", """
                    {"volume_type": "iscsi", "volume_id": "v-%s", "boot_index": 0, "node_uuid": "%s", "properties": {"target_portal": "10.9.8.6"}}""".formatted(node, uuid(node))));
        }
        make("/v1/allocations", "{\"name\": \"owners\", \"resource_class\": \"r\", \"owner\": \"%s\"}".formatted(OWNER));
        make("/v1/allocations", "{\"name\": \"of-the-system\", \"resource_class\": \"r\"}");
        String steps = "\"steps\": [{\"interface\": \"deploy\", \"step\": \"erase_devices\", \"args\": {}, \"order\": 1}]";
        make("/v1/runbooks", "{\"name\": \"CUSTOM_OWN\", \"owner\": \"%s\", %s}".formatted(OWNER, steps));
        make("/v1/runbooks", "{\"name\": \"CUSTOM_PUBLIC\", \"public\": true, %s}".formatted(steps));
        make("/v1/runbooks", "{\"name\": \"CUSTOM_SYSTEM\", %s}".formatted(steps));
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    private static void create(String name, String body) {
        ApiServer.Answer made = as("s-admin", "POST", "/v1/nodes", body);
        assertThat(made.status()).as(name + made.response().body()).isEqualTo(201);
    }

    private static String make(String path, String body) {
        ApiServer.Answer made = as("s-admin", "POST", path, body);
        assertThat(made.status()).as(path + made.response().body()).isEqualTo(201);
        return made.json().get("uuid").asString();
    }

    private static ApiServer.Answer as(String who, String method, String path, String body) {
        return api.send(method, path, body, "X-Test-Who", who);
    }

    /// One row a line: method, path, body (or -), and for each column the status, or `.` for "whatever comes after being let in".
    private static final String TABLE = """
            #                                                                    s-admin s-member s-reader o-admin o-manager o-member o-reader l-admin l-member l-reader x-admin none
            GET    /v1/nodes - 200 200 200 200 200 200 200 200 200 200 200 403
            GET    /v1/nodes/shared - 200 200 200 200 200 200 200 200 200 200 404 403
            GET    /v1/nodes/systems - 200 200 200 404 404 404 404 404 404 404 404 403
            GET    /v1/nodes/nowhere - 404 404 404 404 404 404 404 404 404 404 404 403
            GET    /v1/nodes/shared/states - 200 200 200 200 200 200 200 200 200 200 404 403
            GET    /v1/nodes/shared/validate - 200 200 403 200 200 200 403 200 403 403 404 403
            GET    /v1/nodes/shared/history - 200 200 200 200 200 200 200 403 403 403 404 403
            GET    /v1/nodes/shared/timeline - 200 200 200 200 200 200 200 403 403 403 404 403
            GET    /v1/nodes/shared/explain - 200 200 200 200 200 200 200 403 403 403 404 403
            GET    /v1/nodes/shared/sensors - 200 200 200 200 200 200 200 403 403 403 404 403
            GET    /v1/nodes/shared/sel - 200 200 200 200 200 200 200 403 403 403 404 403
            DELETE /v1/nodes/shared/sel - 204 204 403 204 204 403 403 403 403 403 404 403
            PUT    /v1/nodes/shared/sel/time - 204 204 403 204 204 403 403 403 403 403 404 403
            GET    /v1/nodes/shared/fru - 200 200 200 200 200 200 200 403 403 403 404 403
            GET    /v1/nodes/shared/bmc - 200 200 403 200 200 403 403 403 403 403 404 403
            PUT    /v1/nodes/shared/bmc/reset - 202 403 403 403 403 403 403 403 403 403 404 403
            PUT    /v1/nodes/shared/bmc/password - 204 403 403 403 403 403 403 403 403 403 404 403
            GET    /v1/nodes/shared/bmc/users - 200 200 403 200 200 403 403 403 403 403 404 403
            POST   /v1/nodes/shared/bmc/users {"name":"ops","password":"secret","privilege":"USER"} 201 403 403 403 403 403 403 403 403 403 404 403
            PUT    /v1/nodes/shared/bmc/users/3 {"enabled":true} 200 403 403 403 403 403 403 403 403 403 404 403
            DELETE /v1/nodes/shared/bmc/users/3 - 204 403 403 403 403 403 403 403 403 403 404 403
            GET    /v1/nodes/shared/traits - 200 200 200 200 200 200 200 200 200 200 404 403
            GET    /v1/nodes/shared/vifs - 200 200 200 200 200 200 200 200 200 200 404 403
            GET    /v1/nodes/shared/ports - 200 200 200 200 200 200 200 200 200 200 404 403
            PATCH  /v1/nodes/shared [{"op":"add","path":"/extra/a","value":1}] 200 200 403 200 200 200 403 200 200 403 404 403
            PATCH  /v1/nodes/shared [{"op":"add","path":"/description","value":"d"}] 200 200 403 200 200 200 403 200 200 403 404 403
            PATCH  /v1/nodes/shared [{"op":"add","path":"/instance_info/a","value":1}] 200 200 403 200 200 200 403 200 403 403 404 403
            PATCH  /v1/nodes/shared [{"op":"add","path":"/driver_info/a","value":1}] 200 200 403 200 200 200 403 403 403 403 404 403
            PATCH  /v1/nodes/shared [{"op":"test","path":"/driver_info/ipmi_address","value":"10.9.8.7"}] 200 200 403 200 200 200 403 403 403 403 404 403
            PATCH  /v1/nodes/shared [{"op":"add","path":"/properties/a","value":1}] 200 200 403 200 200 200 403 403 403 403 404 403
            PATCH  /v1/nodes/shared [{"op":"add","path":"/conductor_group","value":""}] 200 200 403 403 403 403 403 403 403 403 404 403
            PATCH  /v1/nodes/shared [{"op":"add","path":"/shard","value":"s"}] 200 403 403 403 403 403 403 403 403 403 404 403
            PATCH  /v1/nodes/shared [{"op":"add","path":"/owner","value":"owner-project"}] 200 200 403 403 403 403 403 403 403 403 404 403
            PATCH  /v1/nodes/shared [{"op":"add","path":"/lessee","value":"lessee-project"}] 200 200 403 200 200 200 403 403 403 403 404 403
            PATCH  /v1/nodes/shared [{"op":"add","path":"/automated_clean","value":false}] 200 403 403 403 403 403 403 403 403 403 404 403
            PATCH  /v1/nodes/shared [{"op":"add","path":"/automated_clean","value":true}] 200 200 403 200 200 200 403 200 200 403 404 403
            PATCH  /v1/nodes/shared [{"op":"add","path":"/power_interface","value":"nonsense"}] 400 400 403 400 400 403 403 403 403 403 404 403
            PATCH  /v1/nodes/shared [{"op":"add","path":"/extra/a","value":1},{"op":"add","path":"/shard","value":"s"}] 200 403 403 403 403 403 403 403 403 403 404 403
            PATCH  /v1/nodes/systems [{"op":"add","path":"/extra/a","value":1}] 200 200 403 404 404 404 404 404 404 404 404 403
            PUT    /v1/nodes/shared/maintenance {"reason":"r"} 202 202 403 202 202 202 403 202 403 403 404 403
            DELETE /v1/nodes/shared/maintenance - 202 202 403 202 202 202 403 202 403 403 404 403
            PUT    /v1/nodes/shared/traits/CUSTOM_A - 204 204 403 204 204 403 403 403 403 403 404 403
            DELETE /v1/nodes/shared/traits - 204 204 403 204 204 403 403 403 403 403 404 403
            PUT    /v1/nodes/shared/states/provision {"target":"nonsense"} 400 400 403 400 400 400 403 400 403 403 404 403
            PUT    /v1/nodes/shared/states/power {"target":"nonsense"} 400 400 403 400 400 400 403 400 400 403 404 403
            GET    /v1/nodes/shared/management/boot_device/supported - 200 200 403 200 200 403 403 403 403 403 404 403
            POST   /v1/nodes {"driver":"nonsense","name":"n"} 400 403 403 400 403 403 403 400 403 403 400 403
            DELETE /v1/nodes/systems?x - . 403 403 404 404 404 404 404 404 404 404 403
            GET    /v1/ports - 200 200 200 200 200 200 200 200 200 200 200 403
            GET    /v1/ports/{port} - 200 200 200 200 200 200 200 200 200 200 404 403
            PATCH  /v1/ports/{port} [{"op":"add","path":"/extra/a","value":1}] 200 200 403 200 200 403 403 403 403 403 404 403
            POST   /v1/ports {"address":"52:54:00:00:99:01","node_uuid":"{shared}"} 409 403 403 409 409 403 403 403 403 403 400 403
            POST   /v1/ports {"address":"52:54:00:00:99:01","node_uuid":"{systems}"} 409 403 403 400 400 403 403 400 403 403 400 403
            GET    /v1/ports?node=systems - 200 200 200 404 404 404 404 404 404 404 404 403
            GET    /v1/portgroups - 200 200 200 200 200 200 200 200 200 200 200 403
            GET    /v1/portgroups/bond-shared - 200 200 200 200 200 200 200 200 200 200 404 403
            GET    /v1/portgroups/bond-systems - 200 200 200 404 404 404 404 404 404 404 404 403
            GET    /v1/portgroups/bond-shared/ports - 200 200 200 200 200 200 200 200 200 200 404 403
            GET    /v1/portgroups?node=systems - 200 200 200 404 404 404 404 404 404 404 404 403
            GET    /v1/ports?portgroup=bond-systems - 200 200 200 404 404 404 404 404 404 404 404 403
            GET    /v1/nodes/shared/portgroups - 200 200 200 200 200 200 200 200 200 200 404 403
            PATCH  /v1/portgroups/bond-shared [{"op":"add","path":"/extra/a","value":1}] 200 200 403 200 200 403 403 403 403 403 404 403
            POST   /v1/portgroups {"node_uuid":"{shared}","name":"bond-shared"} 409 403 403 409 409 403 403 403 403 403 400 403
            POST   /v1/portgroups {"node_uuid":"{systems}","name":"bond-shared"} 409 403 403 400 400 403 403 400 403 403 400 403
            DELETE /v1/portgroups/bond-systems - . 403 403 404 404 404 404 404 404 404 404 403
            GET    /v1/volume - 200 200 200 200 200 200 200 200 200 200 200 403
            GET    /v1/volume/connectors - 200 200 200 200 200 200 200 200 200 200 200 403
            GET    /v1/volume/connectors?node=systems - 200 200 200 404 404 404 404 404 404 404 404 403
            GET    /v1/volume/connectors/{connector-shared} - 200 200 200 200 200 200 200 200 200 200 404 403
            GET    /v1/volume/connectors/{connector-systems} - 200 200 200 404 404 404 404 404 404 404 404 403
            GET    /v1/volume/targets - 200 200 200 200 200 200 200 200 200 200 200 403
            GET    /v1/volume/targets/{target-shared} - 200 200 200 200 200 200 200 200 200 200 404 403
            GET    /v1/volume/targets/{target-systems} - 200 200 200 404 404 404 404 404 404 404 404 403
            GET    /v1/nodes/shared/volume/targets - 200 200 200 200 200 200 200 200 200 200 404 403
            POST   /v1/volume/connectors {"node_uuid":"{shared}","type":"iqn","connector_id":"iqn.shared"} 409 409 403 409 409 403 403 409 403 403 400 403
            PATCH  /v1/volume/targets/{target-shared} [{"op":"add","path":"/extra/a","value":1}] 400 400 403 400 400 400 403 400 403 403 404 403
            DELETE /v1/volume/targets/{target-systems} - . . 403 404 404 404 404 404 404 404 404 403
            GET    /v1/allocations - 200 200 200 200 200 200 200 200 200 200 200 403
            GET    /v1/allocations?owner=lessee-project - 200 200 200 403 403 403 403 200 200 200 403 403
            GET    /v1/allocations/owners - 200 200 200 200 200 200 200 404 404 404 404 403
            GET    /v1/allocations/of-the-system - 200 200 200 404 404 404 404 404 404 404 404 403
            PATCH  /v1/allocations/owners [{"op":"add","path":"/extra/a","value":1}] 200 200 403 200 200 200 403 404 404 404 404 403
            POST   /v1/allocations {"resource_class":"r","name":"owners"} 409 409 403 409 409 409 403 409 409 403 409 403
            POST   /v1/allocations {"resource_class":"r","name":"owners","owner":"owner-project"} 409 409 403 409 409 409 403 403 403 403 403 403
            POST   /v1/allocations {"resource_class":"r","name":"owners","candidate_nodes":["systems"]} 409 409 403 400 400 400 403 400 400 403 400 403
            GET    /v1/nodes/shared/allocation - 404 404 404 404 404 404 404 404 404 404 404 403
            GET    /v1/runbooks - 200 200 200 200 200 200 200 200 200 200 200 403
            GET    /v1/runbooks/CUSTOM_OWN - 200 200 200 200 200 200 200 404 404 404 404 403
            GET    /v1/runbooks/CUSTOM_PUBLIC - 200 200 200 200 200 200 200 200 200 200 200 403
            GET    /v1/runbooks/CUSTOM_SYSTEM - 200 200 200 404 404 404 404 404 404 404 404 403
            PATCH  /v1/runbooks/CUSTOM_OWN [{"op":"add","path":"/extra/a","value":1}] 200 200 403 200 200 403 403 404 404 404 404 403
            PATCH  /v1/runbooks/CUSTOM_OWN [{"op":"add","path":"/owner","value":"owner-project"}] 200 200 403 403 403 403 403 404 404 404 404 403
            PATCH  /v1/runbooks/CUSTOM_PUBLIC [{"op":"add","path":"/extra/a","value":1}] 200 200 403 403 403 403 403 403 403 403 403 403
            POST   /v1/runbooks {"name":"CUSTOM_OWN","steps":[{"interface":"deploy","step":"erase_devices","args":{},"order":1}]} 409 409 403 409 409 403 403 409 403 403 409 403
            POST   /v1/runbooks {"name":"CUSTOM_OWN","public":true,"steps":[{"interface":"deploy","step":"erase_devices","args":{},"order":1}]} 409 409 403 403 403 403 403 403 403 403 403 403
            DELETE /v1/runbooks/CUSTOM_PUBLIC - . . 403 403 403 403 403 403 403 403 403 403
            PUT    /v1/nodes/shared/states/provision {"target":"clean","runbook":"CUSTOM_SYSTEM"} 400 400 403 404 404 404 403 404 403 403 404 403
            GET    /v1/deploy_templates - 200 200 200 403 403 403 403 403 403 403 403 403
            POST   /v1/deploy_templates {} 400 403 403 403 403 403 403 403 403 403 403 403
            GET    /v1/inspection_rules - 200 200 200 403 403 403 403 403 403 403 403 403
            POST   /v1/inspection_rules {} 400 403 403 403 403 403 403 403 403 403 403 403
            DELETE /v1/inspection_rules - 204 403 403 403 403 403 403 403 403 403 403 403
            GET    /v1/shards - 200 200 200 403 403 403 403 403 403 403 403 403
            POST   /v1/events {} 400 403 403 403 403 403 403 403 403 403 403 403
            GET    /v1/nodes/shared/bios - 200 200 200 200 200 200 200 200 200 200 404 403
            GET    /v1/nodes/shared/children - 200 200 200 200 200 200 200 200 200 200 404 403
            GET    /v1/nodes/shared/console - 400 400 403 400 400 400 403 403 403 403 404 403
            GET    /v1/nodes/shared/console/log - 200 200 200 200 200 200 200 403 403 403 404 403
            POST   /v1/nodes/shared/console - 400 400 403 400 400 400 403 403 403 403 404 403
            GET    /v1/nodes/states/console/shared - 200 200 403 200 200 200 403 403 403 403 404 403
            DELETE /v1/nodes/shared/vifs/none - 400 400 403 400 400 400 403 400 403 403 404 403
            GET    /v1/nodes/shared/vendor_passthru/methods - 200 403 403 403 403 403 403 403 403 403 404 403
            GET    /v1/hypervisors/shared/guests - 404 404 404 403 403 403 403 403 403 403 403 403
            GET    /v1/chassis - 200 200 200 403 403 403 403 403 403 403 403 403
            POST   /v1/chassis {} 201 403 403 403 403 403 403 403 403 403 403 403
            GET    /v1/drivers - 200 200 200 403 403 403 403 403 403 403 403 403
            GET    /v1/conductors - 200 200 200 403 403 403 403 403 403 403 403 403
            GET    /v1/availability_zones - 200 200 200 403 403 403 403 403 403 403 403 403
            POST   /v1/availability_zones {} 400 403 403 403 403 403 403 403 403 403 403 403
            GET    /v1/host_profiles - 200 200 200 403 403 403 403 403 403 403 403 403
            POST   /v1/host_profiles {} 400 403 403 403 403 403 403 403 403 403 403 403
            GET    /v1/host_pools - 200 200 200 403 403 403 403 403 403 403 403 403
            POST   /v1/host_pools {} 400 403 403 403 403 403 403 403 403 403 403 403
            GET    /v1/hypervisors - 200 200 200 403 403 403 403 403 403 403 403 403
            PUT    /v1/hypervisors/shared/states {"target":"drain"} 404 403 403 403 403 403 403 403 403 403 403 403
            POST   /v1/client_certificates {} 400 403 403 403 403 403 403 403 403 403 403 403
            """;

    @Test
    void each_request_is_answered_as_the_table_says() {
        Map<String, String> ids = new HashMap<>(MADE);
        ids.putAll(Map.of("{shared}", uuid("shared"), "{systems}", uuid("systems"), "{port}", port));
        List<String> wrong = new ArrayList<>();
        int checked = 0;
        for (String line : TABLE.lines().filter(row -> !row.startsWith("#")).toList()) {
            String[] words = line.split("\\s+");
            String path = filled(words[1], ids).replace("?x", "");
            String body = words[2].equals("-") ? null : filled(words[2], ids);
            assertThat(words).as(line).hasSize(3 + WHO.size());
            for (int i = 0; i < WHO.size(); i++) {
                if (words[3 + i].equals(".")) {
                    continue;
                }
                ApiServer.Answer answer = as(WHO.get(i), words[0], path, body);
                checked++;
                if (answer.status() != Integer.parseInt(words[3 + i])) {
                    wrong.add("%s %s %s as %s: %d, not %s: %s".formatted(words[0], path, words[2], WHO.get(i), answer.status(), words[3 + i], answer.response().body()));
                }
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(checked).isGreaterThan(1000);
    }

    private static String filled(String text, Map<String, String> ids) {
        String filled = text;
        for (var id : ids.entrySet()) {
            filled = filled.replace(id.getKey(), id.getValue());
        }
        return filled;
    }

    private static String uuid(String node) {
        return as("s-admin", "GET", "/v1/nodes/" + node, null).json().get("uuid").asString();
    }

    @Test
    void who_does_not_log_in_is_challenged_except_where_everybody_may() {
        for (String path : List.of("/v1/nodes", "/v1/nodes/shared", "/v1/ports", "/v1/nowhere", "/nowhere", "/v1/hypervisors", "/v1/client_certificates/x", "/v1/nodes/")) {
            ApiServer.Answer answer = api.get(path);
            assertThat(answer.status()).as(path).isEqualTo(401);
            assertThat(answer.header("WWW-Authenticate")).as(path).isEqualTo("Test");
            assertThat(answer.header("X-OpenStack-Ironic-API-Version")).as(path).isEqualTo("1.115");
            assertThat(answer.fault()).isEqualTo("say who you are");
        }
        for (String path : List.of("/", "/v1", "/v1/")) {
            assertThat(api.get(path).status()).as(path).isEqualTo(200);
        }
        assertThat(api.get("/v1/lookup?addresses=52:54:00:00:00:00").status()).isEqualTo(404);
        assertThat(api.send("POST", "/v1/nodes", "{\"driver\": \"fake-hardware\"}").status()).isEqualTo(401);
        assertThat(api.send("OPTIONS", "/v1/nodes", null).status()).isEqualTo(401);
        assertThat(api.send("HEAD", "/v1/nodes/shared", null).status()).isEqualTo(401);
        assertThat(api.send("HEAD", "/v1/nodes/shared", null, "X-Test-Who", "x-admin").status()).isEqualTo(404);
    }

    @Test
    void ways_to_write_a_path_do_not_lead_past_the_table() {
        for (String path : List.of("/v1/nodes/systems/", "/v1/nodes/%73ystems", "/v1/nodes/systems;x=1", "/v1/nodes/" + uuid("systems"), "/v1/nodes/" + uuid("systems").toUpperCase())) {
            assertThat(as("o-admin", "GET", path, null).status()).as(path).isBetween(400, 404);
        }
    }

    @Test
    void lists_hold_what_a_project_may_see() {
        assertThat(names("s-reader", "/v1/nodes")).contains("shared", "systems");
        for (String who : List.of("o-reader", "l-reader")) {
            assertThat(names(who, "/v1/nodes")).contains("shared").doesNotContain("systems");
            assertThat(names(who, "/v1/nodes/detail?sort_key=name")).contains("shared").doesNotContain("systems");
            assertThat(names(who, "/v1/nodes?parent_node=" + uuid("systems"))).isEmpty();
            assertThat(addresses(who, "/v1/ports")).containsExactly("52:54:00:00:99:01");
            assertThat(addresses(who, "/v1/ports/detail")).containsExactly("52:54:00:00:99:01");
            assertThat(addresses(who, "/v1/ports?address=52:54:00:00:99:02")).isEmpty();
        }
        assertThat(names("x-admin", "/v1/nodes")).isEmpty();
        assertThat(addresses("x-admin", "/v1/ports")).isEmpty();
        assertThat(as("o-admin", "GET", "/v1/nodes?project=" + OWNER, null).status()).isEqualTo(200);
        assertThat(as("o-admin", "GET", "/v1/nodes?project=" + LESSEE, null).status()).isEqualTo(403);
        assertThat(as("o-admin", "GET", "/v1/nodes?marker=" + uuid("systems"), null).status()).isEqualTo(404);
        assertThat(names("o-admin", "/v1/nodes?owner=" + LESSEE)).isEmpty();
    }

    @Test
    void lists_of_what_belongs_to_nodes_and_projects_hold_what_a_project_may_see() {
        for (String who : List.of("o-reader", "l-reader")) {
            assertThat(of(who, "/v1/portgroups", "portgroups", "name")).containsExactly("bond-shared");
            assertThat(of(who, "/v1/portgroups/detail", "portgroups", "name")).containsExactly("bond-shared");
            assertThat(of(who, "/v1/volume/connectors", "connectors", "connector_id")).containsExactly("iqn.shared");
            assertThat(of(who, "/v1/volume/targets?detail=true", "targets", "volume_id")).containsExactly("v-shared");
        }
        assertThat(of("s-reader", "/v1/portgroups", "portgroups", "name")).contains("bond-shared", "bond-systems");
        assertThat(of("s-reader", "/v1/volume/connectors", "connectors", "connector_id")).contains("iqn.shared", "iqn.systems");
        assertThat(of("s-reader", "/v1/allocations", "allocations", "name")).contains("owners", "of-the-system");
        assertThat(of("o-reader", "/v1/allocations", "allocations", "name")).containsExactly("owners");
        assertThat(of("l-reader", "/v1/allocations", "allocations", "name")).isEmpty();
        assertThat(of("s-reader", "/v1/runbooks", "runbooks", "name")).containsExactly("CUSTOM_OWN", "CUSTOM_PUBLIC", "CUSTOM_SYSTEM");
        assertThat(of("o-reader", "/v1/runbooks", "runbooks", "name")).containsExactly("CUSTOM_OWN", "CUSTOM_PUBLIC");
        assertThat(of("x-admin", "/v1/runbooks", "runbooks", "name")).containsExactly("CUSTOM_PUBLIC");
        assertThat(of("x-admin", "/v1/portgroups", "portgroups", "name")).isEmpty();
        assertThat(of("x-admin", "/v1/volume/targets", "targets", "volume_id")).isEmpty();
    }

    @Test
    void how_a_volume_is_reached_is_for_the_system() {
        String path = "/v1/volume/targets/" + MADE.get("{target-shared}");
        assertThat(as("s-reader", "GET", path, null).json().at("/properties/target_portal").asString()).isEqualTo("10.9.8.6");
        assertThat(as("o-admin", "GET", path, null).response().body()).doesNotContain("10.9.8.6").contains("Value redacted");
        assertThat(as("o-admin", "GET", "/v1/volume/targets?detail=true", null).response().body()).doesNotContain("10.9.8.6").contains("Value redacted");
    }

    @Test
    void what_a_project_allocates_or_plans_is_the_projects() {
        ApiServer.Answer allocation = as("x-member", "POST", "/v1/allocations", "{\"resource_class\": \"none-such\", \"name\": \"xs\"}");
        assertThat(allocation.status()).as(allocation.response().body()).isEqualTo(201);
        assertThat(allocation.json().get("owner").asString()).isEqualTo("another-project");
        assertThat(as("o-admin", "DELETE", "/v1/allocations/xs", null).status()).isEqualTo(404);
        assertThat(as("x-member", "DELETE", "/v1/allocations/xs", null).status()).isEqualTo(204);
        ApiServer.Answer runbook = as("x-manager", "POST", "/v1/runbooks",
                "{\"name\": \"CUSTOM_XS\", \"steps\": [{\"interface\": \"deploy\", \"step\": \"erase_devices\", \"args\": {}, \"order\": 1}]}");
        assertThat(runbook.status()).as(runbook.response().body()).isEqualTo(201);
        assertThat(runbook.json().get("owner").asString()).isEqualTo("another-project");
        assertThat(as("x-manager", "PATCH", "/v1/runbooks/CUSTOM_XS", "[{\"op\":\"replace\",\"path\":\"/public\",\"value\":true}]").status()).isEqualTo(403);
        assertThat(as("x-manager", "DELETE", "/v1/runbooks/CUSTOM_XS", null).status()).isEqualTo(204);
    }

    @Test
    void a_port_group_or_volume_cannot_be_moved_to_a_node_of_others() {
        String move = "[{\"op\":\"replace\",\"path\":\"/node_uuid\",\"value\":\"%s\"}]".formatted(uuid("systems"));
        for (String path : List.of("/v1/portgroups/bond-shared", "/v1/volume/targets/" + MADE.get("{target-shared}"), "/v1/volume/connectors/" + MADE.get("{connector-shared}"))) {
            ApiServer.Answer refused = as("o-admin", "PATCH", path, move);
            assertThat(refused.status()).as(path).isEqualTo(400);
            assertThat(refused.fault()).as(path).contains("could not be found");
        }
    }

    @Test
    void services_of_the_cloud_tell_events() {
        String event = """
                {"events": [{"event": "network.bind_port", "port_id": "11111111-2222-3333-4444-555555555555", "mac_address": "52:54:00:00:99:01", "status": "ACTIVE"}]}""";
        assertThat(as("s-service", "POST", "/v1/events", event).status()).isEqualTo(204);
        assertThat(as("s-admin", "POST", "/v1/events", event).status()).isEqualTo(204);
        assertThat(as("s-member", "POST", "/v1/events", event).status()).isEqualTo(403);
        assertThat(as("x-service", "POST", "/v1/events", event).status()).isEqualTo(403);
    }

    private static Set<String> of(String who, String path, String key, String field) {
        Set<String> found = new TreeSet<>();
        as(who, "GET", path, null).json().get(key).forEach(item -> found.add(item.get(field).asString()));
        return found;
    }

    private static Set<String> names(String who, String path) {
        Set<String> names = new TreeSet<>();
        as(who, "GET", path, null).json().get("nodes").forEach(node -> names.add(node.get("name").asString()));
        return names;
    }

    private static List<String> addresses(String who, String path) {
        List<String> addresses = new ArrayList<>();
        as(who, "GET", path, null).json().get("ports").forEach(item -> addresses.add(item.get("address").asString()));
        return addresses;
    }

    @Test
    void a_lessee_does_not_see_the_infrastructure() {
        JsonNode lessees = as("l-admin", "GET", "/v1/nodes/shared", null).json();
        assertThat(lessees.get("driver_info").toString()).isEqualTo("{\"content\":\"** Redacted - requires baremetal:node:get:driver_info permission. **\"}");
        assertThat(lessees.get("driver_internal_info").toString()).contains("Redacted");
        assertThat(lessees.get("last_error").asString()).contains("Redacted");
        assertThat(lessees.get("reservation").asString()).contains("Redacted");
        assertThat(as("l-admin", "GET", "/v1/nodes/detail", null).response().body()).doesNotContain("10.9.8.7").contains("Redacted");
        assertThat(as("l-member", "PATCH", "/v1/nodes/shared", "[{\"op\":\"add\",\"path\":\"/extra/b\",\"value\":1}]").response().body()).doesNotContain("10.9.8.7");
        assertThat(as("l-admin", "GET", "/v1/nodes/shared/states", null).json().get("last_error").asString()).contains("Redacted");
        assertThat(as("o-reader", "GET", "/v1/nodes/shared", null).json().get("driver_info").get("ipmi_address").asString()).isEqualTo("10.9.8.7");
        assertThat(as("o-reader", "GET", "/v1/nodes/shared", null).json().get("driver_info").get("ipmi_password").asString()).isEqualTo("******");
        assertThat(as("s-reader", "GET", "/v1/nodes/shared", null).json().get("last_error").isNull()).isTrue();
    }

    @Test
    void what_a_projects_administrator_makes_is_the_projects() {
        ApiServer.Answer made = as("x-admin", "POST", "/v1/nodes", "{\"driver\": \"fake-hardware\", \"name\": \"own\", \"driver_info\": {\"a\": 1}}");
        assertThat(made.status()).as(made.response().body()).isEqualTo(201);
        assertThat(made.json().get("owner").asString()).isEqualTo("another-project");
        assertThat(as("x-admin", "POST", "/v1/nodes", "{\"driver\": \"fake-hardware\", \"owner\": \"%s\"}".formatted(OWNER)).status()).isEqualTo(403);
        assertThat(as("x-admin", "POST", "/v1/nodes", "{\"driver\": \"fake-hardware\", \"conductor_group\": \"g\"}").status()).isEqualTo(403);
        assertThat(names("x-admin", "/v1/nodes")).containsExactly("own");
        assertThat(as("o-admin", "DELETE", "/v1/nodes/own", null).status()).isEqualTo(404);
        assertThat(as("x-member", "DELETE", "/v1/nodes/own", null).status()).isEqualTo(403);
        assertThat(as("x-admin", "DELETE", "/v1/nodes/own", null).status()).isEqualTo(204);
    }

    @Test
    void a_port_cannot_be_moved_to_a_node_of_others() {
        String move = "[{\"op\":\"replace\",\"path\":\"/node_uuid\",\"value\":\"%s\"}]".formatted(uuid("systems"));
        ApiServer.Answer refused = as("o-admin", "PATCH", "/v1/ports/" + port, move);
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.fault()).contains("could not be found");
    }

    @Test
    void the_owner_of_a_node_in_use_is_changed_by_administrators_of_the_system_alone() {
        create("used", "{\"driver\": \"fake-hardware\", \"name\": \"used\", \"owner\": \"%s\"}".formatted(OWNER));
        String instance = "[{\"op\":\"add\",\"path\":\"/instance_uuid\",\"value\":\"11111111-2222-3333-4444-555555555555\"}]";
        assertThat(as("s-admin", "PATCH", "/v1/nodes/used", instance).status()).isEqualTo(200);
        String change = "[{\"op\":\"add\",\"path\":\"/owner\",\"value\":\"other\"}]";
        assertThat(as("s-member", "PATCH", "/v1/nodes/used", change).status()).isEqualTo(403);
        assertThat(as("s-admin", "PATCH", "/v1/nodes/used", change).status()).isEqualTo(200);
        assertThat(as("s-admin", "PATCH", "/v1/nodes/used", "[{\"op\":\"remove\",\"path\":\"/instance_uuid\"}]").status()).isEqualTo(200);
        assertThat(as("s-admin", "DELETE", "/v1/nodes/used", null).status()).isEqualTo(204);
    }
}
