package io.bessemer.cli.client;

import java.util.function.Predicate;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Server-sent events (the HTML standard, 9.2.6), as far as our server makes use of them: `id`, `event` and one line of `data`.
public final class EventStream {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private String cursor;
    private String type = "";
    private JsonNode data;

    /// @param cursor where to begin
    EventStream(String cursor) {
        this.cursor = cursor;
    }

    /// One of what the server sends.
    ///
    /// @param type of the event; `reset`, `cut` and `end` are the server's last words
    public record Message(String cursor, String type, JsonNode data) {}

    /// Takes the lines as they come, until `listener` has enough or there are no more.
    ///
    /// @param listener false to end
    void read(Stream<String> lines, Predicate<Message> listener) {
        lines.takeWhile(line -> taken(line, listener)).forEach(_ -> {});
    }

    String cursor() {
        return cursor;
    }

    private boolean taken(String line, Predicate<Message> listener) {
        if (line.isEmpty()) {
            Message message = data == null ? null : new Message(cursor, type, data);
            type = "";
            data = null;
            return message == null || listener.test(message);
        }
        int colon = line.indexOf(": ");
        String value = colon < 0 ? "" : line.substring(colon + 2);
        switch (colon < 0 ? line : line.substring(0, colon)) {
            case "id" -> cursor = value;
            case "event" -> type = value;
            case "data" -> data = JSON.readTree(value);
            default -> { } // comments, and the time to wait before coming again
        }
        return true;
    }
}
