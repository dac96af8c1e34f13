package io.bessemer.api.port;

import io.bessemer.core.fault.Failure;
import io.bessemer.core.lifecycle.ProvisionState;
import io.bessemer.core.node.Node;
import io.bessemer.core.node.Port;
import io.bessemer.core.node.Vif;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;

/// When a port of a node that is not locked may be edited (Ironic: `ConductorManager.update_port` and `destroy_port`). While a flow waits for a machine
/// its node is not locked: that is when an operator finds and corrects a wrong MAC address.
final class PortRules {
    /// in which the machine's wiring may change
    static final Set<ProvisionState> REWIRED = EnumSet.of(ProvisionState.ENROLL, ProvisionState.INSPECTING, ProvisionState.INSPECT_WAIT,
            ProvisionState.MANAGEABLE);

    private PortRules() {
    }

    static void checkChange(Node node, Port before, Port after) {
        if (!after.node().equals(before.node()) && before.internalInfo().containsKey(Vif.KEY)) {
            throw new Failure.Conflict("Port %s can not change its node while VIF %s is attached to it. Detach it first."
                    .formatted(before.id(), before.internalInfo().get(Vif.KEY)));
        }
        if (node.maintenance()) {
            return;
        }
        boolean hasHost = node.instanceUuid() != null || node.provisionState() == ProvisionState.ACTIVE;
        if (hasHost && !after.address().equals(before.address())) {
            throw new Failure.Conflict(("Cannot update hardware address of port %s from %s to %s: node %s is active or has an instance. "
                    + "Set the node into maintenance first.").formatted(before.id(), before.address().value(), after.address().value(), node.displayName()));
        }
        boolean rewired = after.pxeEnabled() != before.pxeEnabled() || !Objects.equals(after.physicalNetwork(), before.physicalNetwork())
                || !after.localLinkConnection().equals(before.localLinkConnection()) || !Objects.equals(after.portgroup(), before.portgroup());
        if (rewired && !REWIRED.contains(node.provisionState())) {
            throw new Failure.Conflict(("Port %s cannot have pxe_enabled, physical_network, local_link_connection or portgroup_uuid changed while node %s is "
                    + "'%s'. Allowed states: enroll, inspecting, inspect wait, manageable; or set the node into maintenance first.")
                    .formatted(before.id(), node.displayName(), node.provisionState().wire()));
        }
    }

    static void checkDelete(Node node, Port port) {
        if (node.instanceUuid() != null && !node.maintenance()) {
            throw new Failure.Conflict("Cannot delete port %s: node %s has instance %s. Set the node into maintenance first."
                    .formatted(port.id(), node.displayName(), node.instanceUuid()));
        }
        if (port.internalInfo().get(Vif.KEY) instanceof String vif && !node.maintenance()) {
            throw new Failure.Conflict("Cannot delete port %s: it is bound to VIF %s. Detach it with `baremetal node vif detach %s %s`, or set the node into maintenance first."
                    .formatted(port.id(), vif, node.displayName(), vif));
        }
    }
}
