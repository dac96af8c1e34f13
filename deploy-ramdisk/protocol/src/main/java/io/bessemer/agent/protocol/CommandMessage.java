package io.bessemer.agent.protocol;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/// One order to an agent: the answer of `GET /v1/agent/{node}/commands/next`.
///
/// @param kind wire name of a [CommandKind]; an agent that does not know it reports FAILED
public record CommandMessage(UUID id, long attempt, String step, String kind, Map<String, Object> params) {

    public CommandMessage {
        params = Collections.unmodifiableMap(new LinkedHashMap<>(params));
    }

    public Map<String, Object> toMap() {
        var map = new LinkedHashMap<String, Object>();
        map.put("id", id.toString());
        map.put("attempt", attempt);
        map.put("step", step);
        map.put("kind", kind);
        map.put("params", params);
        return map;
    }

    public static CommandMessage fromMap(Map<String, Object> map) throws DecodeException {
        var fields = Fields.of(map, "");
        return new CommandMessage(fields.uuid("id"), fields.number("attempt", 0, Long.MAX_VALUE), fields.text("step", ""),
                fields.text("kind"), fields.object("params"));
    }
}
