package io.bessemer.agent.protocol;

/// A message that cannot be understood: names the field, what was found and what was expected.
public final class DecodeException extends Exception {
    private final String field;

    public DecodeException(String field, String expected, Object found) {
        super("%s must be %s, but is %s".formatted(field, expected, shown(found)));
        this.field = field;
    }

    /// Path of the field: `chunks[3].offset`.
    public String field() {
        return field;
    }

    private static String shown(Object found) {
        if (found == null) {
            return "absent";
        }
        String text = found instanceof CharSequence ? "'" + found + "'" : found.toString();
        return text.length() <= 80 ? text : text.substring(0, 80) + "...";
    }
}
