package io.bessemer.api.volume;

import io.bessemer.api.node.NodeFinder;
import io.bessemer.api.wire.Links;
import io.bessemer.api.wire.RequestContext;
import io.bessemer.api.wire.Since;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/// `/v1/volume` and `/v1/nodes/{ident}/volume`, Ironic API 1.32: where connectors and targets are.
@Since(32)
@RestController
final class VolumeResource {
    private final NodeFinder nodes;

    VolumeResource(NodeFinder nodes) {
        this.nodes = nodes;
    }

    @GetMapping("/v1/volume")
    Map<String, Object> all(RequestContext context) {
        return links("volume/", context);
    }

    @GetMapping("/v1/nodes/{ident}/volume")
    Map<String, Object> ofNode(@PathVariable String ident, RequestContext context) {
        nodes.find(ident);
        return links("nodes/" + ident + "/volume/", context);
    }

    private static Map<String, Object> links(String path, RequestContext context) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("links", Links.of(context, path));
        answer.put("connectors", Links.of(context, path + "connectors"));
        answer.put("targets", Links.of(context, path + "targets"));
        return answer;
    }
}
