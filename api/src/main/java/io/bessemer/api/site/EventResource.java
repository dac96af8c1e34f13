package io.bessemer.api.site;

import io.bessemer.api.wire.JsonBody;
import io.bessemer.api.wire.Since;
import io.bessemer.api.wire.Values;
import io.bessemer.core.fault.Failure;
import io.bessemer.core.node.MacAddress;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/// `POST /v1/events`, Ironic API 1.54: Neutron tells what became of a port's binding. As in Ironic they are checked and written to the
/// log, and nothing waits for them.
@Since(54)
@RestController
final class EventResource {
    private static final Logger LOG = LoggerFactory.getLogger(EventResource.class);
    private static final Set<String> KINDS = Set.of("network.bind_port", "network.unbind_port", "network.delete_port");
    private static final Set<String> MEMBERS = Set.of("event", "port_id", "mac_address", "status", "device_id", "binding:host_id", "binding:vnic_type");
    private static final int LONGEST_TEXT = 255;
    private static final int MOST = 1000;

    private record Event(String kind, String port, String mac, String status) {}

    @PostMapping("/v1/events")
    ResponseEntity<Void> take(JsonBody body) {
        Object given = body.object("events").get("events");
        List<Object> events = given == null ? List.of() : Values.list(given, "events");
        if (events.isEmpty() || events.size() > MOST) {
            throw new Failure.Invalid("events", "must be a list of 1 to %d events.".formatted(MOST));
        }
        List<Event> checked = events.stream().map(event -> check(Values.object(event, "events"))).toList();
        checked.forEach(event -> LOG.atDebug().setMessage("external event").addKeyValue("event", event.kind()).addKeyValue("port_id", event.port())
                .addKeyValue("mac_address", event.mac()).addKeyValue("status", event.status()).log());
        return ResponseEntity.noContent().build();
    }

    private static Event check(Map<String, Object> event) {
        event.keySet().stream().filter(name -> !MEMBERS.contains(name)).findFirst().ifPresent(name -> {
            throw new Failure.Invalid("events/" + name, "is not known. Known: %s.".formatted(String.join(", ", MEMBERS.stream().sorted().toList())));
        });
        String kind = Values.text(required(event, "event"), "events/event");
        if (!KINDS.contains(kind)) {
            throw new Failure.Invalid("events/event", "'%s' is not one of %s.".formatted(kind, String.join(", ", KINDS.stream().sorted().toList())));
        }
        optionalUuid(event, "device_id");
        optionalUuid(event, "binding:host_id");
        return new Event(kind, Values.uuid(required(event, "port_id"), "events/port_id").toString(),
                MacAddress.parse(Values.text(required(event, "mac_address"), "events/mac_address", LONGEST_TEXT)).orElseThrow(() ->
                        new Failure.Invalid("events/mac_address", "is not a MAC address such as 52:54:00:aa:00:01.")).value(),
                Values.text(required(event, "status"), "events/status", LONGEST_TEXT));
    }

    private static Object required(Map<String, Object> event, String name) {
        Object value = event.get(name);
        if (value == null) {
            throw new Failure.Missing("events/" + name, "Each event needs event, port_id, mac_address and status.");
        }
        return value;
    }

    private static void optionalUuid(Map<String, Object> event, String name) {
        if (event.get(name) != null) {
            Values.uuid(event.get(name), "events/" + name);
        }
    }
}
