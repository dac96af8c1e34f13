package io.bessemer.cli.terminal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A block of lines that is drawn over as they change. Where nobody watches, each line is printed when its `news` changes.
public final class LiveLines {
    private final Terminal terminal;
    private final Map<String, String> lastNews = new HashMap<>();
    private int drawn;

    public LiveLines(Terminal terminal) {
        this.terminal = terminal;
    }

    /// @param text what is drawn on a terminal
    /// @param news what is printed elsewhere, once for each change
    public record Line(String key, String text, String news) {}

    public synchronized void show(List<Line> lines) {
        if (!terminal.interactive()) {
            for (Line line : lines) {
                if (!line.news().equals(lastNews.put(line.key(), line.news()))) {
                    terminal.line(line.news());
                }
            }
            return;
        }
        var block = new StringBuilder();
        if (drawn > 0) {
            block.append("\u001b[").append(drawn).append('A');
        }
        for (Line line : lines) {
            block.append("\r\u001b[2K").append(line.text()).append('\n');
        }
        block.append("\u001b[J");
        terminal.out().print(block);
        terminal.out().flush();
        drawn = lines.size();
    }

    /// What is drawn stays; the next block begins below.
    public synchronized void end() {
        drawn = 0;
    }

    /// A line above the block.
    public synchronized void say(String text) {
        if (terminal.interactive() && drawn > 0) {
            terminal.out().print("\u001b[" + drawn + "A\r\u001b[J");
            drawn = 0;
        }
        terminal.line(text);
    }

    /// The lines of one long piece of work.
    public static List<Line> one(String key, String text, String news) {
        var lines = new ArrayList<Line>();
        lines.add(new Line(key, text, news));
        return lines;
    }
}
