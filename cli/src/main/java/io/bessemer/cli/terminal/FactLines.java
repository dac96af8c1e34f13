package io.bessemer.cli.terminal;

import java.util.ArrayList;
import java.util.List;

/// What is known of one thing: a name and its value on each line, long values wrapped below each other.
public final class FactLines {
    private static final String INDENT = "  ";

    private final List<String> names = new ArrayList<>();
    private final List<String> values = new ArrayList<>();

    /// Left out when there is nothing to say.
    ///
    /// @param value null or blank for nothing
    public FactLines add(String name, String value) {
        if (value != null && !value.isBlank() && !value.equals("-")) {
            names.add(name);
            values.add(value);
        }
        return this;
    }

    public List<String> lines(int width) {
        int column = names.stream().mapToInt(String::length).max().orElse(0);
        String further = " ".repeat(INDENT.length() + column + 2);
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            String head = INDENT + names.get(i) + " ".repeat(column - names.get(i).length() + 2);
            for (String line : wrap(values.get(i), width - further.length())) {
                lines.add(head + line);
                head = further;
            }
        }
        return lines;
    }

    public void print(Terminal terminal) {
        lines(terminal.width()).forEach(line -> terminal.line("%s", line));
    }

    /// Lines of at most `width` columns, at least one. A word that is longer, such as a path or a hash, is broken.
    public static List<String> wrap(String text, int width) {
        List<String> lines = new ArrayList<>();
        for (String paragraph : text.split("\n")) {
            StringBuilder line = new StringBuilder();
            for (String word : paragraph.strip().split(" +")) {
                if (!line.isEmpty() && line.length() + 1 + word.length() > width) {
                    lines.add(line.toString());
                    line.setLength(0);
                }
                line.append(line.isEmpty() ? "" : " ").append(word);
                while (line.length() > width) {
                    lines.add(line.substring(0, width));
                    line.delete(0, width);
                }
            }
            lines.add(line.toString());
        }
        return lines;
    }
}
