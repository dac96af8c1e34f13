package io.bessemer.api.volume;

import io.bessemer.api.identity.Owned;
import io.bessemer.api.identity.Policy;
import io.bessemer.api.node.NodeFinder;
import io.bessemer.api.wire.Field;
import io.bessemer.api.wire.Fields;
import io.bessemer.api.wire.JsonBody;
import io.bessemer.api.wire.JsonPatch;
import io.bessemer.api.wire.Page;
import io.bessemer.api.wire.Query;
import io.bessemer.api.wire.RequestContext;
import io.bessemer.api.wire.Values;
import io.bessemer.core.fault.Failure;
import io.bessemer.core.node.NodeId;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.springframework.http.ResponseEntity;

/// What the API does with connectors and with targets.
///
/// @param key last part of the path, and of answers: `connectors`
final class VolumeCollection<T> {
    static final List<String> FILTERS = List.of("node");

    private final String key;
    private final Fields<T> table;
    private final Function<T, UUID> id;
    private final Function<T, NodeId> node;
    private final Stored<T> store;
    private final VolumeRules rules;
    private final NodeFinder nodes;

    /// @param delete false when it was gone already
    record Stored<T>(Supplier<List<T>> all, Function<UUID, Optional<T>> find, UnaryOperator<T> create, UnaryOperator<T> update, Predicate<UUID> delete) {}

    VolumeCollection(String key, Fields<T> table, Function<T, UUID> id, Function<T, NodeId> node, Stored<T> store, VolumeRules rules, NodeFinder nodes) {
        this.key = key;
        this.table = table;
        this.id = id;
        this.node = node;
        this.store = store;
        this.rules = rules;
        this.nodes = nodes;
    }

    Map<String, Object> list(Query query, RequestContext context) {
        query.allowOnly(Stream.concat(FILTERS.stream(), Page.ARGUMENTS.stream()).toArray(String[]::new));
        return list(query, context, "/v1/volume/" + key, query.text("node"));
    }

    Map<String, Object> ofNode(String ident, Query query, RequestContext context) {
        query.allowOnly(Page.ARGUMENTS.toArray(String[]::new));
        return list(query, context, "/v1/nodes/%s/volume/%s".formatted(ident, key), Optional.of(ident));
    }

    private Map<String, Object> list(Query query, RequestContext context, String path, Optional<String> ofNode) {
        // unlike nodes and ports, these have had `detail` from the first
        boolean detailed = query.flag("detail").orElse(false);
        List<Field<T>> wanted = table.wanted(query.without("detail"), context, detailed);
        Page page = Page.of(query, table, context);
        Optional<NodeId> owner = ofNode.map(ident -> nodes.seen(ident, context).id());
        List<T> found = store.all().get().stream().filter(one -> owner.isEmpty() || owner.get().equals(node.apply(one))).toList();
        List<T> part = page.of(nodes.visible(found, node, context), table, context, one -> id.apply(one).toString(), what());
        return page.answer(key, part.stream().map(one -> table.show(one, wanted, context)).toList(), context, path,
                part.isEmpty() ? "" : id.apply(part.getLast()).toString());
    }

    ResponseEntity<Map<String, Object>> create(T draft, JsonBody body, RequestContext context, String... required) {
        Map<String, Object> members = body.members();
        VolumeRules.requireMembers(members, required);
        T wished = table.create(draft, members, context);
        rules.requireNode(node.apply(wished), Policy.CREATE_VOLUME, context);
        T created = store.create().apply(wished);
        return ResponseEntity.created(URI.create("%s/v1/volume/%s/%s".formatted(context.base(), key, id.apply(created)))).body(table.detail(created, context));
    }

    Map<String, Object> show(String uuid, Query query, RequestContext context) {
        query.allowOnly("fields");
        List<Field<T>> wanted = table.wantedOfOne(query, context);
        return table.show(find(uuid), wanted, context);
    }

    Map<String, Object> change(String uuid, JsonBody body, RequestContext context) {
        JsonPatch patch = JsonPatch.parse(body.list());
        table.check(patch, context);
        T before = find(uuid);
        T after = table.patch(before, patch);
        boolean moves = !node.apply(after).equals(node.apply(before));
        if (moves) {
            rules.requireNode(node.apply(after), Policy.UPDATE_VOLUME, context);
        }
        rules.checkChange(node.apply(before), table.resource());
        if (moves) {
            rules.checkChange(node.apply(after), table.resource());
        }
        return table.detail(store.update().apply(after), context);
    }

    ResponseEntity<Void> delete(String uuid) {
        T found = find(uuid);
        rules.checkDelete(node.apply(found), table.resource());
        if (!store.delete().test(id.apply(found))) {
            throw missing(uuid);
        }
        return ResponseEntity.noContent().build();
    }

    Optional<Owned> owned(String ident) {
        return NodeId.parse(ident).flatMap(uuid -> store.find().apply(uuid.value())).flatMap(one -> nodes.owned(node.apply(one)));
    }

    /// For messages: `Volume connector`.
    String what() {
        String resource = table.resource();
        return Character.toUpperCase(resource.charAt(0)) + resource.substring(1);
    }

    private T find(String uuid) {
        return store.find().apply(Values.uuid(uuid, key.substring(0, key.length() - 1) + "_uuid")).orElseThrow(() -> missing(uuid));
    }

    private Failure.NotFound missing(String uuid) {
        return new Failure.NotFound(what(), uuid);
    }
}
