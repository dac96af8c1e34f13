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
import io.bessemer.core.volume.VolumeConnector;
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

/// `/v1/volume/connectors` and `/v1/nodes/{ident}/volume/connectors`, Ironic API 1.32.
@Since(32)
@RestController
final class VolumeConnectorResource implements Targets, Shaped {
    private final VolumeCollection<VolumeConnector> connectors;
    private final Clock clock;

    VolumeConnectorResource(VolumeStore volumes, VolumeRules rules, NodeFinder nodes, Clock clock) {
        this.connectors = new VolumeCollection<>("connectors", VolumeConnectorFields.TABLE, VolumeConnector::id, VolumeConnector::node,
                new VolumeCollection.Stored<>(volumes::connectors, volumes::connector, volumes::create, volumes::update, volumes::deleteConnector), rules, nodes);
        this.clock = clock;
    }

    @Override
    public Shape<?> shape() {
        return new Shape<>("/v1/volume/connectors", VolumeConnectorFields.TABLE, draft(), VolumeCollection.FILTERS);
    }

    private VolumeConnector draft() {
        return new VolumeConnector(UUID.randomUUID(), NodeId.random(), "", "", Map.of(), clock.instant(), null);
    }

    @GetMapping("/v1/volume/connectors")
    Map<String, Object> list(Query query, RequestContext context) {
        return connectors.list(query, context);
    }

    @GetMapping("/v1/nodes/{ident}/volume/connectors")
    Map<String, Object> ofNode(@PathVariable String ident, Query query, RequestContext context) {
        return connectors.ofNode(ident, query, context);
    }

    @PostMapping("/v1/volume/connectors")
    ResponseEntity<Map<String, Object>> create(JsonBody body, RequestContext context) {
        return connectors.create(draft(), body, context, "node_uuid", "type", "connector_id");
    }

    @GetMapping("/v1/volume/connectors/{uuid}")
    Map<String, Object> show(@PathVariable String uuid, Query query, RequestContext context) {
        return connectors.show(uuid, query, context);
    }

    @PatchMapping("/v1/volume/connectors/{uuid}")
    Map<String, Object> change(@PathVariable String uuid, JsonBody body, RequestContext context) {
        return connectors.change(uuid, body, context);
    }

    @DeleteMapping("/v1/volume/connectors/{uuid}")
    ResponseEntity<Void> delete(@PathVariable String uuid) {
        return connectors.delete(uuid);
    }

    @Override
    public String variable() {
        return "connector";
    }

    @Override
    public String what() {
        return connectors.what();
    }

    @Override
    public Optional<Owned> find(String ident, RequestContext context) {
        return connectors.owned(ident);
    }
}
