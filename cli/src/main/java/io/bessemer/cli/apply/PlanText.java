package io.bessemer.cli.apply;

import io.bessemer.cli.apply.Change.Action;
import io.bessemer.cli.apply.Change.FieldChange;
import io.bessemer.cli.terminal.Terminal;
import io.bessemer.cli.terminal.Terminal.Colour;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/// A plan in words and in JSON; no secret is in either.
final class PlanText {
    private static final JsonMapper JSON = JsonMapper.shared();

    private PlanText() {}

    static List<String> lines(List<Change> changes, Terminal terminal) {
        List<String> lines = new ArrayList<>();
        for (Change change : changes) {
            String thing = change.what().kind().title() + " " + change.what().name();
            switch (change.action()) {
                case CREATE -> lines.add(terminal.paint(Colour.GREEN, "+ " + thing));
                case CHANGE -> lines.add(terminal.paint(Colour.YELLOW, "~ " + thing));
                case UNCHANGED -> lines.add(terminal.paint(Colour.DIM, "= " + thing));
            }
            for (FieldChange field : change.fields()) {
                boolean created = change.action() == Action.CREATE && !field.path().equals("state");
                lines.addAll(field(field.masked(), created, terminal.width()));
            }
        }
        lines.add("%d to create, %d to change, %d unchanged".formatted(count(changes, Action.CREATE), count(changes, Action.CHANGE),
                count(changes, Action.UNCHANGED)));
        return lines;
    }

    /// On one line if it fits; else the values below each other, a list by the elements that come and go.
    private static List<String> field(FieldChange field, boolean created, int width) {
        String line = "    %s: %s".formatted(field.path(), created ? word(field.after()) : word(field.before()) + " -> " + word(field.after()));
        if (line.length() <= width) {
            return List.of(line);
        }
        List<String> lines = new ArrayList<>(List.of("    " + field.path() + ":"));
        elements(field.before()).stream().filter(one -> !elements(field.after()).contains(one)).forEach(one -> lines.addAll(wrapped("      - ", one, width)));
        elements(field.after()).stream().filter(one -> !elements(field.before()).contains(one)).forEach(one -> lines.addAll(wrapped("      + ", one, width)));
        if (lines.size() == 1) {
            lines.add("      the same in another order");
        }
        return lines;
    }

    private static List<String> elements(Object value) {
        return switch (value) {
            case null -> List.of();
            case List<?> list -> list.stream().map(PlanText::word).toList();
            default -> List.of(word(value));
        };
    }

    private static List<String> wrapped(String head, String text, int width) {
        List<String> lines = new ArrayList<>();
        int room = width - head.length();
        for (int from = 0; from == 0 || from < text.length(); from += room) {
            lines.add((from == 0 ? head : " ".repeat(head.length())) + text.substring(from, Math.min(text.length(), from + room)));
        }
        return lines;
    }

    static Map<String, Object> json(List<Change> changes, boolean applied) {
        List<Object> shown = new ArrayList<>();
        for (Change change : changes) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("kind", change.what().kind().key());
            one.put("name", change.what().name());
            one.put("action", change.action().name().toLowerCase(Locale.ROOT));
            one.put("fields", change.fields().stream().map(FieldChange::masked).toList());
            shown.add(one);
        }
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("applied", applied);
        all.put("changes", shown);
        return all;
    }

    private static long count(List<Change> changes, Action action) {
        return changes.stream().filter(change -> change.action() == action).count();
    }

    private static String word(Object value) {
        return switch (value) {
            case null -> "(none)";
            case String text when !text.isEmpty() -> text;
            case Map<?, ?> map -> JSON.writeValueAsString(withoutNull(map));
            default -> JSON.writeValueAsString(value);
        };
    }

    /// A member that is null says no more than one that is absent, and the server shows them all.
    private static Map<Object, Object> withoutNull(Map<?, ?> map) {
        Map<Object, Object> copy = new LinkedHashMap<>();
        map.forEach((key, value) -> {
            if (value != null) {
                copy.put(key, value);
            }
        });
        return copy;
    }
}
