package io.bessemer.api.node;

import io.bessemer.api.plan.RunbookArgument;
import io.bessemer.api.wire.JsonBody;
import io.bessemer.api.wire.JsonBody.JsonObject;
import io.bessemer.api.wire.RequestContext;
import io.bessemer.api.wire.Values;
import io.bessemer.conductor.NodeService;
import io.bessemer.core.fault.Failure;
import io.bessemer.core.node.Node;
import io.bessemer.core.node.PowerTarget;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/// `/v1/nodes/{ident}/states`: where a node is, and where it shall go.
@RestController
@RequestMapping("/v1/nodes/{ident}/states")
final class NodeStatesResource {
    private static final Set<String> SHOWN = Set.of("power_state", "target_power_state", "provision_state", "target_provision_state",
            "provision_updated_at", "last_error", "console_enabled", "raid_config", "target_raid_config", "boot_mode", "secure_boot");

    private final NodeService service;
    private final NodeFinder finder;
    private final RunbookArgument runbooks;

    NodeStatesResource(NodeService service, NodeFinder finder, RunbookArgument runbooks) {
        this.service = service;
        this.finder = finder;
        this.runbooks = runbooks;
    }

    @GetMapping
    Map<String, Object> states(@PathVariable String ident, RequestContext context) {
        Node node = finder.find(ident);
        return NodeFields.TABLE.show(node, NodeFields.TABLE.all(context).stream().filter(field -> SHOWN.contains(field.name())).toList(), context);
    }

    @PutMapping("/provision")
    ResponseEntity<Void> provision(@PathVariable String ident, JsonBody body, RequestContext context) {
        Node node = finder.find(ident);
        ProvisionBody wish = ProvisionBody.of(runbooks.resolve(body, node, context), node.provisionState(), context);
        service.provision(node.id(), wish.verb(), wish.request());
        return accepted(ident, context);
    }

    @PutMapping("/power")
    ResponseEntity<Void> power(@PathVariable String ident, JsonBody body, RequestContext context) {
        Node node = finder.find(ident);
        JsonObject members = body.object("target", "timeout");
        String wire = members.required("target");
        PowerTarget target = PowerTarget.fromWire(wire).orElseThrow(() -> new Failure.Invalid("target",
                "'%s' is not one of %s.".formatted(wire, String.join(", ", Arrays.stream(PowerTarget.values()).map(PowerTarget::wire).toList()))));
        if (target.soft()) {
            context.require(27, "Power target '%s'".formatted(wire));
        }
        Optional<Duration> timeout = Optional.empty();
        if (members.has("timeout")) {
            context.require(27, "Argument 'timeout'");
            int seconds = Values.wholeNumber(members.get("timeout"), "timeout");
            if (seconds < 1) {
                throw new Failure.Invalid("timeout", "must be a positive number of seconds.");
            }
            timeout = Optional.of(Duration.ofSeconds(seconds));
        }
        service.setPower(node.id(), target, timeout);
        return accepted(ident, context);
    }

    private static ResponseEntity<Void> accepted(String ident, RequestContext context) {
        return ResponseEntity.accepted().location(URI.create(context.base() + "/v1/nodes/" + ident + "/states")).build();
    }
}
