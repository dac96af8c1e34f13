package io.bessemer.conductor.pool;

import java.net.URI;
import java.util.Optional;

/// Where hosts fetch the compute agent on their first boot. Asked anew for each host: the archive may be built while the server runs.
public interface AgentArchives {
    AgentArchives NONE = new AgentArchives() {
        @Override
        public Optional<Archive> find(URI server) {
            return Optional.empty();
        }

        @Override
        public String cure() {
            return "Run ./bessemer agent build, or set bessemer.hosts.agent-archive";
        }
    };

    /// @param server where the host reaches us; its host part is what counts
    Optional<Archive> find(URI server);

    /// What an operator does when there is none.
    String cure();

    /// @param url    of a tar.gz with a program `install`
    /// @param sha256 hex; empty when an operator gave an URL without it
    record Archive(URI url, String sha256) {}
}
