package io.bessemer.api.agent;

import io.bessemer.api.wire.Query;
import io.bessemer.api.wire.RequestContext;
import io.bessemer.api.wire.Since;
import io.bessemer.conductor.AgentService;
import io.bessemer.conductor.IronicRamdisk;
import io.bessemer.core.fault.Failure;
import io.bessemer.core.node.MacAddress;
import io.bessemer.core.node.Node;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.node.Secrets;
import java.util.Collections;
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
    private static final int TOKEN_VERSION = 62;
    /// Ironic's defaults: none are sent
    private static final Map<String, Object> METRICS = metrics();

    private final AgentService service;
    private final IronicRamdisk ramdisk;

    LookupResource(AgentService service, IronicRamdisk ramdisk) {
        this.service = service;
        this.ramdisk = ramdisk;
    }

    private static Map<String, Object> metrics() {
        Map<String, Object> metrics = new LinkedHashMap<>();
        metrics.put("backend", "noop");
        metrics.put("prepend_host", false);
        metrics.put("prepend_uuid", false);
        metrics.put("prepend_host_reverse", true);
        metrics.put("global_prefix", null);
        return Collections.unmodifiableMap(metrics);
    }

    @GetMapping
    Map<String, Object> lookup(Query query, RequestContext context) {
        // an Infiniband port has a longer address: skipped, as in Ironic
        List<String> addresses = query.names("addresses").orElse(List.of()).stream().map(MacAddress::parse).flatMap(Optional::stream).map(MacAddress::value).toList();
        Optional<NodeId> id = query.uuid("node_uuid").map(NodeId::new);
        if (addresses.isEmpty() && id.isEmpty()) {
            throw new Failure.Missing("addresses", "Send addresses=MAC,... or node_uuid.");
        }
        Node node = service.lookup(addresses, id).orElseThrow(() -> new Failure.NotFound("Node", id.map(NodeId::toString).orElse(String.join(", ", addresses))));
        // an older client does not know tokens, and is told none
        return shown(node, context.version().atLeast(TOKEN_VERSION) ? ramdisk.token(node.id()).or(() -> Optional.of(Secrets.MASK)) : Optional.empty());
    }

    /// @param token of Ironic's ramdisk, a mask when it was given out before, empty for none
    static Map<String, Object> shown(Node node, Optional<String> token) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("uuid", node.id().toString());
        shown.put("properties", node.properties());
        shown.put("instance_info", Secrets.mask(node.instanceInfo()));
        shown.put("driver_internal_info", Secrets.mask(node.driverInternalInfo()));
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("metrics", METRICS);
        config.put("metrics_statsd", Map.of("statsd_host", "localhost", "statsd_port", 8125));
        config.put("heartbeat_timeout", 300);
        config.put("agent_token", token.orElse(null));
        config.put("agent_token_required", true);
        config.put("agent_md5_checksum_enable", false);
        config.put("disable_deep_image_inspection", false);
        config.put("permitted_image_formats", List.of("raw", "qcow2"));
        config.put("tls_min_version", "1.2");
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("node", shown);
        answer.put("config", config);
        return answer;
    }
}
