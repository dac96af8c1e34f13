package io.bessemer.api.node;

import io.bessemer.api.wire.Field;
import io.bessemer.api.wire.Fields;
import io.bessemer.api.wire.Links;
import io.bessemer.api.wire.Query;
import io.bessemer.api.wire.RequestContext;
import io.bessemer.api.wire.Since;
import io.bessemer.api.wire.Values;
import io.bessemer.conductor.NodeHardware;
import io.bessemer.core.driver.BiosInterface.Setting;
import io.bessemer.core.fault.Failure;
import io.bessemer.core.node.Node;
import io.bessemer.core.node.NodeId;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/// `/v1/nodes/{ident}/bios`, Ironic API 1.40; what the maker's registry says of each setting since 1.74.
@Since(40)
@RestController
@RequestMapping("/v1/nodes/{ident}/bios")
final class NodeBiosResource {
    /// A setting and whose it is, for its links.
    private record Shown(NodeId node, Setting setting) {}

    private static final Fields<Shown> TABLE = new Fields<>("BIOS setting", List.of(
            of("name", 40, Setting::name).list(),
            of("value", 40, Setting::value).list(),
            of("created_at", 40, setting -> Values.time(setting.seenAt())).list(),
            of("updated_at", 40, _ -> null).list(),
            of("attribute_type", 74, setting -> setting.registry().type()),
            of("allowable_values", 74, setting -> setting.registry().allowableValues()),
            of("lower_bound", 74, setting -> setting.registry().lowerBound()),
            of("upper_bound", 74, setting -> setting.registry().upperBound()),
            of("min_length", 74, setting -> setting.registry().minLength()),
            of("max_length", 74, setting -> setting.registry().maxLength()),
            of("read_only", 74, setting -> setting.registry().readOnly()),
            of("reset_required", 74, setting -> setting.registry().resetRequired()),
            of("unique", 74, setting -> setting.registry().unique()),
            Field.<Shown>of("links", 40, (shown, context) -> Links.of(context, "nodes/%s/bios/%s".formatted(shown.node(), shown.setting().name()))).list()));

    private static Field<Shown> of(String name, int since, Function<Setting, Object> value) {
        return Field.of(name, since, (Shown shown) -> value.apply(shown.setting()));
    }

    private final NodeHardware hardware;
    private final NodeFinder finder;

    NodeBiosResource(NodeHardware hardware, NodeFinder finder) {
        this.hardware = hardware;
        this.finder = finder;
    }

    @GetMapping
    Map<String, Object> list(@PathVariable String ident, Query query, RequestContext context) {
        query.allowOnly("detail", "fields");
        if (query.has("detail") || query.has("fields")) {
            context.require(74, "Arguments 'detail' and 'fields' of BIOS settings");
        }
        Node node = finder.find(ident);
        List<Field<Shown>> wanted = TABLE.wanted(query, context, false);
        return Map.of("bios", hardware.bios(node.id()).stream().map(setting -> TABLE.show(new Shown(node.id(), setting), wanted, context)).toList());
    }

    @GetMapping("/{name}")
    Map<String, Object> show(@PathVariable String ident, @PathVariable String name, RequestContext context) {
        Node node = finder.find(ident);
        Setting found = hardware.bios(node.id()).stream().filter(setting -> setting.name().equals(name)).findFirst()
                .orElseThrow(() -> new Failure.NotFound("BIOS setting", "'%s' of node %s".formatted(name, node.id())));
        return Map.of(name, TABLE.detail(new Shown(node.id(), found), context));
    }
}
