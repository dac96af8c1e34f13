package io.bessemer.db;

import io.bessemer.core.node.Secrets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/// Free-form fields as JSON text. Secrets (and config drives, which carry user data) are sealed at any depth:
/// `{"ipmi_password": {"$sealed": "..."}}`. A place, such as `<node>/driver_info`, is bound into each seal, so that a sealed value
/// copied to another row does not open there.
final class JsonColumns {
    private static final String SEALED = "$sealed";
    private static final String CONFIG_DRIVE = "configdrive";
    private static final int MOST_STRINGS = 1000;
    private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {};
    private static final TypeReference<Map<String, String>> STRINGS = new TypeReference<>() {};

    private final JsonMapper mapper = JsonMapper.builder(JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder().maxStringLength(512 * 1024 * 1024).build())
            .build()).build();
    private final SecretCipher cipher;
    /// a node's interfaces are those of many: parsed once
    private final Map<String, Map<String, String>> strings = new ConcurrentHashMap<>();

    JsonColumns(SecretCipher cipher) {
        this.cipher = cipher;
    }

    String write(String place, Map<String, Object> fields) {
        return fields.isEmpty() ? "{}" : mapper.writeValueAsString(holdsSecret(fields) ? seal(place, fields) : fields);
    }

    private static boolean holdsSecret(Object value) {
        return switch (value) {
            case Map<?, ?> map -> map.entrySet().stream().anyMatch(entry -> secret(String.valueOf(entry.getKey()), entry.getValue()) || holdsSecret(entry.getValue()));
            case List<?> list -> list.stream().anyMatch(JsonColumns::holdsSecret);
            case null, default -> false;
        };
    }

    Map<String, Object> read(String place, String text) {
        if (text.equals("{}")) {
            return Map.of();
        }
        Map<String, Object> fields = mapper.readValue(text, OBJECT);
        return text.contains(SEALED) ? openAll(place, fields) : fields;
    }

    String writeStrings(Map<String, String> strings) {
        return strings.isEmpty() ? "{}" : mapper.writeValueAsString(strings);
    }

    Map<String, String> readStrings(String text) {
        if (strings.size() > MOST_STRINGS) {
            strings.clear();
        }
        return strings.computeIfAbsent(text, unread -> Map.copyOf(mapper.readValue(unread, STRINGS)));
    }

    /// Lists and records that hold no secrets.
    String writePlain(Object value) {
        return mapper.writeValueAsString(value);
    }

    /// An object that [#writePlain] wrote: what looks like a seal in it is none.
    Map<String, Object> readPlainObject(String text) {
        return mapper.readValue(text, OBJECT);
    }

    <T> T readPlain(String text, Class<T> type) {
        return mapper.readValue(text, type);
    }

    private Map<String, Object> seal(String place, Map<?, ?> fields) {
        Map<String, Object> sealed = new LinkedHashMap<>();
        fields.forEach((key, value) -> sealed.put(String.valueOf(key), secret(String.valueOf(key), value)
                ? Map.of(SEALED, cipher.seal(mapper.writeValueAsString(value), place))
                : sealValue(place, value)));
        return sealed;
    }

    private Object sealValue(String place, Object value) {
        return switch (value) {
            case Map<?, ?> map -> seal(place, map);
            case List<?> list -> {
                List<Object> copy = new ArrayList<>();
                list.forEach(inner -> copy.add(sealValue(place, inner)));
                yield copy;
            }
            case null -> null;
            default -> value;
        };
    }

    /// A key of a client that happens to be our mark is sealed too: then every mark that is read back is ours.
    private static boolean secret(String key, Object value) {
        return value != null && (Secrets.isSecret(key) || key.equals(CONFIG_DRIVE) || key.equals(SEALED));
    }

    private Map<String, Object> openAll(String place, Map<?, ?> fields) {
        Map<String, Object> open = new LinkedHashMap<>();
        fields.forEach((key, value) -> open.put(String.valueOf(key), openValue(place, value)));
        return open;
    }

    private Object openValue(String place, Object value) {
        return switch (value) {
            case Map<?, ?> map when map.size() == 1 && map.get(SEALED) instanceof String sealed ->
                    mapper.readValue(cipher.open(sealed, place), Object.class);
            case Map<?, ?> map -> openAll(place, map);
            case List<?> list -> {
                List<Object> copy = new ArrayList<>();
                list.forEach(inner -> copy.add(openValue(place, inner)));
                yield copy;
            }
            case null -> null;
            default -> value;
        };
    }
}
