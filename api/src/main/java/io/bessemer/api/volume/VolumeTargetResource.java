package io.bessemer.api.volume;

import io.bessemer.api.identity.Owned;
import io.bessemer.api.identity.Policy;
import io.bessemer.api.identity.Targets;
import io.bessemer.api.node.NodeFinder;
import io.bessemer.api.wire.Field;
import io.bessemer.api.wire.Fields;
import io.bessemer.api.wire.JsonBody;
import io.bessemer.api.wire.JsonPatch;
import io.bessemer.api.wire.Page;
import io.bessemer.api.wire.Query;
import io.bessemer.api.wire.RequestContext;
import io.bessemer.api.wire.Since;
import io.bessemer.api.wire.Values;
import io.bessemer.core.fault.Failure;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.volume.VolumeTarget;
import io.bessemer.core.volume.VolumeStore;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/// `/v1/volume/targets` and `/v1/nodes/{ident}/volume/targets`, Ironic API 1.32.
@Since(32)
@RestController
final class VolumeTargetResource implements Targets {
    private static final Fields<VolumeTarget> TABLE = VolumeTargetFields.TABLE;
    private static final String WHAT = "volume target";

    private final VolumeStore volumes;
    private final VolumeRules rules;
    private final NodeFinder nodes;
    private final Clock clock;

    VolumeTargetResource(VolumeStore volumes, VolumeRules rules, NodeFinder nodes, Clock clock) {
        this.volumes = volumes;
        this.rules = rules;
        this.nodes = nodes;
        this.clock = clock;
    }

    @GetMapping("/v1/volume/targets")
    Map<String, Object> list(Query query, RequestContext context) {
        query.allowOnly(Stream.concat(Stream.of("node"), Page.ARGUMENTS.stream()).toArray(String[]::new));
        return list(query, context, "/v1/volume/targets", query.text("node"));
    }

    @GetMapping("/v1/nodes/{ident}/volume/targets")
    Map<String, Object> ofNode(@PathVariable String ident, Query query, RequestContext context) {
        query.allowOnly(Page.ARGUMENTS.toArray(String[]::new));
        return list(query, context, "/v1/nodes/" + ident + "/volume/targets", Optional.of(ident));
    }

    private Map<String, Object> list(Query query, RequestContext context, String path, Optional<String> node) {
        // unlike nodes and ports, these have had `detail` from the first
        boolean detailed = query.flag("detail").orElse(false);
        List<Field<VolumeTarget>> wanted = TABLE.wanted(query.without("detail"), context, detailed);
        Page page = Page.of(query, TABLE, context);
        Optional<NodeId> owner = node.map(ident -> nodes.seen(ident, context).id());
        List<VolumeTarget> found = volumes.targets().stream().filter(target -> owner.isEmpty() || owner.get().equals(target.node())).toList();
        List<VolumeTarget> part = page.of(nodes.visible(found, VolumeTarget::node, context), TABLE, context, target -> target.id().toString(), "Volume target");
        return page.answer("targets", part.stream().map(target -> TABLE.show(target, wanted, context)).toList(), context, path,
                part.isEmpty() ? "" : part.getLast().id().toString());
    }

    @PostMapping("/v1/volume/targets")
    ResponseEntity<Map<String, Object>> create(JsonBody body, RequestContext context) {
        Map<String, Object> members = body.members();
        VolumeRules.requireMembers(members, "node_uuid", "volume_type", "volume_id", "boot_index");
        VolumeTarget draft = new VolumeTarget(UUID.randomUUID(), NodeId.random(), "", "", 0, Map.of(), Map.of(), clock.instant(), null);
        VolumeTarget target = TABLE.create(draft, members, context);
        rules.requireNode(target.node(), Policy.CREATE_VOLUME, context);
        VolumeTarget created = volumes.create(target);
        return ResponseEntity.created(URI.create(context.base() + "/v1/volume/targets/" + created.id())).body(TABLE.detail(created, context));
    }

    @GetMapping("/v1/volume/targets/{uuid}")
    Map<String, Object> show(@PathVariable String uuid, Query query, RequestContext context) {
        query.allowOnly("fields");
        List<Field<VolumeTarget>> wanted = TABLE.wantedOfOne(query, context);
        return TABLE.show(find(uuid), wanted, context);
    }

    @PatchMapping("/v1/volume/targets/{uuid}")
    Map<String, Object> change(@PathVariable String uuid, JsonBody body, RequestContext context) {
        JsonPatch patch = JsonPatch.parse(body.list());
        TABLE.check(patch, context);
        VolumeTarget before = find(uuid);
        VolumeTarget after = TABLE.patch(before, patch);
        if (!after.node().equals(before.node())) {
            rules.requireNode(after.node(), Policy.UPDATE_VOLUME, context);
        }
        rules.checkChange(before.node(), WHAT);
        if (!after.node().equals(before.node())) {
            rules.checkChange(after.node(), WHAT);
        }
        return TABLE.detail(volumes.update(after), context);
    }

    @DeleteMapping("/v1/volume/targets/{uuid}")
    ResponseEntity<Void> delete(@PathVariable String uuid) {
        VolumeTarget target = find(uuid);
        rules.checkDelete(target.node(), WHAT);
        if (!volumes.deleteTarget(target.id())) {
            throw missing(uuid);
        }
        return ResponseEntity.noContent().build();
    }

    @Override
    public String variable() {
        return "volume";
    }

    @Override
    public String what() {
        return "Volume target";
    }

    @Override
    public Optional<Owned> find(String ident, RequestContext context) {
        return NodeId.parse(ident).flatMap(id -> volumes.target(id.value())).flatMap(target -> nodes.owned(target.node()));
    }

    private VolumeTarget find(String uuid) {
        UUID id = Values.uuid(uuid, "target_uuid");
        return volumes.target(id).orElseThrow(() -> missing(uuid));
    }

    private static Failure.NotFound missing(String uuid) {
        return new Failure.NotFound("Volume target", uuid);
    }
}
