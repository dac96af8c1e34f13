package io.bessemer.api;

import io.bessemer.api.ApiServer.Answer;
import io.bessemer.core.node.NodeId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import tools.jackson.databind.JsonNode;

/// A ramdisk agent that says the right words over HTTP and does nothing.
final class PretendAgent implements Runnable {
    private final ApiServer api;
    private final NodeId node;
    private final String mac;
    private final long attempt;
    private final String bootToken;
    final List<String> done = new CopyOnWriteArrayList<>();
    volatile String configDrive = "";
    private volatile boolean powered = true;

    PretendAgent(ApiServer api, NodeId node, String mac, long attempt, String bootToken) {
        this.api = api;
        this.node = node;
        this.mac = mac;
        this.attempt = attempt;
        this.bootToken = bootToken;
    }

    void powerOff() {
        powered = false;
    }

    @Override
    public void run() {
        Answer opened = send("POST", "/session", Map.of("attempt", attempt, "token", bootToken, "mac", mac, "version", "test", "boot_mode", "bios"), "");
        if (opened.status() != 201) {
            return;
        }
        String token = opened.json().get("agent_token").asString();
        while (powered) {
            Answer next = send("GET", "/commands/next?wait=1", null, token);
            if (next.status() == 401) {
                return;
            }
            if (next.status() == 200 && powered) {
                work(next.json(), token);
            }
        }
    }

    private void work(JsonNode command, String token) {
        String kind = command.get("kind").asString();
        done.add(kind);
        if (kind.equals("write_config_drive")) {
            configDrive = send("GET", "/configdrive", null, token).response().body();
        }
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("status", "running");
        report.put("progress", Map.of("phase", kind, "done", 1, "total", 2, "message", ""));
        send("POST", "/commands/" + command.get("id").asString(), report, token);
        report.put("status", "succeeded");
        report.put("result", result(kind));
        report.put("error", "");
        send("POST", "/commands/" + command.get("id").asString(), report, token);
    }

    private Map<String, Object> result(String kind) {
        return switch (kind) {
            case "inspect" -> Map.of("inventory", Map.of(
                    "cpu", Map.of("count", 4, "architecture", "x86_64"),
                    "memory", Map.of("physical_mb", 8192),
                    "boot", Map.of("current_boot_mode", "bios", "pxe_interface", mac),
                    "interfaces", List.of(Map.of("name", "eth0", "mac_address", mac, "has_carrier", true)),
                    "disks", List.of(Map.of("name", "/dev/sda", "size", 20L << 30))), "plugin_data", Map.of());
            case "write_image" -> Map.of("device", "/dev/sda", "serial", "s1", "bytes_written", 1);
            default -> Map.of("devices", List.of("/dev/sda"));
        };
    }

    private Answer send(String method, String path, Map<String, Object> body, String token) {
        return api.sendTo(api.agentUrl() + "/v1/agent/" + node + path, method, body == null ? null : ApiServer.JSON.writeValueAsString(body),
                "Authorization", "Bearer " + token);
    }
}
