package io.bessemer.api.description;

import io.bessemer.api.wire.Caller;
import io.bessemer.api.wire.Field;
import io.bessemer.api.wire.Microversion;
import io.bessemer.api.wire.RequestContext;
import io.bessemer.api.wire.Shaped.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The JSON types of fields. A table of fields does not name them, so they are seen: by the value that a draft has, or else by what the field accepts.
final class FieldTypes {
    private static final RequestContext NEWEST = new RequestContext("", Microversion.MAXIMUM, "", Caller.anybody());

    /// by the first that is accepted
    private static final Map<String, Object> PROBES = probes();

    /// read-only ones that a draft does not have
    private static final Map<String, String> KNOWN = Map.of("secure_boot", "boolean");

    private FieldTypes() {
    }

    private static Map<String, Object> probes() {
        Map<String, Object> probes = new LinkedHashMap<>();
        probes.put("boolean", true);
        probes.put("integer", 1);
        probes.put("object", Map.of());
        probes.put("array", List.of());
        return probes;
    }

    /// An object of the shape's fields.
    ///
    /// @param forCreation only what a client may send
    static <T> Map<String, Object> schema(Shape<T> shape, boolean forCreation) {
        Map<String, Object> properties = new LinkedHashMap<>();
        for (Field<T> field : shape.fields().all(NEWEST)) {
            if (forCreation && field.setter() == null) {
                continue;
            }
            properties.put(field.name(), schema(field, shape.draft(), forCreation));
        }
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("type", "object");
        schema.put("properties", properties);
        return schema;
    }

    private static <T> Map<String, Object> schema(Field<T> field, T draft, boolean forCreation) {
        Object seen = seen(field, draft);
        String type = seen != null ? typeOf(seen) : accepted(field, draft);
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("type", seen == null ? List.of(type, "null") : type);
        if (field.name().endsWith("_at")) {
            schema.put("format", "date-time");
        }
        if (type.equals("array")) {
            schema.put("items", Map.of());
        }
        List<String> notes = new ArrayList<>();
        if (field.since() > 1) {
            notes.add("Since 1.%d.".formatted(field.since()));
        }
        if (field.setter() == null) {
            schema.put("readOnly", true);
        } else if (!field.patchable() && !forCreation) {
            notes.add("Set on creation, never changed.");
        }
        if (!notes.isEmpty()) {
            schema.put("description", String.join(" ", notes));
        }
        if (field.since() > 1) {
            schema.put("x-since", "1." + field.since());
        }
        return schema;
    }

    private static <T> Object seen(Field<T> field, T draft) {
        try {
            return field.shown().apply(draft, NEWEST);
        } catch (NullPointerException notSet) { // what a draft lacks, nothing that is stored does
            return null;
        }
    }

    private static <T> String accepted(Field<T> field, T draft) {
        if (field.setter() == null) {
            return KNOWN.getOrDefault(field.name(), "string");
        }
        for (Map.Entry<String, Object> probe : PROBES.entrySet()) {
            try {
                field.setter().set(draft, probe.getValue(), field.name());
                return probe.getKey();
            } catch (RuntimeException refused) {
                continue;
            }
        }
        return "string";
    }

    private static String typeOf(Object value) {
        return switch (value) {
            case Boolean _ -> "boolean";
            case Integer _, Long _ -> "integer";
            case Number _ -> "number";
            case Map<?, ?> _ -> "object";
            case List<?> _ -> "array";
            default -> "string";
        };
    }
}
