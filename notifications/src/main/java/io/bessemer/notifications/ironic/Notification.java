package io.bessemer.notifications.ironic;

import io.bessemer.core.event.Event;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;

/// One message of Ironic's, in oslo.messaging's envelope 2.0.
///
/// @param id       the same whenever it is sent
/// @param type     event type, `baremetal.node.create.start`
/// @param level    of Ironic's `notification_level`: `info` or `error`; ends the routing key
/// @param service  who would tell it in Ironic: `ironic-api` or `ironic-conductor`
record Notification(UUID id, String type, String level, String service, Payload payload, Map<String, Object> data, Instant at) {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    /// Python's `str(datetime)`
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSS").withZone(ZoneOffset.UTC);
    /// what Ironic's API tells, as `start` and `end`
    private static final List<String> BY_THE_API = List.of("create", "update", "delete", "maintenance_set");
    private static final List<String> TOLD_TWICE = List.of("create", "update", "delete", "maintenance_set", "console_set");

    /// What Ironic would have told. It tells of an edit before and after; ours is known when it is done, so both come at once.
    static List<Notification> of(Event event) {
        return Payload.of(event.type()).map(payload -> {
            String[] words = event.type().split("\\.");
            Notification told = of(event, event.id(), event.type(), payload, words);
            if (!words[3].equals("end") || !TOLD_TWICE.contains(words[2])) {
                return List.of(told);
            }
            UUID id = UUID.nameUUIDFromBytes((event.id() + " start").getBytes(StandardCharsets.US_ASCII));
            return Stream.of(of(event, id, event.type().substring(0, event.type().length() - 3) + "start", payload, words), told).toList();
        }).orElse(List.of());
    }

    private static Notification of(Event event, UUID id, String type, Payload payload, String[] words) {
        Map<String, Object> data = new LinkedHashMap<>();
        payload.fields().forEach(field -> data.put(field, event.data().get(field)));
        return new Notification(id, type, words[3].equals("error") ? "error" : "info", BY_THE_API.contains(words[2]) ? "ironic-api" : "ironic-conductor", payload, data, event.at());
    }

    /// @param host of the publisher
    String envelope(String host) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("ironic_object.name", payload.objectName());
        object.put("ironic_object.namespace", "ironic");
        object.put("ironic_object.version", payload.version());
        object.put("ironic_object.data", data);
        Map<String, Object> message = new LinkedHashMap<>();
        message.put("message_id", id.toString());
        message.put("publisher_id", service + "." + host);
        message.put("event_type", type);
        message.put("priority", level.toUpperCase(Locale.ROOT));
        message.put("payload", object);
        message.put("timestamp", TIME.format(at));
        message.put("_unique_id", id.toString().replace("-", "")); // by which oslo.messaging's listeners know what they had
        message.put("_context_request_id", "req-" + id);
        return JSON.writeValueAsString(Map.of("oslo.version", "2.0", "oslo.message", JSON.writeValueAsString(message)));
    }
}
