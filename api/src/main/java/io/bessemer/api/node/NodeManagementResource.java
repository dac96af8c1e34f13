package io.bessemer.api.node;

import io.bessemer.api.wire.JsonBody;
import io.bessemer.api.wire.JsonBody.JsonObject;
import io.bessemer.api.wire.Query;
import io.bessemer.api.wire.Since;
import io.bessemer.conductor.NodeService;
import io.bessemer.core.driver.ManagementInterface.BootDeviceSetting;
import io.bessemer.core.fault.Failure;
import io.bessemer.core.node.BootDevice;
import io.bessemer.core.node.NodeId;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/// What an operator does to one machine beside provisioning it.
@RestController
@RequestMapping("/v1/nodes/{ident}")
final class NodeManagementResource {
    private static final int LONGEST_REASON = 4096;

    private final NodeService service;
    private final NodeFinder finder;

    NodeManagementResource(NodeService service, NodeFinder finder) {
        this.service = service;
        this.finder = finder;
    }

    @GetMapping("/management/boot_device")
    Map<String, Object> bootDevice(@PathVariable String ident) {
        BootDeviceSetting setting = service.bootDevice(id(ident));
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("boot_device", setting.device().map(BootDevice::wire).orElse(null));
        answer.put("persistent", setting.persistent().orElse(null));
        return answer;
    }

    /// Ironic took the arguments from the query before it took a body; both still work.
    @PutMapping("/management/boot_device")
    ResponseEntity<Void> setBootDevice(@PathVariable String ident, JsonBody body, Query query) {
        NodeId node = id(ident);
        JsonObject members = body.optionalObject("boot_device", "persistent").orElseGet(() -> new JsonObject(new TreeMap<>(query.values())));
        String wire = members.required("boot_device");
        BootDevice device = BootDevice.fromWire(wire).orElseThrow(() -> new Failure.Invalid("boot_device", "'%s' is not one of %s."
                .formatted(wire, String.join(", ", Arrays.stream(BootDevice.values()).map(BootDevice::wire).toList()))));
        service.setBootDevice(node, device, members.flag("persistent", false));
        return ResponseEntity.noContent().build();
    }

    @GetMapping("/management/boot_device/supported")
    Map<String, Object> supportedBootDevices(@PathVariable String ident) {
        return Map.of("supported_boot_devices", service.supportedBootDevices(id(ident)).stream().map(BootDevice::wire).sorted().toList());
    }

    @Since(29)
    @PutMapping("/management/inject_nmi")
    ResponseEntity<Void> injectNmi(@PathVariable String ident) {
        service.injectNmi(id(ident));
        return ResponseEntity.noContent().build();
    }

    @PutMapping("/maintenance")
    ResponseEntity<Void> setMaintenance(@PathVariable String ident, JsonBody body) {
        String reason = body.optionalObject("reason").flatMap(members -> members.text("reason")).orElse(null);
        if (reason != null && reason.length() > LONGEST_REASON) {
            throw new Failure.Invalid("reason", "has %d characters, at most %d are allowed.".formatted(reason.length(), LONGEST_REASON));
        }
        service.setMaintenance(id(ident), true, reason);
        return ResponseEntity.accepted().build();
    }

    @DeleteMapping("/maintenance")
    ResponseEntity<Void> unsetMaintenance(@PathVariable String ident) {
        service.setMaintenance(id(ident), false, null);
        return ResponseEntity.accepted().build();
    }

    @GetMapping("/validate")
    Map<String, Object> validate(@PathVariable String ident) {
        Map<String, Object> answer = new TreeMap<>();
        service.validate(id(ident)).forEach((name, validation) -> {
            Map<String, Object> shown = new LinkedHashMap<>();
            shown.put("result", validation.result());
            if (validation.reason() != null) {
                shown.put("reason", validation.reason());
            }
            answer.put(name, shown);
        });
        return answer;
    }

    private NodeId id(String ident) {
        return finder.find(ident).id();
    }
}
