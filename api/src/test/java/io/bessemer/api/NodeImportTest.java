package io.bessemer.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.api.ApiServer.Answer;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// `POST /v1/imports/nodes`.
class NodeImportTest {
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

    private static Answer take(String more) {
        return api.send("POST", "/v1/imports/nodes", "{\"uuid\":\"%s\",\"driver\":\"fake-hardware\"%s}".formatted(UUID.randomUUID(), more.isEmpty() ? "" : "," + more));
    }

    @ParameterizedTest
    @ValueSource(strings = {"enroll", "manageable", "available", "active", "rescue", "error", "clean failed", "deploy failed", "inspect failed", "adopt failed", "service failed"})
    void a_node_begins_in_the_state_that_it_had_elsewhere(String state) {
        Answer taken = take("\"provision_state\":\"%s\",\"traits\":[\"CUSTOM_B\",\"CUSTOM_A\"],\"maintenance\":true,\"maintenance_reason\":\"why\"".formatted(state));
        assertThat(taken.status()).as(taken.response().body()).isEqualTo(201);
        JsonNode node = taken.json();
        assertThat(node.get("provision_state").asString()).isEqualTo(state);
        assertThat(node.get("traits").toString()).isEqualTo("[\"CUSTOM_A\",\"CUSTOM_B\"]");
        assertThat(node.get("maintenance_reason").asString()).isEqualTo("why");
        assertThat(taken.header("Location")).endsWith("/v1/nodes/" + node.get("uuid").asString());
        assertThat(api.get("/v1/nodes/%s/history".formatted(node.get("uuid").asString())).json().at("/history/0/event").asString()).isEqualTo("taken over as '%s'".formatted(state));
    }

    @Test
    void what_depends_on_the_state_is_judged_by_it() {
        assertThat(take("\"provision_state\":\"active\",\"protected\":true,\"protected_reason\":\"precious\"").json().get("protected").asBoolean()).isTrue();
        assertThat(take("\"provision_state\":\"available\",\"protected\":true").fault()).contains("cannot be made protected in provision state \"available\"");
        assertThat(take("\"provision_state\":\"available\",\"retired\":true").status()).isEqualTo(409);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            "provision_state":"deploying"                                                    | A node in 'deploying' cannot be taken over: work on it is under way
            "provision_state":"clean hold"                                                   | A node in 'clean hold' cannot be taken over
            "provision_state":"flying"                                                       | States in which nodes are taken over: enroll
            "extra":{}                                                                       | provision_state is missing. An imported node keeps its UUID, driver and state.
            "provision_state":"active","driver_info":{"fake_password":"******"}              | driver_info/fake_password: is the mask of a secret, not the secret.
            "provision_state":"active","instance_info":{"a":{"b":["******"]}}                | instance_info/a/b: is the mask of a secret
            "provision_state":"active","traits":["lower"]                                    | traits: 'lower'
            "provision_state":"active","power_state":"power on"                              | power_state: cannot be set by clients.
            "provision_state":"active","boot_interface":"pxe"                                | Driver fake-hardware does not offer 'pxe'
            """)
    void what_cannot_be_taken_is_refused(String more, String message) {
        Answer refused = take(more);
        assertThat(refused.status()).as(refused.response().body()).isEqualTo(400);
        assertThat(refused.fault()).contains(message);
    }

    @Test
    void a_node_is_taken_once() {
        String body = "{\"uuid\":\"1be26c0b-03f2-4d2e-ae87-c02d7f33c123\",\"driver\":\"fake-hardware\",\"provision_state\":\"manageable\"}";
        assertThat(api.send("POST", "/v1/imports/nodes", body).status()).isEqualTo(201);
        Answer again = api.send("POST", "/v1/imports/nodes", body);
        assertThat(again.status()).isEqualTo(409);
        assertThat(again.fault()).isEqualTo("A node with UUID 1be26c0b-03f2-4d2e-ae87-c02d7f33c123 already exists.");
    }
}
