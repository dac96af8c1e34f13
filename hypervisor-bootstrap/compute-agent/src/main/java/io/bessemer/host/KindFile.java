package io.bessemer.host;

import io.bessemer.host.kind.Hypervisor;
import java.io.IOException;
import java.util.Optional;

/// Which hypervisor the orders named last, kept on the disk: an agent that starts anew must not ask another one for its guests, which would
/// have none.
final class KindFile {
    private static final String FILE = "/var/lib/bessemer/hypervisor";

    private final HostFiles files;
    private volatile Optional<Hypervisor> kind;

    KindFile(HostFiles files) {
        this.files = files;
        this.kind = files.text(FILE).flatMap(Hypervisor::find);
    }

    /// Empty until there were orders that named one which this agent knows.
    Optional<Hypervisor> recall() {
        return kind;
    }

    /// @return whether it was another one before, or none
    synchronized boolean become(String name) throws IOException {
        Optional<Hypervisor> next = Hypervisor.find(name);
        if (next.isEmpty() || kind.map(Hypervisor::name).equals(Optional.of(name))) { // an unknown one is told by the checks
            return false;
        }
        files.write(FILE, name, "rw-r--r--");
        kind = next;
        return true;
    }
}
