package io.bessemer.api.pool;

import io.bessemer.api.wire.Field;
import io.bessemer.api.wire.Fields;
import io.bessemer.api.wire.Page;
import io.bessemer.api.wire.Query;
import io.bessemer.api.wire.RequestContext;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// A collection that is in memory: no site has more than some thousand of them.
///
/// @param key  of the answer, and last part of the path: `host_pools`
/// @param what for messages
/// @param id   what its `marker` names
record Collection<T>(String key, String what, Fields<T> table, Function<T, String> id) {
    Map<String, Object> page(List<T> all, Query query, RequestContext context) {
        return page(all, query, context, "/v1/" + key);
    }

    /// @param path of the collection
    Map<String, Object> page(List<T> all, Query query, RequestContext context, String path) {
        List<Field<T>> wanted = table.wanted(query, context, false);
        Page page = Page.named(query, table, context);
        List<T> part = page.of(all, table, context, id, what);
        return page.answer(key, part.stream().map(item -> table.show(item, wanted, context)).toList(), context, path,
                part.isEmpty() ? "" : id.apply(part.getLast()));
    }
}
