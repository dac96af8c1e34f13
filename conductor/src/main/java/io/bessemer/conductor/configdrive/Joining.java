package io.bessemer.conductor.configdrive;

import io.bessemer.core.node.Node;
import java.net.URI;
import java.util.Map;
import java.util.Optional;

/// Gives a host that is deployed for a pool what it needs to join it.
@FunctionalInterface
public interface Joining {
    Joining NONE = (node, attempt, hostToken, server) -> Optional.empty();

    /// Safe to repeat; what was given last is what is valid.
    ///
    /// @param attempt   of the deploy
    /// @param hostToken a secret of this deploy, from which the join token may follow
    /// @param server    where the host reaches us by its agent address: `http://192.0.2.1:6386`
    /// @return empty when the node is not deployed for a pool, or the deploy is not the pool's own
    Optional<Identity> identity(Node node, long attempt, String hostToken, URI server);

    /// @param join     goes into `meta_data.json` as `bessemer.join`; holds a secret
    /// @param userData for cloud-init, without secrets
    record Identity(Map<String, Object> join, Optional<String> userData) {
        @Override
        public String toString() {
            return "Identity[join=***, userData=%s]".formatted(userData);
        }
    }
}
