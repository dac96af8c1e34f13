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
                FieldChange shown = field.masked();
                String values = change.action() == Action.CREATE && !field.path().equals("state") ? word(shown.after())
                        : word(shown.before()) + " -> " + word(shown.after());
                lines.add(Terminal.cut("    %s: %s".formatted(field.path(), values), terminal.width()));
            }
        }
        lines.add("%d to create, %d to change, %d unchanged".formatted(count(changes, Action.CREATE), count(changes, Action.CHANGE),
                count(changes, Action.UNCHANGED)));
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
            default -> JSON.writeValueAsString(value);
        };
    }
}
