package io.bessemer.cli.terminal;

import java.io.PrintStream;

/// Where output goes, and what it may look like there.
///
/// @param out         data and progress
/// @param interactive a person watches: colour, and lines that are drawn over
/// @param width       columns
public record Terminal(PrintStream out, PrintStream err, boolean interactive, int width) {
    private static final int DEFAULT_WIDTH = 80;
    private static final int NARROWEST = 40;
    private static final String ESCAPE = "\u001b[";

    public enum Colour {
        RED("31"), GREEN("32"), YELLOW("33"), BLUE("34"), DIM("2"), BOLD("1");

        private final String code;

        Colour(String code) {
            this.code = code;
        }
    }

    /// The terminal of this process, if its output is one.
    public static Terminal ofProcess() {
        boolean interactive = System.console() != null && System.console().isTerminal() && !"dumb".equals(System.getenv("TERM"));
        return new Terminal(System.out, System.err, interactive, columns(System.getenv("COLUMNS")));
    }

    static int columns(String text) {
        if (text == null || !text.matches("[0-9]{1,4}")) {
            return DEFAULT_WIDTH;
        }
        return Math.max(NARROWEST, Integer.parseInt(text));
    }

    public String paint(Colour colour, String text) {
        return interactive && System.getenv("NO_COLOR") == null ? ESCAPE + colour.code + "m" + text + ESCAPE + "0m" : text;
    }

    public void line(String text) {
        out.println(text);
    }

    public void line(String format, Object... arguments) {
        out.println(format.formatted(arguments));
    }

    /// Cuts to `width` columns, ending in `…`.
    public static String cut(String text, int width) {
        if (text.length() <= width) {
            return text;
        }
        return width <= 1 ? text.substring(0, Math.max(0, width)) : text.substring(0, width - 1) + "…";
    }
}
