package io.bessemer.api.wire;

import io.bessemer.core.fault.Failure;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

/// JSON values of the types that fields have. A value of another type is `Failure.Invalid`, by the field's name.
public final class Values {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss[.SSSSSS]'+00:00'", Locale.ROOT);
    private static final int SHOWN = 80;

    private Values() {
    }

    public static String text(Object value, String field) {
        if (value instanceof String text) {
            return text;
        }
        throw wrong(value, field, "a string");
    }

    /// @param longest in characters
    public static String text(Object value, String field, int longest) {
        String text = text(value, field);
        if (text.length() > longest) {
            throw new Failure.Invalid(field, "has %d characters, at most %d are allowed.".formatted(text.length(), longest));
        }
        if (text.indexOf('\0') >= 0) {
            throw new Failure.Invalid(field, "must not contain NUL characters.");
        }
        return text;
    }

    /// Accepts the words that Ironic takes for booleans too.
    public static boolean flag(Object value, String field) {
        if (value instanceof Boolean flag) {
            return flag;
        }
        if (value instanceof String text) {
            switch (text.strip().toLowerCase(Locale.ROOT)) {
                case "true", "t", "yes", "y", "on", "1" -> {
                    return true;
                }
                case "false", "f", "no", "n", "off", "0" -> {
                    return false;
                }
                default -> { }
            }
        }
        throw wrong(value, field, "true or false");
    }

    public static int wholeNumber(Object value, String field) {
        if (value instanceof Integer number) {
            return number;
        }
        if (value instanceof String text && text.matches("-?\\d{1,9}")) {
            return Integer.parseInt(text);
        }
        throw wrong(value, field, "a whole number");
    }

    public static UUID uuid(Object value, String field) {
        if (value instanceof String text && text.length() == 36) {
            try {
                return UUID.fromString(text);
            } catch (IllegalArgumentException notAUuid) {
                throw wrong(value, field, "a UUID");
            }
        }
        throw wrong(value, field, "a UUID");
    }

    public static Map<String, Object> object(Object value, String field) {
        if (value instanceof Map<?, ?> map) {
            Map<String, Object> object = new LinkedHashMap<>();
            map.forEach((key, inner) -> object.put(String.valueOf(key), inner));
            return object;
        }
        throw wrong(value, field, "a JSON object");
    }

    public static List<Object> list(Object value, String field) {
        if (value instanceof List<?> list) {
            return list.stream().map(Object.class::cast).toList();
        }
        throw wrong(value, field, "a JSON array");
    }

    /// As Ironic writes it, or null.
    public static String time(Instant at) {
        if (at == null) {
            return null;
        }
        Instant micros = at.truncatedTo(ChronoUnit.MICROS);
        String text = TIME.format(micros.atOffset(ZoneOffset.UTC));
        return micros.getNano() == 0 ? text.replace(".000000", "") : text;
    }

    private static Failure.Invalid wrong(Object value, String field, String expected) {
        String found = value instanceof String text ? "'" + text + "'" : String.valueOf(value);
        return new Failure.Invalid(field, "%s is not %s.".formatted(found.length() > SHOWN ? found.substring(0, SHOWN) + "..." : found, expected));
    }
}
