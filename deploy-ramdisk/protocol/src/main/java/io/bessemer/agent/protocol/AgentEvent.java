package io.bessemer.agent.protocol;

import java.util.LinkedHashMap;
import java.util.Map;

/// Something for the boot timeline: an element of `POST /v1/agent/{node}/events`.
///
/// @param phase wire name of a boot phase: `agent`, `command`
public record AgentEvent(String phase, String event, String message) {

    public Map<String, Object> toMap() {
        var map = new LinkedHashMap<String, Object>();
        map.put("phase", phase);
        map.put("event", event);
        map.put("message", message);
        return map;
    }

    public static AgentEvent fromMap(Map<String, Object> map) throws DecodeException {
        var fields = Fields.of(map, "");
        return new AgentEvent(fields.text("phase"), fields.text("event"), fields.text("message", ""));
    }
}
