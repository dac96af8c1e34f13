package io.bessemer.api.wire;

import java.io.IOException;
import java.io.InputStream;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// Reads request bodies into maps, lists, strings, numbers, booleans and null: strictly, and never deeper than 100 levels.
final class Json {
    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(100)
                            .maxStringLength(Math.toIntExact(BodyLimitFilter.CONFIG_DRIVE_LIMIT))
                            .build())
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private Json() {
    }

    /// @return null for an empty body
    static Object read(InputStream in) throws IOException {
        try {
            return MAPPER.readValue(in, Object.class);
        } catch (JacksonException malformed) {
            if (malformed.getCause() instanceof WireException tooLarge) {
                throw tooLarge;
            }
            if (malformed.getCause() instanceof IOException broken) {
                throw broken;
            }
            throw new WireException(ErrorKind.MALFORMED_BODY, "The request body is not valid JSON: %s%s".formatted(malformed.getOriginalMessage(),
                    malformed.getLocation() == null ? "" : " (line %d, column %d)"
                            .formatted(malformed.getLocation().getLineNr(), malformed.getLocation().getColumnNr())));
        }
    }
}
