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
import java.util.function.UnaryOperator;
import org.springframework.http.ResponseEntity;

/// What the API does with plans of any kind.
///
/// @param what  for messages: `Deploy template`
/// @param key   in answers and paths: `deploy_templates`
/// @param check what must hold between the fields of one
record PlanCollection<T extends Plan>(String what, String key, Fields<T> fields, PlanStore<T> store, UnaryOperator<T> check) {
    Map<String, Object> list(Query query, RequestContext context) {
        query.allowOnly(Page.ARGUMENTS.toArray(String[]::new));
        List<Field<T>> wanted = fields.wanted(query, context, false);
        Page page = Page.of(query, fields, context);
        List<T> part = page.of(store.list(), fields, context, one -> one.id().toString(), what);
        return page.answer(key, part.stream().map(one -> fields.show(one, wanted, context)).toList(), context, "/v1/" + key,
                part.isEmpty() ? "" : part.getLast().id().toString());
    }

    ResponseEntity<Map<String, Object>> create(T draft, JsonBody body, RequestContext context) {
        T created = store.create(check.apply(fields.create(draft, body.members(), context)));
        return ResponseEntity.created(URI.create("%s/v1/%s/%s".formatted(context.base(), key, created.id()))).body(fields.detail(created, context));
    }

    Map<String, Object> show(String ident, Query query, RequestContext context) {
        query.allowOnly("fields");
        return fields.show(find(ident), fields.wantedOfOne(query, context), context);
    }

    Map<String, Object> change(String ident, JsonBody body, RequestContext context) {
        JsonPatch patch = JsonPatch.parse(body.list());
        fields.check(patch, context);
        UUID id = find(ident).id();
        for (;;) {
            T before = store.find(id).orElseThrow(() -> new Failure.NotFound(what, ident));
            Optional<T> stored = store.update(check.apply(fields.patch(before, patch)));
            if (stored.isPresent()) {
                return fields.detail(stored.get(), context);
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
        Optional<T> found = NodeId.parse(ident).map(id -> store.find(id.value())).orElseGet(() -> store.findByName(ident));
        return found.orElseThrow(() -> new Failure.NotFound(what, ident));
    }
}
