package io.bessemer.agent.protocol;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// Reads the fields of one decoded JSON object. The messages of hosts are read by it too. `path` is put before the names in complaints: `chunks[3].`.
public record Fields(Map<String, Object> map, String path) {
    private static final int LONGEST_TEXT = 65_536;

    public static Fields of(Object value, String path) throws DecodeException {
        return new Fields(object(value, path), path.isEmpty() ? "" : path + ".");
    }

    public String text(String name) throws DecodeException {
        if (map.get(name) instanceof String text && text.length() <= LONGEST_TEXT) {
            return text;
        }
        throw wrong(name, "a text of at most " + LONGEST_TEXT + " characters");
    }

    public String text(String name, String whenAbsent) throws DecodeException {
        return map.get(name) == null ? whenAbsent : text(name);
    }

    public long number(String name, long lowest, long highest) throws DecodeException {
        if (map.get(name) instanceof Number number && !(number instanceof Double || number instanceof Float)) {
            long value = number.longValue();
            if (value >= lowest && value <= highest && number.toString().equals(Long.toString(value))) {
                return value;
            }
        }
        throw wrong(name, "a whole number from %d to %d".formatted(lowest, highest));
    }

    /// Whole or with a fraction; finite.
    public double decimal(String name, double lowest, double highest) throws DecodeException {
        if (map.get(name) instanceof Number number && number.doubleValue() >= lowest && number.doubleValue() <= highest) {
            return number.doubleValue();
        }
        throw wrong(name, "a number from %s to %s".formatted(lowest, highest));
    }

    public boolean flag(String name) throws DecodeException {
        if (map.get(name) instanceof Boolean flag) {
            return flag;
        }
        throw wrong(name, "true or false");
    }

    public Instant time(String name) throws DecodeException {
        try {
            return Instant.parse(text(name));
        } catch (DateTimeParseException e) {
            throw wrong(name, "a time as in 2026-01-01T00:00:00Z");
        }
    }

    public String hash(String name) throws DecodeException {
        if (map.get(name) instanceof String text && text.length() == 64 && text.chars().allMatch(Fields::lowerHex)) {
            return text;
        }
        throw wrong(name, "a SHA-256 in 64 lower-case hex digits");
    }

    public UUID uuid(String name) throws DecodeException {
        try {
            return UUID.fromString(text(name));
        } catch (IllegalArgumentException e) {
            throw wrong(name, "a UUID");
        }
    }

    /// Empty when absent.
    public Map<String, Object> object(String name) throws DecodeException {
        return map.get(name) == null ? Map.of() : object(map.get(name), path + name);
    }

    public List<?> list(String name, int longest) throws DecodeException {
        if (map.get(name) instanceof List<?> list && list.size() <= longest) {
            return list;
        }
        throw wrong(name, "a list of at most " + longest + " elements");
    }

    public DecodeException wrong(String name, String expected) {
        Object found = map.get(name);
        return new DecodeException(path + name, expected, found instanceof List<?> list ? "a list of " + list.size() : found);
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> object(Object value, String path) throws DecodeException {
        if (value instanceof Map<?, ?> map && map.keySet().stream().allMatch(String.class::isInstance)) {
            return (Map<String, Object>) map;
        }
        throw new DecodeException(path.isEmpty() ? "message" : path, "an object", value);
    }

    private static boolean lowerHex(int character) {
        return character >= '0' && character <= '9' || character >= 'a' && character <= 'f';
    }
}
