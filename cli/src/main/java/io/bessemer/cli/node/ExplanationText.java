package io.bessemer.cli.node;

import io.bessemer.cli.terminal.Terminal;
import io.bessemer.cli.terminal.Terminal.Colour;
import io.bessemer.cli.terminal.WorkProgress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// Why a node is where it is, with the end of its timeline.
public final class ExplanationText {
    private static final int LAST_EVENTS = 12;

    private ExplanationText() {}

    public static List<String> lines(Terminal terminal, JsonNode explanation, List<JsonNode> timeline, Instant now) {
        var lines = new ArrayList<String>();
        wrap(explanation.path("summary").asString("The server gave no summary."), terminal.width(), "")
                .forEach(line -> lines.add(terminal.paint(Colour.BOLD, line)));
        lines.add("");
        fact(lines, "State", explanation.path("state").asString(""));
        fact(lines, "Phase", phase(explanation, now));
        fact(lines, "Progress", progress(explanation.path("progress")));
        fact(lines, "Usually", usual(explanation.path("usual_seconds")));
        fact(lines, "Last seen", lastSeen(explanation, now));
        Instant deadline = NodeText.instant(explanation.path("deadline"));
        fact(lines, "Gives up", deadline == null ? "" : "in " + NodeText.duration(Duration.between(now, deadline)));
        int retries = explanation.path("retries").asInt(0);
        fact(lines, "Retries", retries == 0 ? "" : Integer.toString(retries));
        advice(lines, explanation.path("advice"), terminal.width());
        console(lines, explanation, terminal);
        if (!timeline.isEmpty()) {
            lines.add("");
            lines.add(terminal.paint(Colour.BOLD, "Timeline (last %d)".formatted(Math.min(LAST_EVENTS, timeline.size()))));
            timeline.subList(Math.max(0, timeline.size() - LAST_EVENTS), timeline.size())
                    .forEach(event -> lines.add("  " + Terminal.cut(NodeText.event(event), terminal.width() - 2)));
        }
        return lines;
    }

    /// What the machine said last, if it was recorded, else why not.
    private static void console(List<String> lines, JsonNode explanation, Terminal terminal) {
        JsonNode said = explanation.path("console");
        String none = explanation.path("no_console").asString("");
        if (said.isEmpty() && none.isEmpty()) {
            return;
        }
        lines.add("");
        lines.add(terminal.paint(Colour.BOLD, said.isEmpty() ? "Console" : "Console (last %d lines)".formatted(said.size())));
        said.forEach(line -> lines.add("  " + Terminal.cut(line.asString(""), terminal.width() - 2)));
        if (!none.isEmpty()) {
            wrap("Not connected: " + none, terminal.width() - 2, "").forEach(line -> lines.add("  " + line));
        }
    }

    /// `[====      ] 42 % write, 110 of 262 MB`; empty when no command runs.
    public static String progress(JsonNode progress) {
        if (!progress.isObject()) {
            return "";
        }
        long done = progress.path("done").asLong(0);
        long total = progress.path("total").asLong(0);
        String words = (progress.path("phase").asString("") + " " + progress.path("message").asString("")).strip();
        return total <= 0 ? words : "%s %d %% %s, %d of %d MB".formatted(WorkProgress.bar(done, total), Math.clamp(done * 100 / total, 0, 100), words,
                done / 1_000_000, total / 1_000_000);
    }

    private static void fact(List<String> lines, String name, String value) {
        if (!value.isEmpty()) {
            lines.add("  %-10s %s".formatted(name, value));
        }
    }

    private static String phase(JsonNode explanation, Instant now) {
        String phase = explanation.path("phase").asString("");
        Instant since = NodeText.instant(explanation.path("since"));
        return phase.isEmpty() || since == null ? phase : "%s, for %s".formatted(phase, NodeText.duration(Duration.between(since, now)));
    }

    private static String lastSeen(JsonNode explanation, Instant now) {
        String seen = explanation.path("last_seen").asString("");
        Instant at = NodeText.instant(explanation.path("last_seen_at"));
        return seen.isEmpty() || at == null ? seen : "%s, %s ago".formatted(seen, NodeText.duration(Duration.between(at, now)));
    }

    private static String usual(JsonNode seconds) {
        return seconds.isNumber() ? NodeText.duration(Duration.ofMillis((long) (seconds.asDouble() * 1000))) : "";
    }

    private static void advice(List<String> lines, JsonNode advice, int width) {
        if (advice.isEmpty()) {
            return;
        }
        lines.add("");
        lines.add("What to try:");
        int number = 1;
        for (JsonNode item : advice) {
            List<String> wrapped = wrap(item.asString(""), width - 5, "");
            for (int i = 0; i < wrapped.size(); i++) {
                lines.add((i == 0 ? "  %d. ".formatted(number) : "     ") + wrapped.get(i));
            }
            number++;
        }
    }

    static List<String> wrap(String text, int width, String indent) {
        var lines = new ArrayList<String>();
        var line = new StringBuilder(indent);
        for (String word : text.split(" ")) {
            if (line.length() > indent.length() && line.length() + 1 + word.length() > width) {
                lines.add(line.toString());
                line = new StringBuilder(indent);
            }
            line.append(line.length() > indent.length() ? " " : "").append(word);
        }
        lines.add(line.toString());
        return lines;
    }
}
