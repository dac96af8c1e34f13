package io.bessemer.api.node;

import io.bessemer.api.wire.Field;
import io.bessemer.api.wire.Fields;
import io.bessemer.api.wire.Query;
import io.bessemer.api.wire.RequestContext;
import io.bessemer.api.wire.Since;
import io.bessemer.api.wire.Values;
import io.bessemer.conductor.NodeHardware;
import io.bessemer.core.driver.FirmwareInterface.Component;
import java.util.List;
import java.util.Map;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/// `/v1/nodes/{ident}/firmware`, Ironic API 1.86; whose it is since 1.114.
@Since(86)
@RestController
final class NodeFirmwareResource {
    private static final Fields<Component> TABLE = new Fields<>("firmware component", List.of(
            Field.of("component", 86, Component::component).list(),
            Field.of("initial_version", 86, Component::initialVersion).list(),
            Field.of("current_version", 86, Component::currentVersion).list(),
            Field.of("last_version_flashed", 86, Component::flashedVersion).list(),
            Field.of("vendor", 114, Component::vendor).list(),
            Field.of("model", 114, Component::model).list(),
            Field.of("serial_number", 114, Component::serialNumber).list(),
            Field.<Component>of("created_at", 86, component -> Values.time(component.seenAt())).list(),
            Field.<Component>of("updated_at", 86, _ -> null).list()));

    private final NodeHardware hardware;
    private final NodeFinder finder;

    NodeFirmwareResource(NodeHardware hardware, NodeFinder finder) {
        this.hardware = hardware;
        this.finder = finder;
    }

    @GetMapping("/v1/nodes/{ident}/firmware")
    Map<String, Object> list(@PathVariable String ident, Query query, RequestContext context) {
        query.allowOnly("detail", "fields");
        List<Field<Component>> wanted = TABLE.wanted(query, context, false);
        return Map.of("firmware", hardware.firmware(finder.find(ident).id()).stream().map(component -> TABLE.show(component, wanted, context)).toList());
    }
}
