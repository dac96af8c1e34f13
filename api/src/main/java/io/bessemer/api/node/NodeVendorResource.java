package io.bessemer.api.node;

import io.bessemer.api.VendorPassthru;
import io.bessemer.api.wire.JsonBody;
import io.bessemer.api.wire.Query;
import io.bessemer.conductor.NodeHardware;
import io.bessemer.core.node.NodeId;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Map;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/// `/v1/nodes/{ident}/vendor_passthru`: what a node's driver offers beyond everything else. The method stands in the path or in the query.
@RestController
@RequestMapping("/v1/nodes/{ident}/vendor_passthru")
final class NodeVendorResource {
    private final NodeHardware hardware;
    private final NodeFinder finder;

    NodeVendorResource(NodeHardware hardware, NodeFinder finder) {
        this.hardware = hardware;
        this.finder = finder;
    }

    @GetMapping("/methods")
    Map<String, Object> methods(@PathVariable String ident) {
        return VendorPassthru.show(hardware.vendorMethods(finder.find(ident).id()));
    }

    @RequestMapping
    ResponseEntity<byte[]> call(@PathVariable String ident, Query query, JsonBody body, HttpServletRequest request) {
        return call(ident, VendorPassthru.method(query), body, request);
    }

    @RequestMapping("/{method}")
    ResponseEntity<byte[]> call(@PathVariable String ident, @PathVariable String method, JsonBody body, HttpServletRequest request) {
        NodeId node = finder.find(ident).id();
        return VendorPassthru.answer(hardware.callVendor(node, method, request.getMethod(), VendorPassthru.arguments(body)));
    }
}
