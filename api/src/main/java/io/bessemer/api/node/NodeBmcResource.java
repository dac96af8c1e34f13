package io.bessemer.api.node;

import io.bessemer.api.wire.JsonBody;
import io.bessemer.api.wire.Query;
import io.bessemer.api.wire.Values;
import io.bessemer.conductor.NodeHardware;
import io.bessemer.core.driver.BmcInterface;
import io.bessemer.core.driver.EventLog;
import io.bessemer.core.driver.SystemEvent;
import io.bessemer.core.fault.Failure;
import io.bessemer.core.node.NodeId;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/// Bessemer's own: a node's BMC for its own sake, asked while the client waits. Not bound to a microversion.
@RestController
@RequestMapping("/v1/nodes/{ident}")
final class NodeBmcResource {
    private static final int USUAL_EVENTS = 100;
    private static final int MOST_EVENTS = 1000;
    private static final int LONGEST_PASSWORD = 256;

    private final NodeHardware hardware;
    private final NodeFinder finder;

    NodeBmcResource(NodeHardware hardware, NodeFinder finder) {
        this.hardware = hardware;
        this.finder = finder;
    }

    @GetMapping("/sel")
    Map<String, Object> events(@PathVariable String ident, Query query) {
        query.allowOnly("limit");
        int limit = query.text("limit").map(text -> Values.wholeNumber(text, "limit")).orElse(USUAL_EVENTS);
        if (limit < 1 || limit > MOST_EVENTS) {
            throw new Failure.Invalid("limit", "must be 1 to %d.".formatted(MOST_EVENTS));
        }
        EventLog log = hardware.events(id(ident), limit);
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("entries", log.entries());
        shown.put("overflow", log.overflow());
        shown.put("clock", log.clock() == null ? null : Values.time(log.clock()));
        shown.put("events", log.events().stream().map(NodeBmcResource::shown).toList());
        return Map.of("sel", shown);
    }

    private static Map<String, Object> shown(SystemEvent event) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("record", event.record());
        shown.put("at", event.at() == null ? null : Values.time(event.at()));
        shown.put("seconds_since_start", event.sinceStart() == null ? null : event.sinceStart().toSeconds());
        shown.put("source", event.source());
        shown.put("sensor", event.sensor());
        shown.put("sensor_type", event.sensorType());
        shown.put("sensor_number", event.number());
        shown.put("event", event.event());
        shown.put("asserted", event.asserted());
        shown.put("health", event.health());
        shown.put("reading", event.reading());
        shown.put("threshold", event.threshold());
        shown.put("unit", event.unit());
        shown.put("raw", event.raw());
        return shown;
    }

    @DeleteMapping("/sel")
    ResponseEntity<Void> clearEvents(@PathVariable String ident) {
        hardware.clearEvents(id(ident));
        return ResponseEntity.noContent().build();
    }

    @PutMapping("/sel/time")
    ResponseEntity<Void> setClock(@PathVariable String ident, JsonBody body) {
        body.optionalObject();
        hardware.setBmcClock(id(ident));
        return ResponseEntity.noContent().build();
    }

    @GetMapping("/fru")
    Map<String, Object> parts(@PathVariable String ident) {
        return Map.of("fru", hardware.fru(id(ident)).stream().map(NodeBmcResource::shown).toList());
    }

    private static Map<String, Object> shown(BmcInterface.Fru part) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("id", part.id());
        shown.put("name", part.name());
        shown.putAll(part.facts());
        return shown;
    }

    @GetMapping("/bmc")
    Map<String, Object> bmc(@PathVariable String ident) {
        return Map.of("bmc", hardware.bmc(id(ident)));
    }

    @PutMapping("/bmc/reset")
    ResponseEntity<Void> reset(@PathVariable String ident, JsonBody body) {
        boolean warm = body.optionalObject("warm").map(members -> members.flag("warm", false)).orElse(false);
        hardware.resetBmc(id(ident), warm);
        return ResponseEntity.accepted().build();
    }

    /// The password stands in no answer, nor in a message about what is wrong with it.
    @PutMapping("/bmc/password")
    ResponseEntity<Void> password(@PathVariable String ident, JsonBody body) {
        var password = body.optionalObject("password").filter(members -> members.has("password")).map(members -> {
            if (!(members.get("password") instanceof String text) || text.length() > LONGEST_PASSWORD) {
                throw new Failure.Invalid("password", "must be a string of at most %d characters.".formatted(LONGEST_PASSWORD));
            }
            return text;
        });
        hardware.changeBmcPassword(id(ident), password);
        return ResponseEntity.noContent().build();
    }

    private NodeId id(String ident) {
        return finder.find(ident).id();
    }
}
