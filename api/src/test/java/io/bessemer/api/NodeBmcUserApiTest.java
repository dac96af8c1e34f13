package io.bessemer.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.api.ApiServer.Answer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The users of a node's BMC, that of `plain-drivers`.
class NodeBmcUserApiTest {
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

    private static void refused(Answer answer, int status, String message) {
        assertThat(answer.status()).as(answer.response().body()).isEqualTo(status);
        assertThat(answer.fault()).contains(message);
    }

    @Test
    void the_users_of_a_bmc_are_listed_made_changed_and_removed() {
        String path = "/v1/nodes/" + api.send("POST", "/v1/nodes", "{\"driver\":\"fake-hardware\"}").json().get("uuid").asString();
        String users = path + "/bmc/users";
        assertThat(api.get(users, VERSION, "1.1").response().body()).isEqualTo("{\"channel\":1,\"room\":10,\"enabled\":1,\"fixed_names\":1,\"users\":[{\"id\":2,\"name\":\"admin\","
                + "\"privilege\":\"ADMINISTRATOR\",\"enabled\":true,\"messaging\":true,\"link_authentication\":false,\"callback_only\":false,\"ours\":true}]}");
        Answer made = api.send("POST", users, "{\"name\":\"ops\",\"password\":\"let-me-in\",\"privilege\":\"operator\"}");
        assertThat(made.status()).as(made.response().body()).isEqualTo(201);
        assertThat(made.json().at("/id").asInt()).isEqualTo(3);
        assertThat(made.json().at("/privilege").asString()).isEqualTo("OPERATOR");
        Answer changed = api.send("PUT", users + "/3", "{\"privilege\":\"no access\",\"enabled\":false,\"messaging\":false,\"link_authentication\":true,\"password\":\"another-one\"}");
        assertThat(changed.response().body()).isEqualTo("{\"id\":3,\"name\":\"ops\",\"privilege\":\"NO ACCESS\",\"enabled\":false,\"messaging\":false,\"link_authentication\":true,"
                + "\"callback_only\":false,\"ours\":false}");
        refused(api.send("PUT", users + "/2", "{\"enabled\":false}"), 400, "user: 'admin' (2) is the one by which the BMC is driven");
        refused(api.send("DELETE", users + "/2", null), 400, "user: 'admin' (2) is the one by which the BMC is driven");
        refused(api.send("POST", users, "{\"name\":\"ops\",\"password\":\"let-me-in\",\"privilege\":\"operator\"}"), 400, "name: the BMC has a user 'ops' already.");
        refused(api.send("POST", users, "{\"name\":\"x\",\"password\":\"let-me-in\"}"), 400, "privilege is missing");
        refused(api.send("POST", users, "{\"name\":\"x\",\"password\":\"let-me-in\",\"privilege\":\"king\"}"), 400,
                "privilege: 'king' is not one of NO ACCESS, CALLBACK, USER, OPERATOR, ADMINISTRATOR.");
        refused(api.send("POST", users, "{\"name\":7,\"password\":\"let-me-in\",\"privilege\":\"user\"}"), 400, "name: 7 is not a string.");
        refused(api.send("PUT", users + "/3", "{}"), 400, "body: changes nothing. Send one or more of name, password");
        refused(api.send("PUT", users + "/3", "{\"enabled\":\"perhaps\"}"), 400, "enabled: 'perhaps' is not true or false.");
        refused(api.send("PUT", users + "/64", "{\"enabled\":true}"), 400, "user: 64 is not one of 1 to 63");
        refused(api.send("PUT", users + "/ops", "{\"enabled\":true}"), 400, "user: 'ops' is not a whole number.");
        refused(api.get(users + "?channel=15"), 400, "channel: 15 is not one of 1 to 11.");
        refused(api.get(users + "?colour=red"), 400, "colour");
        for (String bad : List.of("7", "[\"sesame\"]", "\"" + "sesame".repeat(60) + "\"")) {
            Answer answer = api.send("PUT", users + "/3", "{\"password\":" + bad + "}");
            assertThat(answer.status()).as(bad).isEqualTo(400);
            assertThat(answer.fault()).contains("password: must be a string of at most 256 characters.").doesNotContain("sesame");
        }
        assertThat(api.get(users + "?channel=2").json().at("/channel").asInt()).isEqualTo(2);
        assertThat(api.send("DELETE", users + "/3", null).status()).isEqualTo(204);
        assertThat(api.get(users).json().at("/users").size()).isEqualTo(1);
        assertThat(api.get(path + "/history").response().body()).contains("user 'ops' (3) was made on the BMC, with privilege OPERATOR", "user 'ops' (3) was changed on the BMC: password, privilege "
                + "NO ACCESS, disabled, messaging off, link authentication on", "user 3 was removed from the BMC").doesNotContain("let-me-in", "another-one");
    }
}
