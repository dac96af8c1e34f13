package io.bessemer.api.agent;

import io.bessemer.api.wire.Query;
import io.bessemer.api.wire.Since;
import io.bessemer.conductor.AgentService;
import io.bessemer.core.fault.Failure;
import io.bessemer.core.node.MacAddress;
import io.bessemer.core.node.Node;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.node.Secrets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/// `/v1/lookup`, Ironic API 1.22: which node has these MAC addresses. Anyone on the provisioning network may ask, so secrets
/// are masked.
@Since(22)
@RestController
@RequestMapping("/v1/lookup")
final class LookupResource {
    private final AgentService service;

    LookupResource(AgentService service) {
        this.service = service;
    }

    @GetMapping
    Map<String, Object> lookup(Query query) {
        // an Infiniband port has a longer address: skipped, as in Ironic
        List<String> addresses = query.names("addresses").orElse(List.of()).stream().map(MacAddress::parse).flatMap(Optional::stream).map(MacAddress::value).toList();
        Optional<NodeId> id = query.uuid("node_uuid").map(NodeId::new);
        if (addresses.isEmpty() && id.isEmpty()) {
            throw new Failure.Missing("addresses", "Send addresses=MAC,... or node_uuid.");
        }
        Node node = service.lookup(addresses, id).orElseThrow(() -> new Failure.NotFound("Node", id.map(NodeId::toString).orElse(String.join(", ", addresses))));
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("uuid", node.id().toString());
        shown.put("properties", node.properties());
        shown.put("instance_info", Secrets.mask(node.instanceInfo()));
        shown.put("driver_internal_info", Secrets.mask(node.driverInternalInfo()));
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("heartbeat_timeout", 300);
        config.put("agent_token_required", true);
        return Map.of("node", shown, "config", config);
    }
}
