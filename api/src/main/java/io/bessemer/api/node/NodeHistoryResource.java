package io.bessemer.api.node;

import io.bessemer.api.wire.Field;
import io.bessemer.api.wire.Fields;
import io.bessemer.api.wire.Links;
import io.bessemer.api.wire.Page;
import io.bessemer.api.wire.Query;
import io.bessemer.api.wire.RequestContext;
import io.bessemer.api.wire.Since;
import io.bessemer.api.wire.Values;
import io.bessemer.core.fault.Failure;
import io.bessemer.core.node.HistoryEntry;
import io.bessemer.core.node.Inventory;
import io.bessemer.core.node.Node;
import io.bessemer.core.node.NodeStore;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/// What was recorded of a node: its history (Ironic API 1.78) and what its agent found in it (1.81).
@RestController
@RequestMapping("/v1/nodes/{ident}")
final class NodeHistoryResource {
    private static final Fields<HistoryEntry> TABLE = new Fields<>("history entry", List.of(
            Field.<HistoryEntry>of("uuid", 78, entry -> entry.id().toString()).list(),
            Field.<HistoryEntry>of("created_at", 78, entry -> Values.time(entry.at())).list().sort(),
            Field.of("severity", 78, HistoryEntry::severity).list().sort(),
            Field.of("event", 78, HistoryEntry::event).list(),
            Field.of("event_type", 78, HistoryEntry::eventType).sort(),
            Field.of("conductor", 78, HistoryEntry::conductor).sort(),
            Field.<HistoryEntry>of("user", 78, entry -> entry.by().user()),
            Field.<HistoryEntry>of("project", 113, entry -> entry.by().project()),
            Field.<HistoryEntry>of("state", 115, entry -> entry.state() == null ? null : entry.state().wire()),
            Field.<HistoryEntry>of("target_provision_state", 115, entry -> entry.target() == null ? null : entry.target().wire()),
            Field.<HistoryEntry>of("duration_seconds", 115, entry -> entry.inState() == null ? null : entry.inState().toSeconds()),
            Field.<HistoryEntry>of("links", 78, (entry, context) -> Links.of(context, "nodes/%s/history/%s".formatted(entry.node(), entry.id()))).list()));

    private static final int LONGEST_EVENT = 255;

    private final NodeStore nodes;
    private final NodeFinder finder;

    NodeHistoryResource(NodeStore nodes, NodeFinder finder) {
        this.nodes = nodes;
        this.finder = finder;
    }

    @Since(78)
    @GetMapping("/history")
    Map<String, Object> history(@PathVariable String ident, Query query, RequestContext context) {
        return list(ident, query, context, query.flag("detail").orElse(false));
    }

    /// ironicclient 5 asks so for `history list --long`.
    @Since(78)
    @GetMapping("/history/detail")
    Map<String, Object> detail(@PathVariable String ident, Query query, RequestContext context) {
        return list(ident, query, context, true);
    }

    private Map<String, Object> list(String ident, Query query, RequestContext context, boolean detailed) {
        query.allowOnly("limit", "marker", "sort_key", "sort_dir", "detail");
        Node node = finder.find(ident);
        Page page = Page.of(query, TABLE, context);
        List<HistoryEntry> entries = page.of(nodes.history(node.id()), TABLE, context, entry -> entry.id().toString(), "History entry");
        List<Field<HistoryEntry>> wanted = TABLE.all(context).stream().filter(field -> detailed || field.listed()).toList();
        return page.answer("history", entries.stream().map(entry -> TABLE.show(detailed ? entry : shortened(entry), wanted, context)).toList(), context,
                "/v1/nodes/" + ident + "/history", entries.isEmpty() ? "" : entries.getLast().id().toString());
    }

    /// As Ironic: only a detailed answer has the whole text.
    private static HistoryEntry shortened(HistoryEntry entry) {
        return entry.event().length() <= LONGEST_EVENT ? entry : entry.saying(entry.event().substring(0, LONGEST_EVENT - 4) + "...");
    }

    @Since(78)
    @GetMapping("/history/{uuid}")
    Map<String, Object> entry(@PathVariable String ident, @PathVariable String uuid, RequestContext context) {
        Node node = finder.find(ident);
        return nodes.history(node.id()).stream().filter(entry -> entry.id().toString().equals(uuid)).findFirst()
                .map(entry -> TABLE.detail(entry, context))
                .orElseThrow(() -> new Failure.NotFound("Node history record", uuid));
    }

    @Since(81)
    @GetMapping("/inventory")
    Map<String, Object> inventory(@PathVariable String ident) {
        Node node = finder.find(ident);
        Inventory found = nodes.inventory(node.id()).orElseThrow(() -> new Failure.NotFound("Node inventory record for node", node.id().toString()));
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("inventory", found.inventory());
        answer.put("plugin_data", found.pluginData());
        return answer;
    }
}
