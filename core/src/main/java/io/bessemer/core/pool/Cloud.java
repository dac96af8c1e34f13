package io.bessemer.core.pool;

import java.util.List;
import java.util.UUID;

/// A cloud that hosts join beside Bessemer's own pools, as OpenStack. Every method is called again and again until it is done: it
/// looks at what the cloud has, does what is missing, and may be killed at any point. None waits for the cloud.
public interface Cloud {
    /// As profiles name it.
    String name();

    /// What the host's own agents of that cloud need: told to the compute agent, over its TLS connection only.
    Setup setup(Host host);

    /// Makes the cloud know the host, without letting it take guests.
    Progress join(Host host);

    /// Lets the host take guests. Done only when the cloud says so itself.
    Progress enable(Host host);

    /// Keeps new guests away and asks those that it has to move.
    Progress drain(Host host);

    /// Makes the cloud forget the host, in an order that leaves no remains; refuses while it has guests.
    Progress leave(Host host);

    /// @param node     its UUID, which is also its identity in the cloud
    /// @param hostname by which it is known, never changed
    /// @param address  of its agent
    record Host(UUID node, String hostname, String address, String zone, String pool, HypervisorKind kind) {}

    /// @param files    to be there, with these contents
    /// @param services of systemd, to run, and to be restarted when a file changed
    record Setup(List<HostFile> files, List<String> services) {
        public static final Setup NONE = new Setup(List.of(), List.of());

        public Setup {
            files = List.copyOf(files);
            services = List.copyOf(services);
        }
    }

    /// @param path  absolute
    /// @param mode  as in `0640`
    /// @param owner `user:group`
    record HostFile(String path, String mode, String owner, String content) {
        @Override
        public String toString() {
            return "HostFile[path=%s, mode=%s, owner=%s, content=***]".formatted(path, mode, owner);
        }
    }

    /// How far it is.
    sealed interface Progress {
        record Done() implements Progress {}

        /// @param what is awaited, for people
        record Waiting(String what) implements Progress {}

        /// The cloud could not be asked, for a reason that is not the host's: it is away, or does not take our password.
        ///
        /// @param reason and what to do
        record Unavailable(String reason) implements Progress {}

        /// It will not come about by waiting.
        ///
        /// @param reason and what to do
        record Failed(String reason) implements Progress {}
    }
}
