package io.bessemer.conductor;

import io.bessemer.core.node.Node;

/// Whose project becomes the lessee of a node that is deployed (Ironic: `apply_automatic_lessee`). A lessee that somebody has set stays; one
/// that came so goes with the instance. A rebuild changes nothing.
public enum AutomaticLessee {
    /// `instance_info/project_id`, which Nova and others set
    INSTANCE,
    /// the project of who asks
    REQUEST,
    NONE;

    /// in `driver_internal_info`: the lessee came with the instance
    public static final String MARK = "automatic_lessee";

    /// @param project of who asks; null for none
    Node deployed(Node node, String project) {
        String lessee = switch (this) {
            case INSTANCE -> node.instanceInfo().get("project_id") instanceof String of && !of.isBlank() ? of : null;
            case REQUEST -> project;
            case NONE -> null;
        };
        return lessee == null || node.lessee() != null ? node : node.toBuilder().lessee(lessee).internal(MARK, true).build();
    }

    public static Node undeployed(Node node) {
        return Boolean.TRUE.equals(node.driverInternalInfo().get(MARK)) ? node.toBuilder().lessee(null).build() : node;
    }
}
