package io.bessemer.api.volume;

import io.bessemer.api.identity.Owned;
import io.bessemer.api.identity.Targets;
import io.bessemer.api.node.NodeFinder;
import io.bessemer.api.wire.JsonBody;
import io.bessemer.api.wire.Query;
import io.bessemer.api.wire.RequestContext;
import io.bessemer.api.wire.Shaped;
import io.bessemer.api.wire.Since;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.volume.VolumeTarget;
import io.bessemer.core.volume.VolumeStore;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
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
final class VolumeTargetResource implements Targets, Shaped {
    private final VolumeCollection<VolumeTarget> targets;
    private final Clock clock;

    VolumeTargetResource(VolumeStore volumes, VolumeRules rules, NodeFinder nodes, Clock clock) {
        this.targets = new VolumeCollection<>("targets", VolumeTargetFields.TABLE, VolumeTarget::id, VolumeTarget::node,
                new VolumeCollection.Stored<>(volumes::targets, volumes::target, volumes::create, volumes::update, volumes::deleteTarget), rules, nodes);
        this.clock = clock;
    }

    @Override
    public Shape<?> shape() {
        return new Shape<>("/v1/volume/targets", VolumeTargetFields.TABLE, draft(), VolumeCollection.FILTERS);
    }

    private VolumeTarget draft() {
        return new VolumeTarget(UUID.randomUUID(), NodeId.random(), "", "", 0, Map.of(), Map.of(), clock.instant(), null);
    }

    @GetMapping("/v1/volume/targets")
    Map<String, Object> list(Query query, RequestContext context) {
        return targets.list(query, context);
    }

    @GetMapping("/v1/nodes/{ident}/volume/targets")
    Map<String, Object> ofNode(@PathVariable String ident, Query query, RequestContext context) {
        return targets.ofNode(ident, query, context);
    }

    @PostMapping("/v1/volume/targets")
    ResponseEntity<Map<String, Object>> create(JsonBody body, RequestContext context) {
        return targets.create(draft(), body, context, "node_uuid", "volume_type", "volume_id", "boot_index");
    }

    @GetMapping("/v1/volume/targets/{uuid}")
    Map<String, Object> show(@PathVariable String uuid, Query query, RequestContext context) {
        return targets.show(uuid, query, context);
    }

    @PatchMapping("/v1/volume/targets/{uuid}")
    Map<String, Object> change(@PathVariable String uuid, JsonBody body, RequestContext context) {
        return targets.change(uuid, body, context);
    }

    @DeleteMapping("/v1/volume/targets/{uuid}")
    ResponseEntity<Void> delete(@PathVariable String uuid) {
        return targets.delete(uuid);
    }

    @Override
    public String variable() {
        return "volume";
    }

    @Override
    public String what() {
        return targets.what();
    }

    @Override
    public Optional<Owned> find(String ident, RequestContext context) {
        return targets.owned(ident);
    }
}
