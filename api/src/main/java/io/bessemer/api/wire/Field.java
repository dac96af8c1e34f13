package io.bessemer.api.wire;

import java.util.function.BiFunction;
import java.util.function.Function;

/// One field of a resource: everything that the API does with it follows from this row.
///
/// @param name     on the wire
/// @param since    minor microversion that shows it
/// @param shown    its value in answers, secrets masked
/// @param stored   its value as stored, for JSON-Patch
/// @param setter   null when clients may not set it
/// @param listed   in a list's default columns
/// @param sortable allowed as `sort_key`
/// @param patchable by PATCH; otherwise a setter works on creation alone
public record Field<T>(String name, int since, BiFunction<T, RequestContext, Object> shown, Function<T, Object> stored, Setter<T> setter,
        boolean listed, boolean sortable, boolean patchable) {

    /// Checks a value and puts it in.
    @FunctionalInterface
    public interface Setter<T> {
        /// @param value from JSON; null when the client removed the field
        /// @param field its name, for messages
        T set(T before, Object value, String field);
    }

    /// A field that clients only read.
    public static <T> Field<T> of(String name, int since, Function<T, Object> value) {
        return new Field<>(name, since, (item, _) -> value.apply(item), value, null, false, false, false);
    }

    /// A field that depends on the request: links, or what older clients are shown.
    public static <T> Field<T> of(String name, int since, BiFunction<T, RequestContext, Object> shown) {
        return new Field<>(name, since, shown, _ -> null, null, false, false, false);
    }

    public Field<T> list() {
        return new Field<>(name, since, shown, stored, setter, true, sortable, patchable);
    }

    public Field<T> sort() {
        return new Field<>(name, since, shown, stored, setter, listed, true, patchable);
    }

    /// Clients may set it on creation and by PATCH.
    public Field<T> set(Setter<T> how) {
        return new Field<>(name, since, shown, stored, how, listed, sortable, true);
    }

    /// Clients may set it on creation alone.
    public Field<T> setOnce(Setter<T> how) {
        return new Field<>(name, since, shown, stored, how, listed, sortable, false);
    }

    /// What answers show instead of the stored value.
    public Field<T> show(BiFunction<T, RequestContext, Object> how) {
        return new Field<>(name, since, how, stored, setter, listed, sortable, patchable);
    }
}
