package io.bessemer.conductor.pool;

import io.bessemer.core.node.Node;
import io.bessemer.core.pool.HostProfile;
import io.bessemer.core.pool.Hypervisor;
import java.util.Map;
import java.util.Optional;

/// How a node tells that it is deployed for a pool, and by which deployment. Claim and deploy are one commit, so a node that has the mark
/// of a member's deployment was told to deploy.
public final class Deployments {
    /// in `instance_info`: the deployment, named by when the member began it
    static final String MARK = "host_deployment";
    /// in `instance_info`: for people
    static final String POOL = "host_pool";
    /// in `driver_internal_info`: the attempt that imaged the machine last
    public static final String IMAGED = "imaged_attempt";

    private Deployments() {}

    /// The node as the instance of its own id, to become what the profile says.
    static Node claim(Node node, Hypervisor member, HostProfile profile) {
        return node.toBuilder()
                .instanceUuid(node.id().value())
                .instanceInfo(Map.of("image_source", profile.image(), POOL, member.pool(), MARK, HostPlanner.deploymentOf(member)))
                .build();
    }

    /// Whether the node's flow is the deployment that the member waits for.
    static boolean isOf(Node node, Hypervisor member) {
        return HostPlanner.deploymentOf(member).equals(node.instanceInfo().get(MARK));
    }

    static Optional<String> freeFor(Node node) {
        return node.instanceUuid() == null || node.id().value().equals(node.instanceUuid()) ? Optional.empty()
                : Optional.of("instance %s took it first".formatted(node.instanceUuid()));
    }
}
