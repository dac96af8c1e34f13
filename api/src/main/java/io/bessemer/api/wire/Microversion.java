package io.bessemer.api.wire;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A version of the API, `1.minor`. Which ones are offered, and why: `docs/decisions/0030-microversions.md`.
public record Microversion(int minor) implements Comparable<Microversion> {
    public static final Microversion MINIMUM = new Microversion(1);
    public static final Microversion MAXIMUM = new Microversion(115);

    private static final Pattern FORM = Pattern.compile("1\\.(\\d{1,6})");

    public boolean atLeast(int other) {
        return minor >= other;
    }

    public boolean offered() {
        return compareTo(MINIMUM) >= 0 && compareTo(MAXIMUM) <= 0;
    }

    /// Reads `1.N` or `latest`; empty when it is neither.
    public static Optional<Microversion> parse(String text) {
        String trimmed = text.strip();
        if (trimmed.equalsIgnoreCase("latest")) {
            return Optional.of(MAXIMUM);
        }
        Matcher matcher = FORM.matcher(trimmed);
        return matcher.matches() ? Optional.of(new Microversion(Integer.parseInt(matcher.group(1)))) : Optional.empty();
    }

    @Override
    public int compareTo(Microversion other) {
        return Integer.compare(minor, other.minor);
    }

    @Override
    public String toString() {
        return "1." + minor;
    }
}
