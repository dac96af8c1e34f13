package io.bessemer.core.node;

import io.bessemer.core.fault.Failure;
import io.bessemer.core.lifecycle.ProvisionState;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

/// Where nodes are kept. [#commit] is the only way to change one.
public interface NodeStore {
    /// Stores a new node at version 1.
    ///
    /// @throws Failure.NodeAlreadyExists when the UUID is taken
    /// @throws Failure.NameAlreadyExists when the name is taken
    /// @throws Failure.InstanceAssociated when the instance UUID is taken
    Node create(Node node);

    Optional<Node> find(NodeId id);

    Optional<Node> findByName(String name);

    Optional<Node> findByInstance(UUID instance);

    /// In order of creation; see [NodeQuery].
    List<Node> list(NodeQuery query);

    /// As [#list], for whom these fields are enough, which take a fifth of the time: id, name, driver, instance, resource class, owner, lessee, power and
    /// provision states with their targets, maintenance, last error and reservation. The others may be as in a node that was just built.
    default List<Node> listBrief(NodeQuery query) {
        return list(query);
    }

    /// As [#list], with what power sync compares a machine with.
    default List<NodePower> listPower(NodeQuery query) {
        return list(query).stream().map(NodePower::of).toList();
    }

    /// All nodes in order of creation, a page at a time: each that is there the whole time is met, and met once.
    default void forEach(Consumer<Node> each) {
        NodeWalk.of(this::list, Node::id, each);
    }

    /// As [#forEach], with what power sync compares a machine with.
    default void forEachPower(Consumer<NodePower> each) {
        NodeWalk.of(this::listPower, NodePower::id, each);
    }

    /// Applies all parts of `change` in one transaction, or none of them. Stamps `updatedAt` and raises the version. The allocation follows
    /// the node: one that the change sets becomes active on the node, one that it clears is deleted.
    ///
    /// @throws Failure.NotFound when the allocation that is set is gone, or has a node or an error already
    /// @throws Failure.NameAlreadyExists when the new name is taken
    /// @throws Failure.InstanceAssociated when the new instance UUID is taken
    CommitResult commit(Change change);

    /// Removes the node with its ports, flow, agent, traits, history and timeline, whatever version it is at.
    ///
    /// @return false when it was gone already
    boolean delete(NodeId id);

    /// How many nodes are in each provision state, those in maintenance apart.
    default List<StateCount> counts() {
        Map<StateCount, Integer> counts = new LinkedHashMap<>();
        listBrief(NodeQuery.all()).forEach(node -> counts.merge(new StateCount(node.provisionState(), node.maintenance(), 0), 1, Integer::sum));
        return counts.entrySet().stream().map(one -> new StateCount(one.getKey().state(), one.getKey().maintenance(), one.getValue())).toList();
    }

    /// How many nodes each shard has, the largest first; those in none stand under null.
    List<ShardSize> shards();

    /// Newest first.
    List<HistoryEntry> history(NodeId id);

    /// The inventory that the agent reported last, and the plug-in data beside it.
    Optional<Inventory> inventory(NodeId id);

    void saveInventory(NodeId id, Inventory inventory);

    record StateCount(ProvisionState state, boolean maintenance, int nodes) {}

    record ShardSize(String name, int nodes) {}

    /// What a commit came to.
    sealed interface CommitResult {
        /// @param node as stored, with its new version
        record Applied(Node node) implements CommitResult {}

        /// Somebody else was faster; nothing was stored.
        ///
        /// @param now the node as it is
        record Changed(Node now) implements CommitResult {}

        /// The node is gone; nothing was stored.
        record Gone() implements CommitResult {}
    }
}
