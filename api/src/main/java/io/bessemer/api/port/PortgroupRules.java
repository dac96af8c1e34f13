package io.bessemer.api.port;

import io.bessemer.core.fault.Failure;
import io.bessemer.core.lifecycle.ProvisionState;
import io.bessemer.core.node.Node;
import io.bessemer.core.node.Port;
import io.bessemer.core.node.Portgroup;
import io.bessemer.core.node.Vif;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// What ports of one group must have in common, and when a group may be edited (Ironic: `ConductorManager.update_portgroup`,
/// `conductor.utils.validate_port_physnet`, `VIFPortIDMixin.port_changed` and `portgroup_changed`).
final class PortgroupRules {
    private PortgroupRules() {
    }

    /// @param node    that the group belongs to afterwards
    /// @param members of the group
    static void checkChange(Node node, Portgroup before, Portgroup after, List<Port> members) {
        if (node.provisionState() == ProvisionState.INSPECTING) {
            throw new Failure.Conflict("Cannot update portgroup \"%s\" on node \"%s\" while it is in state \"inspecting\". Wait for the inspection, or abort it."
                    .formatted(before.id(), node.displayName()));
        }
        if (!after.node().equals(before.node())) {
            checkMove(node, before, members);
        }
        if (before.standalonePorts() && !after.standalonePorts()) {
            members.forEach(port -> alone(port).ifPresent(reason -> {
                throw new Failure.Conflict("standalone_ports_supported can not be set to False, because port %s of portgroup %s has %s."
                        .formatted(port.id(), before.id(), reason));
            }));
        }
    }

    private static void checkMove(Node node, Portgroup before, List<Port> members) {
        if (!PortRules.REWIRED.contains(node.provisionState()) && !node.maintenance()) {
            throw new Failure.Conflict(("Portgroup %s can not be associated to node %s while it is '%s'. Allowed states: enroll, inspecting, inspect wait, "
                    + "manageable; or set the node into maintenance first.").formatted(before.id(), node.displayName(), node.provisionState().wire()));
        }
        if (!members.isEmpty()) {
            throw new Failure.Invalid("node_uuid", "Portgroup %s can not be associated with node %s because there are ports associated with this portgroup."
                    .formatted(before.id(), node.displayName()));
        }
        if (before.internalInfo().containsKey(Vif.KEY)) {
            throw new Failure.Conflict("Portgroup %s can not change its node while VIF %s is attached to it. Detach it first."
                    .formatted(before.id(), before.internalInfo().get(Vif.KEY)));
        }
    }

    /// The group of a new or changed port.
    ///
    /// @param before  null when the port is new
    /// @param members of the group, with or without the port
    static void checkMember(Portgroup group, Port before, Port port, List<Port> members) {
        if (!group.node().equals(port.node())) {
            throw new Failure.Invalid("portgroup_uuid", "Port can not be added to a portgroup belonging to a different node: %s belongs to node %s, the port to node %s."
                    .formatted(group.id(), group.node(), port.node()));
        }
        boolean joins = before == null || !group.id().equals(before.portgroup());
        if (joins || !Objects.equals(before.physicalNetwork(), port.physicalNetwork())) {
            members.stream().filter(other -> !other.id().equals(port.id())).findFirst()
                    .filter(other -> !Objects.equals(other.physicalNetwork(), port.physicalNetwork())).ifPresent(other -> {
                        throw new Failure.Conflict(("Port with physical network %s cannot become a member of port group %s which has ports in physical network %s.")
                                .formatted(port.physicalNetwork(), group.id(), other.physicalNetwork()));
                    });
        }
        boolean hasVif = port.internalInfo().containsKey(Vif.KEY);
        if (before != null && !group.standalonePorts() && (joins || before.pxeEnabled() != port.pxeEnabled() || hasVif)) {
            alone(port).ifPresent(reason -> {
                throw notStandalone(group, "Port %s cannot be a member of it, because it has %s.".formatted(port.id(), reason));
            });
        }
    }

    static Failure.Conflict notStandalone(Portgroup group, String consequence) {
        return new Failure.Conflict("Port group %s doesn't support standalone ports. %s".formatted(group.id(), consequence));
    }

    /// Why a port is used by itself.
    private static Optional<String> alone(Port port) {
        List<String> reasons = new ArrayList<>();
        if (port.pxeEnabled()) {
            reasons.add("'pxe_enabled' set to True");
        }
        if (port.internalInfo().get(Vif.KEY) instanceof String vif) {
            reasons.add("VIF %s attached".formatted(vif));
        }
        return reasons.isEmpty() ? Optional.empty() : Optional.of(String.join(" and ", reasons));
    }
}
