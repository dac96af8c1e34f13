package io.bessemer.cli.node;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import tools.jackson.databind.JsonNode;

/// Values of the API in the words of a terminal.
public final class NodeText {
    private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm:ss.SSS");

    private NodeText() {}

    public static String of(JsonNode value) {
        if (value.isNull() || value.isMissingNode() || value.isObject() && value.isEmpty()) {
            return "";
        }
        return value.isString() ? value.asString() : value.toString();
    }

    /// `-` for what nobody tells.
    static String yesOrNo(JsonNode flag) {
        return !flag.isBoolean() ? "-" : flag.asBoolean(false) ? "yes" : "no";
    }

    /// The time of day where the user is.
    public static String clock(JsonNode time) {
        Instant instant = instant(time);
        return instant == null ? "" : LocalTime.ofInstant(instant, ZoneId.systemDefault()).format(CLOCK);
    }

    /// Null when the value is not a time.
    public static Instant instant(JsonNode time) {
        try {
            return time.isString() ? OffsetDateTime.parse(time.asString()).toInstant() : null;
        } catch (DateTimeParseException e) {
            return null;
        }
    }

    /// `8 s`, `3 min 5 s`, `2 h 10 min`, `3 d 4 h`.
    public static String duration(Duration duration) {
        long seconds = Math.max(0, duration.toSeconds());
        if (seconds < 60) {
            return seconds + " s";
        }
        if (seconds < 3600) {
            return "%d min %d s".formatted(seconds / 60, seconds % 60);
        }
        return seconds < 48 * 3600 ? "%d h %d min".formatted(seconds / 3600, seconds % 3600 / 60) : "%d d %d h".formatted(seconds / 86_400, seconds % 86_400 / 3600);
    }

    /// `12:03:04.512  dhcp       discover  52:54:.. asks for an address`
    public static String event(JsonNode event) {
        return "%s  %-9s  %-12s  %s".formatted(clock(event.path("at")), event.path("phase").asString(""), event.path("event").asString(""),
                event.path("message").asString("")).stripTrailing();
    }
}
