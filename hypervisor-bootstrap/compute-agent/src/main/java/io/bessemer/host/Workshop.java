package io.bessemer.host;

import io.bessemer.host.join.Identity;
import io.bessemer.host.layout.Bridge;
import io.bessemer.host.layout.CloudServices;
import io.bessemer.host.layout.LibvirtTls;
import io.bessemer.host.libvirt.Connection;
import io.bessemer.host.libvirt.Guests;
import io.bessemer.host.libvirt.Layout;
import io.bessemer.host.protocol.HostOrders;
import java.io.IOException;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Makes the host what its orders say. All of it may be done again and again.
class Workshop {
    private final HostFiles files;
    private final LibvirtLink libvirt;
    private final CloudServices cloudServices;
    private volatile String error;

    Workshop(HostFiles files, LibvirtLink libvirt) {
        this.files = files;
        this.libvirt = libvirt;
        this.cloudServices = new CloudServices(files, "systemctl");
    }

    /// What could not be made so, the last time.
    Optional<String> error() {
        return Optional.ofNullable(error);
    }

    /// libvirt's TLS, networks and storage pools, and the services of a cloud.
    void furnish(HostOrders orders, Identity identity) throws InterruptedException {
        var errors = new ArrayList<String>();
        attempt("libvirt over TLS", errors, () -> openTls(identity));
        for (HostOrders.Network network : orders.networks()) {
            attempt("network " + network.name(), errors, () -> {
                if (network.nic() != null) {
                    new Bridge(files, network).ensure();
                }
                new Layout(connection()).ensure(network);
            });
        }
        for (HostOrders.StoragePool pool : orders.storagePools()) {
            attempt("storage pool " + pool.name(), errors, () -> {
                Files.createDirectories(files.path(pool.path()));
                new Layout(connection()).ensure(pool);
            });
        }
        if (!orders.files().isEmpty() || !orders.services().isEmpty()) {
            attempt("services of the cloud", errors, () -> cloudServices.follow(orders.files(), orders.services()));
        }
        error = errors.isEmpty() ? null : String.join("; ", errors);
    }

    /// Asks the guests that are left to shut down.
    void shutDown(List<Connection.Guest> guests) throws InterruptedException {
        for (Connection.Guest guest : guests) {
            if (guest.active()) {
                attempt("guest " + guest.name(), new ArrayList<>(), () -> new Guests(connection()).shutDown(guest.name()));
            }
        }
    }

    void leave() throws InterruptedException {
        attempt("services of the cloud", new ArrayList<>(), cloudServices::stop);
        attempt("libvirt over TLS", new ArrayList<>(), this::closeTls);
    }

    void openTls(Identity identity) throws IOException, GeneralSecurityException {
        if (new LibvirtTls(files).open(identity)) {
            Console.say("libvirt listens for TLS");
            libvirt.drop();
        }
    }

    void closeTls() throws IOException {
        if (new LibvirtTls(files).close()) {
            Console.say("libvirt listens for nobody from outside any more");
            libvirt.drop();
        }
    }

    private Connection connection() throws IOException {
        return libvirt.get().orElseThrow(() -> new IOException(libvirt.error()));
    }

    private static void attempt(String what, List<String> errors, Work work) throws InterruptedException {
        try {
            work.run();
            Console.sayOnce(what, "as ordered");
        } catch (IOException | GeneralSecurityException | RuntimeException e) { // also a program that is missing
            errors.add(what + ": " + e.getMessage());
            Console.sayOnce(what, String.valueOf(e.getMessage()));
        }
    }

    private interface Work {
        void run() throws IOException, GeneralSecurityException, InterruptedException;
    }
}
