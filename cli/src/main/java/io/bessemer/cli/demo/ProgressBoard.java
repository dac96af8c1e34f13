package io.bessemer.cli.demo;

import io.bessemer.cli.terminal.LiveLines;
import io.bessemer.cli.terminal.Terminal;
import io.bessemer.cli.terminal.Terminal.Colour;
import io.bessemer.cli.terminal.WorkProgress;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/// One line a machine: state, phase, what it is at, elapsed. Of more than fit a terminal, one line a state, and those that failed.
final class ProgressBoard {
    static final int MOST_LINES = 20;

    private final Terminal terminal;
    private final LiveLines lines;

    ProgressBoard(Terminal terminal) {
        this.terminal = terminal;
        this.lines = new LiveLines(terminal);
    }

    void show(List<MachineRun> runs) {
        lines.show(runs.size() <= MOST_LINES ? runs.stream().map(this::line).toList() : summary(runs));
    }

    private List<LiveLines.Line> summary(List<MachineRun> runs) {
        var counts = new TreeMap<String, Integer>();
        runs.forEach(run -> counts.merge(run.failure().isEmpty() ? run.status().state() : "failed", 1, Integer::sum));
        long ended = runs.stream().filter(MachineRun::ended).count();
        long tenths = ended * 10 / runs.size();
        var all = new ArrayList<LiveLines.Line>();
        all.add(new LiveLines.Line("all", "%d machines %4d s  %s %d done".formatted(runs.size(), runs.stream().mapToLong(run -> run.elapsed().toSeconds()).max().orElse(0),
                WorkProgress.bar(ended, runs.size()), ended), "%d of %d machines, at least, are done".formatted(tenths * runs.size() / 10, runs.size())));
        counts.forEach((state, count) -> all.add(new LiveLines.Line(state, "  %4d %s".formatted(count, state), "some are: " + state)));
        runs.stream().filter(run -> !run.failure().isEmpty()).limit(MOST_LINES / 2).map(this::line).forEach(all::add);
        return all;
    }

    void end() {
        lines.end();
    }

    private LiveLines.Line line(MachineRun run) {
        MachineRun.Status status = run.status();
        String name = run.machine().name();
        String what = status.lastEvent();
        if (!run.failure().isEmpty()) {
            what = "failed: " + run.failure();
        } else if (run.ended()) {
            what = run.goal().reached();
        } else if (status.total() > 0) {
            what = "%s %d %%".formatted(WorkProgress.bar(status.done(), status.total()), status.done() * 100 / status.total());
        }
        String head = "%-8s %4d s  %-14s %-9s ".formatted(Terminal.cut(name, 8), run.elapsed().toSeconds(), Terminal.cut(status.state(), 14),
                Terminal.cut(status.phase(), 9));
        String text = head + Terminal.cut(what, Math.max(0, terminal.width() - 1 - head.length()));
        if (!run.failure().isEmpty()) {
            text = terminal.paint(Colour.RED, text);
        } else if (run.ended()) {
            text = terminal.paint(Colour.GREEN, text);
        }
        // without a terminal: no clock and no percentages in what decides whether there is news
        String news = run.failure().isEmpty() && !run.ended() ? status.lastEvent() : what;
        return new LiveLines.Line(name, text, "%s: %s: %s".formatted(name, status.state(), news));
    }
}
