package io.bessemer.api.node;

import io.bessemer.api.wire.ErrorKind;
import io.bessemer.api.wire.JsonBody;
import io.bessemer.api.wire.Since;
import io.bessemer.api.wire.WireException;
import io.bessemer.conductor.NodeHardware;
import io.bessemer.core.fault.Failure;
import io.bessemer.core.node.NodeId;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RestController;

/// `PUT states/raid`, Ironic API 1.12: which logical disks the next RAID step shall make. Shown as `target_raid_config`.
@RestController
final class NodeRaidResource {
    private final NodeHardware hardware;
    private final NodeFinder finder;

    NodeRaidResource(NodeHardware hardware, NodeFinder finder) {
        this.hardware = hardware;
        this.finder = finder;
    }

    @Since(value = 12, otherwise = 406)
    @PutMapping("/v1/nodes/{ident}/states/raid")
    ResponseEntity<Void> target(@PathVariable String ident, JsonBody body) {
        NodeId node = finder.find(ident).id();
        try {
            hardware.setTargetRaid(node, body.members());
        } catch (Failure.Unsupported without) {
            throw new WireException(ErrorKind.NO_SUCH_PATH, without.getMessage()); // as in Ironic, for this interface alone
        }
        return ResponseEntity.noContent().build();
    }
}
