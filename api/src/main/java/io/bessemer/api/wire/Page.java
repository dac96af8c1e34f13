package io.bessemer.api.wire;

import io.bessemer.core.fault.Failure;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// Which part of a collection a client wants.
///
/// @param limit   at most so many, 1 to 1000
/// @param marker  UUID, or name, of the last one of the page before, null for the first page
/// @param sortKey null for the order of creation
public record Page(int limit, String marker, String sortKey, boolean descending, Query query) {
    public static final int MAX_LIMIT = 1000;

    /// the arguments that every collection takes
    public static final List<String> ARGUMENTS = List.of("limit", "marker", "sort_key", "sort_dir", "fields", "detail");

    public static Page of(Query query, Fields<?> fields, RequestContext context) {
        Page page = named(query, fields, context);
        return page.marker == null ? page
                : new Page(page.limit, Values.uuid(page.marker, "marker").toString(), page.sortKey, page.descending, query);
    }

    /// Of a collection whose markers are names.
    public static Page named(Query query, Fields<?> fields, RequestContext context) {
        int limit = query.text("limit").map(text -> Values.wholeNumber(text, "limit")).orElse(MAX_LIMIT);
        if (limit <= 0) {
            throw new Failure.Invalid("limit", "must be positive.");
        }
        String direction = query.text("sort_dir").orElse("asc");
        if (!direction.equals("asc") && !direction.equals("desc")) {
            throw new Failure.Invalid("sort_dir", "'%s' is neither 'asc' nor 'desc'.".formatted(direction));
        }
        String sortKey = query.text("sort_key").filter(key -> !key.equals("id")).orElse(null);
        if (sortKey != null) {
            fields.requireSortable(sortKey, context);
        }
        return new Page(Math.min(limit, MAX_LIMIT), query.text("marker").orElse(null), sortKey, direction.equals("desc"), query);
    }

    /// Sorts and cuts a collection that is in memory, in order of creation.
    ///
    /// @param what for the message when the marker is not among `all`
    public <T> List<T> of(List<T> all, Fields<T> fields, RequestContext context, Function<T, String> uuid, String what) {
        List<T> sorted = new ArrayList<>(all);
        if (sortKey != null) {
            sorted.sort(Comparator.comparing(item -> fields.sortValue(sortKey, item, context), Comparator.nullsFirst(Comparator.naturalOrder())));
        }
        if (descending) {
            Collections.reverse(sorted);
        }
        int from = 0;
        if (marker != null) {
            while (from < sorted.size() && !uuid.apply(sorted.get(from)).equals(marker)) {
                from++;
            }
            if (from == sorted.size()) {
                throw new Failure.NotFound(what, marker);
            }
            from++;
        }
        return sorted.subList(from, Math.min(sorted.size(), from + limit));
    }

    /// The answer: `{"nodes": [...], "next": ...}`.
    ///
    /// @param path of the collection: `/v1/nodes`
    /// @param last UUID of the last item, ignored when there is none
    public Map<String, Object> answer(String key, List<Map<String, Object>> items, RequestContext context, String path, String last) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put(key, items);
        if (items.size() == limit) {
            answer.put("next", context.base() + path + "?" + query.with(limit, last));
        }
        return answer;
    }
}
