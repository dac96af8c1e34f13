package io.bessemer.core.node;

import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/// Ports of one node that are bonded. Components are null where Ironic's API shows null.
///
/// @param address          unique over all port groups; null when the bond takes a member's
/// @param mode             of the bond, Linux' words; Ironic API 1.26
/// @param properties       of the bond, such as `miimon`; Ironic API 1.26
/// @param standalonePorts  whether a member may also be used by itself, to boot by it or for a VIF of its own
/// @param name             unique
/// @param physicalNetwork  of all its ports, Ironic API 1.102
/// @param category         the operator's own word for what it is for, Ironic API 1.103
/// @param dynamic          made by a network service as it needed one, Ironic API 1.111; never so here
public record Portgroup(
        UUID id,
        NodeId node,
        MacAddress address,
        String mode,
        Map<String, Object> properties,
        Map<String, Object> extra,
        Map<String, Object> internalInfo,
        boolean standalonePorts,
        String name,
        String physicalNetwork,
        String category,
        boolean dynamic,
        Instant createdAt,
        Instant updatedAt) {

    /// what Ironic takes when nothing is said
    public static final String DEFAULT_MODE = "active-backup";

    public Portgroup {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(node, "node");
        Objects.requireNonNull(mode, "mode");
        properties = JsonCopy.of(properties);
        extra = JsonCopy.of(extra);
        internalInfo = JsonCopy.of(internalInfo);
    }

    public static Portgroup of(NodeId node, Instant now) {
        return new Portgroup(UUID.randomUUID(), node, null, DEFAULT_MODE, Map.of(), Map.of(), Map.of(), true, null, null, null, false, now, null);
    }

    public Builder toBuilder() {
        return new Builder(this);
    }

    /// A group of which some components change.
    public static final class Builder {
        private UUID id;
        private NodeId node;
        private MacAddress address;
        private String mode;
        private Map<String, Object> properties;
        private Map<String, Object> extra;
        private Map<String, Object> internalInfo;
        private boolean standalonePorts;
        private String name;
        private String physicalNetwork;
        private String category;
        private boolean dynamic;
        private Instant createdAt;
        private Instant updatedAt;

        private Builder(Portgroup group) {
            id = group.id;
            node = group.node;
            address = group.address;
            mode = group.mode;
            properties = group.properties;
            extra = group.extra;
            internalInfo = group.internalInfo;
            standalonePorts = group.standalonePorts;
            name = group.name;
            physicalNetwork = group.physicalNetwork;
            category = group.category;
            dynamic = group.dynamic;
            createdAt = group.createdAt;
            updatedAt = group.updatedAt;
        }

        public Builder id(UUID value) {
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

        public Builder mode(String value) {
            mode = value;
            return this;
        }

        public Builder properties(Map<String, Object> value) {
            properties = value;
            return this;
        }

        public Builder extra(Map<String, Object> value) {
            extra = value;
            return this;
        }

        public Builder standalonePorts(boolean value) {
            standalonePorts = value;
            return this;
        }

        public Builder name(String value) {
            name = value;
            return this;
        }

        public Builder physicalNetwork(String value) {
            physicalNetwork = value;
            return this;
        }

        public Builder category(String value) {
            category = value;
            return this;
        }

        public Builder updatedAt(Instant value) {
            updatedAt = value;
            return this;
        }

        public Portgroup build() {
            return new Portgroup(id, node, address, mode, properties, extra, internalInfo, standalonePorts, name, physicalNetwork, category, dynamic, createdAt,
                    updatedAt);
        }
    }
}
