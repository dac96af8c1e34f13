package io.bessemer.api.node;

import io.bessemer.api.wire.JsonBody;
import io.bessemer.api.wire.RequestContext;
import io.bessemer.api.wire.Since;
import io.bessemer.api.wire.Values;
import io.bessemer.conductor.NodeHardware;
import io.bessemer.core.fault.Failure;
import io.bessemer.core.node.BootMode;
import java.net.URI;
import java.util.Arrays;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/// `states/boot_mode` and `states/secure_boot`, Ironic API 1.76. What was set is shown by `GET .../states` (1.75).
@Since(76)
@RestController
@RequestMapping("/v1/nodes/{ident}/states")
final class NodeBootModeResource {
    private final NodeHardware hardware;
    private final NodeFinder finder;

    NodeBootModeResource(NodeHardware hardware, NodeFinder finder) {
        this.hardware = hardware;
        this.finder = finder;
    }

    @PutMapping("/boot_mode")
    ResponseEntity<Void> bootMode(@PathVariable String ident, JsonBody body, RequestContext context) {
        String target = body.object("target").required("target");
        BootMode mode = BootMode.fromWire(target).orElseThrow(() -> new Failure.Invalid("target", "'%s' is not one of %s."
                .formatted(target, String.join(", ", Arrays.stream(BootMode.values()).map(BootMode::wire).toList()))));
        hardware.setBootMode(finder.find(ident).id(), mode);
        return accepted(ident, context);
    }

    @PutMapping("/secure_boot")
    ResponseEntity<Void> secureBoot(@PathVariable String ident, JsonBody body, RequestContext context) {
        Object target = body.object("target").get("target");
        if (target == null) {
            throw new Failure.Missing("target", "Send true or false.");
        }
        hardware.setSecureBoot(finder.find(ident).id(), Values.flag(target, "target"));
        return accepted(ident, context);
    }

    private static ResponseEntity<Void> accepted(String ident, RequestContext context) {
        return ResponseEntity.accepted().location(URI.create(context.base() + "/v1/nodes/" + ident + "/states")).build();
    }
}
