package io.bessemer.host.server;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import com.grack.nanojson.JsonWriter;
import io.bessemer.agent.protocol.DecodeException;
import io.bessemer.agent.protocol.Nesting;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/// JSON objects as maps.
public final class Json {
    private Json() {}

    public static Map<String, Object> object(byte[] bytes) throws DecodeException {
        Nesting.check(bytes);
        try {
            JsonObject object = JsonParser.object().from(new ByteArrayInputStream(bytes));
            return object;
        } catch (JsonParserException | IllegalArgumentException e) { // the latter of bytes that are no character
            throw new DecodeException("message", "a JSON object (" + e.getMessage() + ")", bytes.length + " bytes");
        }
    }

    public static byte[] bytes(Object value) {
        return JsonWriter.string(value).getBytes(StandardCharsets.UTF_8);
    }
}
