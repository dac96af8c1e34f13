package io.bessemer.api.plan;

import io.bessemer.api.wire.Field;
import io.bessemer.api.wire.Fields;
import io.bessemer.api.wire.JsonBody;
import io.bessemer.api.wire.JsonPatch;
import io.bessemer.api.wire.Page;
import io.bessemer.api.wire.Query;
import io.bessemer.api.wire.RequestContext;
import io.bessemer.core.fault.Failure;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.plan.Plan;
import io.bessemer.core.plan.PlanStore;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.springframework.http.ResponseEntity;

/// What the API does with plans of any kind.
///
/// @param what  for messages: `Deploy template`
/// @param key   in answers and paths: `deploy_templates`
/// @param check what must hold between the fields of one
record PlanCollection<T extends Plan>(String what, String key, Fields<T> fields, PlanStore<T> store, UnaryOperator<T> check) {
    Map<String, Object> list(Query query, RequestContext context) {
        return list(query, context, _ -> true);
    }

    /// @param seen what the caller may know of
    Map<String, Object> list(Query query, RequestContext context, Predicate<T> seen) {
        query.allowOnly(Page.ARGUMENTS.toArray(String[]::new));
        List<Field<T>> wanted = fields.wanted(query, context, false);
        Page page = Page.of(query, fields, context);
        List<T> part = page.of(store.list().stream().filter(seen).toList(), fields, context, one -> one.id().toString(), what);
        return page.answer(key, part.stream().map(one -> fields.show(one, wanted, context)).toList(), context, "/v1/" + key,
                part.isEmpty() ? "" : part.getLast().id().toString());
    }

    ResponseEntity<Map<String, Object>> create(T draft, JsonBody body, RequestContext context) {
        return create(draft, body, context, UnaryOperator.identity());
    }

    /// @param owned gives it to whom it belongs
    ResponseEntity<Map<String, Object>> create(T draft, JsonBody body, RequestContext context, UnaryOperator<T> owned) {
        T created = store.create(check.apply(owned.apply(fields.create(draft, body.members(), context))));
        return ResponseEntity.created(URI.create("%s/v1/%s/%s".formatted(context.base(), key, created.id()))).body(fields.detail(created, context));
    }

    Map<String, Object> show(String ident, Query query, RequestContext context) {
        query.allowOnly("fields");
        return fields.show(find(ident), fields.wantedOfOne(query, context), context);
    }

    Map<String, Object> change(String ident, JsonBody body, RequestContext context) {
        return change(ident, body, context, (_, _) -> {});
    }

    /// @param allowed refuses a change by what is stored when it is made
    Map<String, Object> change(String ident, JsonBody body, RequestContext context, BiConsumer<T, JsonPatch> allowed) {
        JsonPatch patch = JsonPatch.parse(body.list());
        fields.check(patch, context);
        return fields.detail(edit(ident, before -> {
            allowed.accept(before, patch);
            return check.apply(fields.patch(before, patch));
        }), context);
    }

    /// @param how may be called again, when somebody else was quicker
    T edit(String ident, UnaryOperator<T> how) {
        UUID id = find(ident).id();
        for (;;) {
            T before = store.find(id).orElseThrow(() -> new Failure.NotFound(what, ident));
            Optional<T> stored = store.update(how.apply(before));
            if (stored.isPresent()) {
                return stored.get();
            }
        }
    }

    ResponseEntity<Void> delete(String ident) {
        if (!store.delete(find(ident).id())) {
            throw new Failure.NotFound(what, ident);
        }
        return ResponseEntity.noContent().build();
    }

    T find(String ident) {
        return lookUp(ident).orElseThrow(() -> new Failure.NotFound(what, ident));
    }

    Optional<T> lookUp(String ident) {
        return NodeId.parse(ident).map(id -> store.find(id.value())).orElseGet(() -> store.findByName(ident));
    }
}
