package io.bessemer.e2e.rack;

import io.bessemer.cli.client.BessemerClient;
import io.bessemer.cli.demo.DemoMachine;
import io.bessemer.cli.node.NodeText;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;

/// One who drives nodes by the API, and waits for what becomes of them.
record Operator(BessemerClient client) {
    private static final long POLL_MILLISECONDS = 50;

    /// @param mac of its port
    void enrol(DemoMachine machine, String mac) throws Exception {
        JsonNode node = client.post("/v1/nodes", Map.of("name", machine.name(), "driver", "ipmi",
                "driver_info", Map.of("ipmi_address", machine.bmcAddress(), "ipmi_port", machine.bmcPort(), "ipmi_username", machine.bmcUser(),
                        "ipmi_password", machine.bmcPassword()),
                "properties", Map.of("capabilities", "boot_mode:" + (machine.uefi() ? "uefi" : "bios"))));
        client.post("/v1/ports", Map.of("node_uuid", node.path("uuid").asString(""), "address", mac));
    }

    void request(String node, String verb) throws Exception {
        request(node, verb, Map.of());
    }

    void request(String node, String verb, Map<String, ?> more) throws Exception {
        var body = new LinkedHashMap<String, Object>(more);
        body.put("target", verb);
        client.put("/v1/nodes/" + node + "/states/provision", body);
    }

    /// Asks for the tiny image, with a config drive by which the host can report.
    void requestDeploy(String node) throws Exception {
        client.patch("/v1/nodes/" + node, List.of(Map.of("op", "add", "path", "/instance_info", "value", Map.of("image_source", TestRack.IMAGE))));
        request(node, "active", Map.of("configdrive", Map.of("meta_data", Map.of("hostname", node))));
    }

    JsonNode node(String node) throws Exception {
        return client.node(node);
    }

    /// Waits for a provision state; a failed state on the way ends the wait.
    void awaitState(String node, String state, Duration limit) throws Exception {
        await("node %s to be '%s'".formatted(node, state), limit, () -> {
            JsonNode found = node(node);
            String now = found.path("provision_state").asString("");
            boolean failed = now.endsWith("failed") || now.equals("error") || now.equals("enroll") && found.path("last_error").isString();
            if (failed && !now.equals(state)) {
                throw new AssertionError("%s is '%s', not '%s': %s".formatted(node, now, state, found.path("last_error").asString("")));
            }
            return new Look(now.equals(state), "it is '%s'".formatted(now));
        });
    }

    /// Waits for a timeline event at or after `since`.
    JsonNode awaitEvent(List<String> nodes, Instant since, Predicate<JsonNode> wanted, String what, Duration limit) throws Exception {
        var hit = new JsonNode[1];
        await(what, limit, () -> {
            String last = "nothing was seen";
            for (String node : nodes) {
                for (JsonNode event : client.timeline(node, since.toString())) {
                    last = line(event);
                    if (wanted.test(event)) {
                        hit[0] = event;
                        return new Look(true, last);
                    }
                }
            }
            return new Look(false, last);
        });
        return hit[0];
    }

    List<JsonNode> timeline(String node) throws Exception {
        return client.timeline(node, "");
    }

    /// Oldest first, unlike the API.
    List<String> history(String node) throws Exception {
        return client.get("/v1/nodes/" + node + "/history?detail=true").path("history").valueStream().map(entry -> entry.path("event").asString(""))
                .toList().reversed();
    }

    static Instant at(JsonNode event) {
        return NodeText.instant(event.path("at"));
    }

    static boolean is(JsonNode event, String phase, String name) {
        return event.path("phase").asString("").equals(phase) && event.path("event").asString("").equals(name);
    }

    static String line(JsonNode event) {
        return "%s %-9s %-5s %s: %s".formatted(event.path("at").asString(""), event.path("phase").asString(""), event.path("source").asString(""),
                event.path("event").asString(""), event.path("message").asString(""));
    }

    /// @param seen what there was instead
    record Look(boolean reached, String seen) {}

    interface Looking {
        Look look() throws Exception;
    }

    static void await(String what, Duration limit, Looking looking) throws Exception {
        long deadline = System.nanoTime() + limit.toNanos();
        while (true) {
            Look look = looking.look();
            if (look.reached()) {
                return;
            }
            if (System.nanoTime() > deadline) {
                throw new AssertionError("Waited %d s for %s; %s".formatted(limit.toSeconds(), what, look.seen()));
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLISECONDS);
        }
    }
}
