package io.bessemer.api.node;

import io.bessemer.core.node.Port;
import io.bessemer.core.node.PortId;
import io.bessemer.core.node.Portgroup;
import io.bessemer.core.node.Vif;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/// Where on a node a VIF may go (Ironic: `network/common.py`, `get_free_port_like_object`, without the physical networks that only Neutron knows).
record VifPlaces(List<Port> ports, List<Portgroup> groups, List<Vif> attached) {
    /// One of the two, the other is null.
    record Place(PortId port, UUID portgroup) {}

    int size() {
        return ports.size();
    }

    /// The best first: port groups, then ports that are enabled for PXE, then the others.
    ///
    /// @param port  only this one, null when any will do
    /// @param group only this one, null when any will do
    List<Place> free(PortId port, UUID group) {
        Set<PortId> takenPorts = new HashSet<>();
        Set<UUID> takenGroups = new HashSet<>();
        attached.forEach(vif -> {
            takenPorts.add(vif.port());
            takenGroups.add(vif.portgroup());
        });
        // of a group with a VIF on one of its ports, the other ports are used one by one
        Set<UUID> split = new HashSet<>();
        ports.stream().filter(one -> one.portgroup() != null && takenPorts.contains(one.id())).forEach(one -> split.add(one.portgroup()));
        List<Port> freePorts = ports.stream().filter(one -> !takenPorts.contains(one.id())).toList();
        List<Place> places = new ArrayList<>();
        if (port == null) {
            groups.stream().filter(one -> group == null || group.equals(one.id()))
                    .filter(one -> !takenGroups.contains(one.id()) && !split.contains(one.id()))
                    .filter(one -> freePorts.stream().anyMatch(member -> one.id().equals(member.portgroup())))
                    .forEach(one -> places.add(new Place(null, one.id())));
        }
        if (group == null) {
            freePorts.stream().filter(one -> port == null || port.equals(one.id()))
                    .filter(one -> one.portgroup() == null || (split.contains(one.portgroup()) && !takenGroups.contains(one.portgroup())))
                    .sorted(Comparator.comparing(Port::pxeEnabled).reversed())
                    .forEach(one -> places.add(new Place(one.id(), null)));
        }
        return places;
    }
}
