package io.bessemer.api.event;

import io.bessemer.api.wire.Values;
import io.bessemer.core.event.SinkStore.SinkState;
import java.util.LinkedHashMap;
import java.util.Map;

/// How a sink is doing.
final class SinkShape {
    private SinkShape() {}

    /// @param last cursor of the newest event
    static Map<String, Object> of(SinkState state, long last) {
        Map<String, Object> shape = new LinkedHashMap<>();
        shape.put("state", state.failingSince() == null ? "ok" : "failing");
        shape.put("cursor", state.told());
        shape.put("behind", Math.max(0, last - state.told()));
        shape.put("delivered", state.delivered());
        shape.put("dropped", state.dropped());
        shape.put("attempts", state.attempts());
        shape.put("failing_since", Values.time(state.failingSince()));
        shape.put("last_error", state.lastError());
        shape.put("last_delivered_at", Values.time(state.lastDeliveredAt()));
        return shape;
    }
}
