package io.bessemer.host.protocol;

import io.bessemer.agent.protocol.DecodeException;
import io.bessemer.agent.protocol.Fields;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/// What names and lists of the wire may be like.
final class Limits {
    private static final int LONGEST_WORD = 255;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");

    private Limits() {}

    /// A short text: a version, a host's or guest's name.
    static String word(Fields fields, String name) throws DecodeException {
        String text = fields.text(name);
        if (text.length() > LONGEST_WORD) {
            throw fields.wrong(name, "a text of at most " + LONGEST_WORD + " characters");
        }
        return text;
    }

    /// A name that goes into files and XML.
    static String name(Fields fields, String name) throws DecodeException {
        if (fields.map().get(name) instanceof String text && NAME.matcher(text).matches()) {
            return text;
        }
        throw fields.wrong(name, "a name of 1 to 63 letters, digits, '.', '_' and '-'");
    }

    static <E extends Enum<E>> E oneOf(Fields fields, String name, E[] values) throws DecodeException {
        String text = fields.text(name);
        return Arrays.stream(values).filter(value -> wire(value).equals(text)).findFirst().orElseThrow(
                () -> fields.wrong(name, "one of " + String.join(", ", Arrays.stream(values).map(Limits::wire).toList())));
    }

    static String wire(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    static List<String> texts(Fields fields, String name, int longest) throws DecodeException {
        List<?> list = fields.list(name, longest);
        if (!list.stream().allMatch(String.class::isInstance)) {
            throw fields.wrong(name, "a list of texts");
        }
        return list.stream().map(String.class::cast).toList();
    }
}
