package io.bessemer.core.node;

import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/// A NIC of a node, by its MAC address. Components are null where Ironic's API shows null.
///
/// @param address             unique over all ports
/// @param pxeEnabled          whether the machine may boot by it, Ironic API 1.19
/// @param localLinkConnection switch_id, port_id, switch_info; Ironic API 1.19
/// @param physicalNetwork     Ironic API 1.34
/// @param name                unique, Ironic API 1.88
/// @param description         Ironic API 1.97
/// @param vendor              of the NIC, Ironic API 1.100
/// @param category            the operator's own word for what it is for, Ironic API 1.101
/// @param dynamicPortgroup    whether a network service may bond it as it needs, Ironic API 1.111; Bessemer itself never does
public record Port(
        PortId id,
        NodeId node,
        MacAddress address,
        boolean pxeEnabled,
        Map<String, Object> extra,
        Map<String, Object> internalInfo,
        Map<String, Object> localLinkConnection,
        String physicalNetwork,
        UUID portgroup,
        boolean smartNic,
        String name,
        String description,
        String vendor,
        String category,
        boolean dynamicPortgroup,
        Instant createdAt,
        Instant updatedAt) {

    public Port {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(node, "node");
        Objects.requireNonNull(address, "address");
        extra = JsonCopy.of(extra);
        internalInfo = JsonCopy.of(internalInfo);
        localLinkConnection = JsonCopy.of(localLinkConnection);
    }

    /// A port with nothing but its address, enabled for PXE.
    public static Port of(NodeId node, MacAddress address, Instant now) {
        return new Port(PortId.random(), node, address, true, Map.of(), Map.of(), Map.of(), null, null, false, null, null, null, null, true, now, null);
    }

    public Builder toBuilder() {
        return new Builder(this);
    }

    /// A port of which some components change.
    public static final class Builder {
        private PortId id;
        private NodeId node;
        private MacAddress address;
        private boolean pxeEnabled;
        private Map<String, Object> extra;
        private Map<String, Object> internalInfo;
        private Map<String, Object> localLinkConnection;
        private String physicalNetwork;
        private UUID portgroup;
        private boolean smartNic;
        private String name;
        private String description;
        private String vendor;
        private String category;
        private boolean dynamicPortgroup;
        private Instant createdAt;
        private Instant updatedAt;

        private Builder(Port port) {
            id = port.id;
            node = port.node;
            address = port.address;
            pxeEnabled = port.pxeEnabled;
            extra = port.extra;
            internalInfo = port.internalInfo;
            localLinkConnection = port.localLinkConnection;
            physicalNetwork = port.physicalNetwork;
            portgroup = port.portgroup;
            smartNic = port.smartNic;
            name = port.name;
            description = port.description;
            vendor = port.vendor;
            category = port.category;
            dynamicPortgroup = port.dynamicPortgroup;
            createdAt = port.createdAt;
            updatedAt = port.updatedAt;
        }

        public Builder id(PortId value) {
            id = value;
            return this;
        }

        public Builder node(NodeId value) {
            node = value;
            return this;
        }

        public Builder address(MacAddress value) {
            address = value;
            return this;
        }

        public Builder pxeEnabled(boolean value) {
            pxeEnabled = value;
            return this;
        }

        public Builder extra(Map<String, Object> value) {
            extra = value;
            return this;
        }

        public Builder localLinkConnection(Map<String, Object> value) {
            localLinkConnection = value;
            return this;
        }

        public Builder physicalNetwork(String value) {
            physicalNetwork = value;
            return this;
        }

        public Builder portgroup(UUID value) {
            portgroup = value;
            return this;
        }

        public Builder smartNic(boolean value) {
            smartNic = value;
            return this;
        }

        public Builder name(String value) {
            name = value;
            return this;
        }

        public Builder description(String value) {
            description = value;
            return this;
        }

        public Builder vendor(String value) {
            vendor = value;
            return this;
        }

        public Builder category(String value) {
            category = value;
            return this;
        }

        public Builder dynamicPortgroup(boolean value) {
            dynamicPortgroup = value;
            return this;
        }

        public Builder updatedAt(Instant value) {
            updatedAt = value;
            return this;
        }

        public Port build() {
            return new Port(id, node, address, pxeEnabled, extra, internalInfo, localLinkConnection, physicalNetwork, portgroup, smartNic, name, description,
                    vendor, category, dynamicPortgroup, createdAt, updatedAt);
        }
    }
}
