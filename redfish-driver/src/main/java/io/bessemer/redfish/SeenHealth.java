package io.bessemer.redfish;

import io.bessemer.core.node.NodeId;
import io.bessemer.redfish.client.Resource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The health that stood beside a machine's power state when that was read.
final class SeenHealth {
    private static final Set<String> KNOWN = Set.of("OK", "Warning", "Critical");

    private final Map<NodeId, String> last = new ConcurrentHashMap<>();

    void seen(NodeId node, Resource system) {
        Optional<String> health = system.text("/Status/Health").filter(KNOWN::contains);
        if (health.isPresent()) {
            last.put(node, health.get());
        } else {
            last.remove(node);
        }
    }

    Optional<String> of(NodeId node) {
        return Optional.ofNullable(last.get(node));
    }
}
