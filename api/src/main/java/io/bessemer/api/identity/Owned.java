package io.bessemer.api.identity;

import io.bessemer.core.node.Node;

/// What decides whether a thing is a project's: for all that belongs to a node, the node's owner and lessee.
///
/// @param owner  project; null for the system's own
/// @param lessee project that uses it for now; null for none
public record Owned(String owner, String lessee) {
    public static final Owned BY_THE_SYSTEM = new Owned(null, null);

    public static Owned by(Node node) {
        return new Owned(node.owner(), node.lessee());
    }
}
