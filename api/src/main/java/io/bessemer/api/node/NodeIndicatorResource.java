package io.bessemer.api.node;

import io.bessemer.api.wire.JsonBody;
import io.bessemer.api.wire.Links;
import io.bessemer.api.wire.RequestContext;
import io.bessemer.api.wire.Since;
import io.bessemer.conductor.NodeHardware;
import io.bessemer.core.driver.IndicatorInterface.Indicator;
import io.bessemer.core.driver.IndicatorInterface.State;
import io.bessemer.core.fault.Failure;
import io.bessemer.core.node.Node;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/// `management/indicators`, Ironic API 1.63: the lights of a machine, named `led@chassis`.
@Since(value = 63, otherwise = 406)
@RestController
@RequestMapping("/v1/nodes/{ident}/management/indicators")
final class NodeIndicatorResource {
    private final NodeHardware hardware;
    private final NodeFinder finder;

    NodeIndicatorResource(NodeHardware hardware, NodeFinder finder) {
        this.hardware = hardware;
        this.finder = finder;
    }

    @GetMapping
    Map<String, Object> list(@PathVariable String ident, RequestContext context) {
        Node node = finder.find(ident);
        return Map.of("indicators", hardware.indicators(node.id()).stream().map(indicator -> show(indicator, node, context)).toList());
    }

    private static Map<String, Object> show(Indicator indicator, Node node, RequestContext context) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("name", indicator.uniqueName());
        shown.put("component", indicator.component().wire());
        shown.put("readonly", indicator.readOnly());
        shown.put("states", indicator.states().stream().map(State::wire).toList());
        shown.put("links", Links.of(context, "nodes/%s/management/indicators/%s".formatted(node.id(), indicator.uniqueName())));
        return shown;
    }

    @GetMapping("/{indicator}")
    Map<String, Object> state(@PathVariable String ident, @PathVariable String indicator) {
        return Map.of("state", hardware.indicator(finder.find(ident).id(), indicator).wire());
    }

    @PutMapping("/{indicator}")
    ResponseEntity<Void> set(@PathVariable String ident, @PathVariable String indicator, JsonBody body) {
        String wire = body.object("state").required("state");
        State state = State.fromWire(wire).orElseThrow(() -> new Failure.Invalid("state", "'%s' is not one of %s."
                .formatted(wire, String.join(", ", Arrays.stream(State.values()).map(State::wire).toList()))));
        hardware.setIndicator(finder.find(ident).id(), indicator, state);
        return ResponseEntity.noContent().build();
    }
}
