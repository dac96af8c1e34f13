package io.bessemer.ipmi.event;

import io.bessemer.ipmi.event.SelRecord.Event;
import io.bessemer.ipmi.sensor.Health;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/// Events in words, by the tables of the specification in `events.txt`.
public final class EventWords {
    private static final int NONE = -1;
    /// thresholds of offsets 0, 2, 4, ...; odd ones go high (IPMI 2.0 table 42-2)
    private static final String[] THRESHOLDS = {"Lower Non-critical", "Lower Critical", "Lower Non-recoverable", "Upper Non-critical", "Upper Critical", "Upper Non-recoverable"};
    private static final Map<Integer, Said> TABLE = read();

    private record Said(String words, Health health) {}

    private EventWords() {
    }

    private static Map<Integer, Said> read() {
        Map<Integer, Said> table = new HashMap<>();
        int of = 0;
        try (InputStream in = EventWords.class.getResourceAsStream("events.txt")) {
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
                if (line.startsWith("#")) {
                    continue;
                }
                String[] words = line.strip().split(" ", 3);
                if (line.startsWith(" ")) {
                    table.put(key(of >> 16, of & 0xff, Integer.parseInt(words[0])), new Said(words[2], health(words[1])));
                    continue;
                }
                of = (words[0].equals("sensor") ? Event.BY_SENSOR_TYPE : 0) << 16 | Integer.decode(words[1]);
                table.put(key(of >> 16, of & 0xff, NONE), new Said(words[2], Health.UNTOLD));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return table;
    }

    private static int key(int table, int type, int offset) {
        return table << 16 | type << 8 | offset & 0xff;
    }

    private static Health health(String letter) {
        return switch (letter) {
            case "C" -> Health.CRITICAL;
            case "W" -> Health.WARNING;
            case "O" -> Health.OK;
            default -> Health.UNTOLD;
        };
    }

    /// `Power Supply`; `0xc3` of the maker's own
    public static String sensorType(int type) {
        Said said = TABLE.get(key(Event.BY_SENSOR_TYPE, type, NONE));
        return said == null ? "0x%02x".formatted(type) : said.words();
    }

    /// `Upper Critical going high`; what no table has by its numbers.
    public static String of(Event event) {
        if (event.eventType() == Event.THRESHOLD) {
            return event.offset() < 2 * THRESHOLDS.length ? THRESHOLDS[event.offset() / 2] + (event.offset() % 2 == 0 ? " going low" : " going high") : numbers(event);
        }
        Said said = said(event);
        return said == null ? numbers(event) : said.words();
    }

    private static String numbers(Event event) {
        return "event type 0x%02x, state %d".formatted(event.eventType(), event.offset());
    }

    /// Of what is there now: a trouble that went is well again.
    public static Health health(Event event) {
        if (event.eventType() == Event.THRESHOLD) {
            Health passed = event.offset() >= 2 * THRESHOLDS.length ? Health.UNTOLD : event.offset() / 2 % 3 == 0 ? Health.WARNING : Health.CRITICAL;
            return event.asserted() ? passed : Health.OK;
        }
        Said said = said(event);
        if (said == null) {
            return Health.UNTOLD;
        }
        if (event.asserted()) {
            return said.health();
        }
        return said.health().compareTo(Health.OK) > 0 ? Health.OK : Health.UNTOLD;
    }

    private static Said said(Event event) {
        return event.eventType() == Event.BY_SENSOR_TYPE ? TABLE.get(key(Event.BY_SENSOR_TYPE, event.sensorType(), event.offset()))
                : TABLE.get(key(0, event.eventType(), event.offset()));
    }
}
