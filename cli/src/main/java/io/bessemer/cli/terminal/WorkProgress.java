package io.bessemer.cli.terminal;

import io.bessemer.core.program.Progress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/// Shows one piece of long work: a bar on a terminal, elsewhere a line for each step.
public final class WorkProgress implements Progress {
    private static final int BAR_COLUMNS = 20;
    private static final Duration BETWEEN_DRAWS = Duration.ofMillis(100);

    private final Terminal terminal;
    private final LiveLines lines;
    private final String title;
    private final Instant begin = Instant.now();
    private Instant lastDraw = Instant.EPOCH;
    private String lastStep = "";

    public WorkProgress(Terminal terminal, String title) {
        this.terminal = terminal;
        this.lines = new LiveLines(terminal);
        this.title = title;
    }

    @Override
    public synchronized void report(String what, long done, long total) {
        Instant now = Instant.now();
        boolean sameStep = what.equals(lastStep);
        if (sameStep && Duration.between(lastDraw, now).compareTo(BETWEEN_DRAWS) < 0 && done < total) {
            return;
        }
        lastDraw = now;
        lastStep = what;
        String text = total > 0 ? "%s %s %3d %%  %s".formatted(title, bar(done, total), Math.clamp(done * 100 / total, 0, 100), what)
                : "%s  %s".formatted(title, what);
        lines.show(List.of(new LiveLines.Line(title, Terminal.cut(text, terminal.width() - 1), title + ": " + what)));
    }

    public synchronized void done(String result) {
        String text = "%s  %s  (%.1f s)".formatted(title, result, Duration.between(begin, Instant.now()).toMillis() / 1000.0);
        lines.show(List.of(new LiveLines.Line(title, terminal.paint(Terminal.Colour.GREEN, Terminal.cut(text, terminal.width() - 1)), text)));
        lines.end();
    }

    public static String bar(long done, long total) {
        int full = total <= 0 ? 0 : (int) Math.clamp(done * BAR_COLUMNS / total, 0, BAR_COLUMNS);
        return "[" + "=".repeat(full) + " ".repeat(BAR_COLUMNS - full) + "]";
    }
}
