package io.bessemer.api.node;

import io.bessemer.conductor.NodeHardware;
import io.bessemer.core.driver.Sensor;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/// Bessemer's own: what a machine's sensors tell, read from its BMC while the client waits. Ironic sends the same as notifications, whose groups, keys and
/// names of fields these are. Not bound to a microversion.
@RestController
@RequestMapping("/v1/nodes/{ident}/sensors")
final class NodeSensorResource {
    private final NodeHardware hardware;
    private final NodeFinder finder;

    NodeSensorResource(NodeHardware hardware, NodeFinder finder) {
        this.hardware = hardware;
        this.finder = finder;
    }

    @GetMapping
    Map<String, Object> sensors(@PathVariable String ident) {
        Map<String, Map<String, Object>> groups = new LinkedHashMap<>();
        for (Sensor.Kind kind : Sensor.Kind.values()) {
            groups.put(kind.wire(), new LinkedHashMap<>());
        }
        hardware.sensors(finder.find(ident).id()).forEach(sensor -> groups.get(sensor.kind().wire()).put(sensor.id(), shown(sensor)));
        return Map.of("sensors", groups);
    }

    private static Map<String, Object> shown(Sensor sensor) {
        Number reading = sensor.reading() == null ? null : number(sensor.reading());
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("name", sensor.name());
        shown.put("physical_context", sensor.physicalContext());
        shown.put("reading", reading);
        shown.put("reading_units", sensor.unit());
        if (sensor.kind() == Sensor.Kind.TEMPERATURE) {
            shown.put("reading_celsius", reading); // a fan's has Ironic's name already, and those of power are among its facts
        }
        shown.put("state", sensor.state());
        shown.put("health", sensor.health());
        shown.putAll(sensor.facts());
        Map<String, Object> thresholds = new LinkedHashMap<>();
        for (Sensor.Threshold threshold : Sensor.Threshold.values()) {
            Double limit = sensor.thresholds().get(threshold);
            if (limit != null) {
                thresholds.put(threshold.wire(), number(limit));
            }
        }
        shown.put("thresholds", thresholds);
        return shown;
    }

    /// `42`, as BMCs write it, where it is whole.
    private static Number number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15 ? (Number) (long) value : (Number) value;
    }
}
