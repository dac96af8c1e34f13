package io.bessemer.pxe.http;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a Range header asks of a representation of known length, RFC 9110 §14.
public sealed interface ByteRange {
    /// no header, one that is malformed, or several ranges, which a server may answer in full
    record Whole() implements ByteRange {}

    /// @param first inclusive
    /// @param last  inclusive
    record Part(long first, long last) implements ByteRange {
        public long length() {
            return last - first + 1;
        }
    }

    record Unsatisfiable() implements ByteRange {}

    Pattern SINGLE = Pattern.compile("bytes=\\s*([0-9]{0,18})\\s*-\\s*([0-9]{0,18})\\s*", Pattern.CASE_INSENSITIVE);

    /// @param header null when absent
    static ByteRange parse(String header, long length) {
        if (header == null) {
            return new Whole();
        }
        Matcher single = SINGLE.matcher(header.strip());
        if (!single.matches()) {
            return new Whole();
        }
        String from = single.group(1);
        String to = single.group(2);
        if (from.isEmpty()) {
            if (to.isEmpty()) {
                return new Whole();
            }
            long suffix = Math.min(Long.parseLong(to), length);
            return suffix == 0 ? new Unsatisfiable() : new Part(length - suffix, length - 1);
        }
        long first = Long.parseLong(from);
        long last = to.isEmpty() ? length - 1 : Math.min(Long.parseLong(to), length - 1);
        if (!to.isEmpty() && Long.parseLong(to) < first) {
            return new Whole();
        }
        return first >= length ? new Unsatisfiable() : new Part(first, last);
    }
}
