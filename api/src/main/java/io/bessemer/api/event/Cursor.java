package io.bessemer.api.event;

import io.bessemer.api.wire.ErrorKind;
import io.bessemer.api.wire.Query;
import io.bessemer.api.wire.WireException;
import io.bessemer.core.event.EventStore.Range;
import io.bessemer.core.fault.Failure;
import java.util.Optional;

/// Where a reader of events is: the cursor of the last one that it has.
final class Cursor {
    private Cursor() {}

    /// @param lastEventId header of a client that comes again; it counts more than the address, which is the first time's. Null for none
    /// @return empty for none; 0 is before the oldest event that is kept
    static Optional<Long> of(Query query, String lastEventId) {
        if (lastEventId != null && !lastEventId.isBlank()) {
            return Optional.of(parse("Last-Event-ID", lastEventId.strip()));
        }
        if (query.has("cursor") && query.has("after")) {
            throw new Failure.Invalid("after", "is another name of cursor: give one of them.");
        }
        return query.text("cursor").map(text -> parse("cursor", text)).or(() -> query.text("after").map(text -> parse("after", text)));
    }

    private static long parse(String name, String text) {
        if (!text.matches("\\d{1,18}")) {
            throw new Failure.Invalid(name, "'%s' is no cursor: a whole number, 0 or the id of an event.".formatted(text.length() > 40 ? text.substring(0, 40) + "..." : text));
        }
        return Long.parseLong(text);
    }

    /// @return where to go on
    static long checked(long cursor, Range kept) {
        if (cursor == 0) {
            return kept.trimmed();
        }
        if (!kept.covers(cursor)) {
            throw new WireException(ErrorKind.GONE, gone(cursor, kept));
        }
        return cursor;
    }

    static String gone(long cursor, Range kept) {
        String why = cursor > kept.last() ? "lies in the future (the newest event is %d): the database is another, or older, than the one it is from".formatted(kept.last())
                : "is older than what is kept (events %d to %d)".formatted(kept.trimmed() + 1, kept.last());
        return "The cursor %d %s. Read the things themselves anew, and go on from cursor %d; or take what is kept, from cursor 0.".formatted(cursor, why, kept.last());
    }
}
