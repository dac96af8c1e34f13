package io.bessemer.cli.terminal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Columns of text, as wide as needed and no wider than the terminal: the widest give way first.
public final class Table {
    private static final String GAP = "  ";
    private static final int NARROWEST_COLUMN = 6;

    private final List<String> head;
    private final List<List<String>> rows = new ArrayList<>();

    public Table(String... head) {
        this.head = List.of(head);
    }

    public Table row(Object... cells) {
        if (cells.length != head.size()) {
            throw new IllegalArgumentException("%d cells for %d columns".formatted(cells.length, head.size()));
        }
        rows.add(Arrays.stream(cells).map(cell -> cell == null ? "" : cell.toString()).toList());
        return this;
    }

    public List<String> lines(int width) {
        int[] widths = widths(width);
        var lines = new ArrayList<String>();
        lines.add(line(head, widths));
        rows.forEach(row -> lines.add(line(row, widths)));
        return lines;
    }

    public void print(Terminal terminal) {
        List<String> lines = lines(terminal.width());
        terminal.line(terminal.paint(Terminal.Colour.BOLD, lines.getFirst()));
        lines.subList(1, lines.size()).forEach(line -> terminal.line(line));
    }

    private int[] widths(int width) {
        int[] widths = new int[head.size()];
        for (int column = 0; column < widths.length; column++) {
            int index = column;
            widths[column] = Math.max(head.get(column).length(), rows.stream().mapToInt(row -> row.get(index).length()).max().orElse(0));
        }
        int room = width - GAP.length() * (widths.length - 1);
        while (Arrays.stream(widths).sum() > room) {
            int widest = 0;
            for (int column = 1; column < widths.length; column++) {
                widest = widths[column] > widths[widest] ? column : widest;
            }
            if (widths[widest] <= NARROWEST_COLUMN) {
                break;
            }
            widths[widest]--;
        }
        return widths;
    }

    private static String line(List<String> cells, int[] widths) {
        var line = new StringBuilder();
        for (int column = 0; column < widths.length; column++) {
            String cell = Terminal.cut(cells.get(column), widths[column]);
            line.append(column == 0 ? "" : GAP).append(cell).append(" ".repeat(widths[column] - cell.length()));
        }
        return line.toString().stripTrailing();
    }
}
