package io.bessemer.core.node;

import io.bessemer.core.fault.Failure;
import java.util.List;

/// Which VIFs are attached where. They are kept beside ports and port groups, so that attaching one is a compare-and-set and an edit of the port
/// cannot undo it.
public interface VifStore {
    /// @throws Failure.Conflict when the node has a VIF of that id
    /// @throws Failure.NotFound when the node, port or port group is gone
    /// @return false when the port or port group holds another one by now
    boolean attach(Vif vif);

    /// in the order in which they were attached
    List<Vif> ofNode(NodeId node);

    /// @return false when it was not attached
    boolean detach(NodeId node, String id);

    /// Idempotent.
    void detachAll(NodeId node);
}
