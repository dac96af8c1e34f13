package io.bessemer.api.node;

import io.bessemer.api.wire.Since;
import java.util.List;
import java.util.Map;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/// `/v1/nodes/{ident}/vifs`, Ironic API 1.28. Nothing attaches virtual interfaces yet, so there are none.
@Since(28)
@RestController
@RequestMapping("/v1/nodes/{ident}/vifs")
final class NodeVifsResource {
    private final NodeFinder finder;

    NodeVifsResource(NodeFinder finder) {
        this.finder = finder;
    }

    @GetMapping
    Map<String, Object> list(@PathVariable String ident) {
        finder.find(ident);
        return Map.of("vifs", List.of());
    }
}
