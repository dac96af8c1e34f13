package io.bessemer.notifications;

import io.bessemer.core.event.Event;
import java.util.LinkedHashMap;
import java.util.Map;

/// An event as followers and webhooks get it.
public final class EventShape {
    private EventShape() {}

    /// @param data of the event, or what its reader may see of it
    public static Map<String, Object> of(Event event, Map<String, Object> data) {
        Map<String, Object> shape = new LinkedHashMap<>();
        shape.put("cursor", event.cursor());
        shape.put("id", event.id().toString());
        shape.put("type", event.type());
        shape.put("timestamp", event.at().toString());
        shape.put("node_uuid", event.node() == null ? null : event.node().toString());
        shape.put("data", data);
        return shape;
    }
}
