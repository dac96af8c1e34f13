package io.bessemer.api.site;

import io.bessemer.api.wire.Query;
import io.bessemer.api.wire.Since;
import io.bessemer.core.node.NodeStore;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/// `/v1/shards`, Ironic API 1.82: how many nodes each shard has, the largest first.
@Since(82)
@RestController
final class ShardResource {
    /// Ironic's word for the nodes in no shard
    private static final String NO_SHARD = "None";

    private final NodeStore nodes;

    ShardResource(NodeStore nodes) {
        this.nodes = nodes;
    }

    @GetMapping("/v1/shards")
    Map<String, Object> list(Query query) {
        query.allowOnly();
        return Map.of("shards", nodes.shards().stream().map(ShardResource::show).toList());
    }

    private static Map<String, Object> show(NodeStore.ShardSize shard) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("name", shard.name() == null ? NO_SHARD : shard.name());
        shown.put("count", shard.nodes());
        return shown;
    }
}
