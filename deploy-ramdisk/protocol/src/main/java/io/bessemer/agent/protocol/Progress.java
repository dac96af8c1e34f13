package io.bessemer.agent.protocol;

import java.util.LinkedHashMap;
import java.util.Map;

/// @param phase   one word or two: `discard`, `write`, `flush`
/// @param done    of `total`, mostly bytes
/// @param total   0 when unknown
/// @param message for people
public record Progress(String phase, long done, long total, String message) {
    public static final Progress NONE = new Progress("", 0, 0, "");

    public Map<String, Object> toMap() {
        var map = new LinkedHashMap<String, Object>();
        map.put("phase", phase);
        map.put("done", done);
        map.put("total", total);
        map.put("message", message);
        return map;
    }

    public static Progress fromMap(Map<String, Object> map) throws DecodeException {
        return from(Fields.of(map, ""));
    }

    static Progress from(Fields fields) throws DecodeException {
        if (fields.map().isEmpty()) {
            return NONE;
        }
        return new Progress(fields.text("phase", ""), fields.number("done", 0, Long.MAX_VALUE),
                fields.number("total", 0, Long.MAX_VALUE), fields.text("message", ""));
    }
}
