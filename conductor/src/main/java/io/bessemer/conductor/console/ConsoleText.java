package io.bessemer.conductor.console;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/// A console's text for reading: a file keeps what the machine sent, colours, cursor movements and all; a view has none of it.
public final class ConsoleText {
    /// ECMA-48 control sequences, operating system commands, and the short ones
    private static final Pattern ESCAPES = Pattern.compile("\u001b\\[[0-?]*[ -/]*[@-~]|\u001b\\][^\u0007\u001b]{0,200}(\u0007|\u001b\\\\)|\u001b[ -/]*[0-~]");
    private static final Pattern CONTROL = Pattern.compile("[\\p{Cc}&&[^\t]]");
    private static final int LONGEST_LINE = 500;

    private ConsoleText() {
    }

    /// Lines that say something. Of a line that was drawn over, the last state.
    public static List<String> lines(byte[] raw) {
        String text = new String(raw, StandardCharsets.UTF_8);
        // what follows a cursor movement stood elsewhere on the screen
        text = text.replaceAll("\u001b\\[[0-9;]*[Hf]", "\n");
        text = ESCAPES.matcher(text).replaceAll("").replace("\r\n", "\n");
        return Arrays.stream(text.split("\n")).map(ConsoleText::drawnOver).map(line -> CONTROL.matcher(line).replaceAll("").stripTrailing()).filter(line -> !line.isBlank())
                .map(line -> line.length() > LONGEST_LINE ? line.substring(0, LONGEST_LINE) + "…" : line).toList();
    }

    private static String drawnOver(String line) {
        String stripped = line.stripTrailing();
        return stripped.substring(stripped.lastIndexOf('\r') + 1);
    }

    public static List<String> last(List<String> lines, int most) {
        return lines.subList(Math.max(0, lines.size() - most), lines.size());
    }
}
