package io.bessemer.api.node;

import io.bessemer.api.wire.Links;
import io.bessemer.api.wire.RequestContext;
import io.bessemer.api.wire.Since;
import io.bessemer.core.node.Node;
import io.bessemer.core.node.NodeQuery;
import io.bessemer.core.node.NodeStore;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/// `/v1/nodes/{ident}/children`, Ironic API 1.83: the nodes that name this one as `parent_node`, such as its DPUs.
@Since(83)
@RestController
final class NodeChildrenResource {
    private final NodeStore nodes;
    private final NodeFinder finder;

    NodeChildrenResource(NodeStore nodes, NodeFinder finder) {
        this.nodes = nodes;
        this.finder = finder;
    }

    @GetMapping("/v1/nodes/{ident}/children")
    Map<String, Object> children(@PathVariable String ident, RequestContext context) {
        Node parent = finder.find(ident);
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("children", finder.visible(nodes.list(NodeQuery.childrenOf(parent.id())), Node::id, context).stream().map(child -> child.id().toString()).toList());
        answer.put("links", Links.link(context.base() + "/v1/nodes/?parent_node=" + parent.id(), "children"));
        return answer;
    }
}
