package io.bessemer.api.pool;

import io.bessemer.api.wire.Values;
import io.bessemer.core.fault.Failure;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;

/// JSON values of the shapes that pools and profiles have, refused by their paths.
final class Shapes {
    private static final int LONGEST_DESCRIPTION = 4096;
    private static final Duration LONGEST = Duration.ofDays(7);

    private Shapes() {
    }

    static String description(Object value, String field) {
        return value == null ? null : Values.text(value, field, LONGEST_DESCRIPTION);
    }

    /// An object with these members and no others.
    static Map<String, Object> object(Object value, String field, String... known) {
        Map<String, Object> object = Values.object(value, field);
        object.keySet().stream().filter(key -> !List.of(known).contains(key)).findFirst().ifPresent(key -> {
            throw new Failure.Invalid(field + "/" + key, "is not known. Known: %s.".formatted(String.join(", ", known)));
        });
        return object;
    }

    /// @param most elements
    /// @param each checks an element, which it gets with its path
    static <T> List<T> list(Object value, String field, int most, BiFunction<Object, String, T> each) {
        if (value == null) {
            return List.of();
        }
        List<Object> elements = Values.list(value, field);
        if (elements.size() > most) {
            throw new Failure.Invalid(field, "has %d elements, at most %d are allowed.".formatted(elements.size(), most));
        }
        List<T> checked = new ArrayList<>();
        for (int i = 0; i < elements.size(); i++) {
            checked.add(each.apply(elements.get(i), field + "/" + i));
        }
        return checked;
    }

    static <T> void requireUnique(List<T> all, Function<T, String> key, String field, String what) {
        Set<String> seen = new HashSet<>();
        all.stream().map(key).filter(name -> !seen.add(name)).findFirst().ifPresent(name -> {
            throw new Failure.Invalid(field, "%s '%s' is there twice.".formatted(what, name));
        });
    }

    static int number(Object value, String field, int least, int most) {
        int number = Values.wholeNumber(value, field);
        if (number < least || number > most) {
            throw new Failure.Invalid(field, "%d is not between %d and %d.".formatted(number, least, most));
        }
        return number;
    }

    static <E extends Enum<E>> E word(Object value, String field, Function<String, Optional<E>> fromWire, Function<E, String> wire, Class<E> type) {
        String text = Values.text(value, field);
        return fromWire.apply(text).orElseThrow(() -> new Failure.Invalid(field, "'%s' is not one of %s.".formatted(text,
                String.join(", ", Arrays.stream(type.getEnumConstants()).map(wire).toList()))));
    }

    /// Whole seconds, as a number or in ISO 8601: `1800` and `PT30M` are the same.
    static Duration duration(Object value, String field) {
        Duration duration = value instanceof String text && text.startsWith("P") ? iso(text, field) : Duration.ofSeconds(Values.wholeNumber(value, field));
        if (duration.compareTo(Duration.ofSeconds(1)) < 0 || duration.compareTo(LONGEST) > 0) {
            throw new Failure.Invalid(field, "%s is not between 1 second and %d days.".formatted(value, LONGEST.toDays()));
        }
        return Duration.ofSeconds(duration.toSeconds());
    }

    private static Duration iso(String text, String field) {
        try {
            return Duration.parse(text);
        } catch (DateTimeException notIso) {
            throw new Failure.Invalid(field, "'%s' is not a duration. Give seconds, or ISO 8601 such as PT30M.".formatted(text));
        }
    }
}
