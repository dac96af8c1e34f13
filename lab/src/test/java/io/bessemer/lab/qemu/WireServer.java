package io.bessemer.lab.qemu;

import io.bessemer.core.lease.Lease;
import io.bessemer.core.lease.LeaseStore;
import io.bessemer.core.node.MacAddress;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.timeline.BootPhase;
import io.bessemer.pxe.BootDirectory;
import io.bessemer.pxe.PxeServer;
import io.bessemer.pxe.PxeSettings;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/// The boot servers on `wire0` of the namespace that it is started in: `BOOT_DIRECTORY`. Prints READY; ends when its standard input does.
public final class WireServer {
    private WireServer() {}

    public static void main(String... arguments) throws Exception {
        Path boot = Path.of(arguments[0]);
        var on = new PxeSettings.Interface("wire0", address(LossyWire.SERVER), 24, address("172.25.0.100"), address("172.25.0.200"), Optional.empty(), List.of());
        try (var server = new PxeServer(PxeSettings.of(on, boot, boot.resolve("images")).withRouterAdvertisements(false), new OneMachine(), new Leases(),
                Clock.systemUTC())) {
            server.start();
            System.out.println("READY");
            while (System.in.read() >= 0) {
                // until the test lets go
            }
        }
    }

    private static Inet4Address address(String literal) throws Exception {
        return (Inet4Address) InetAddress.getByName(literal);
    }

    private static final class OneMachine implements BootDirectory {
        @Override
        public BootAnswer lookup(MacAddress mac) {
            return mac.value().equals(LossyWire.MACHINE_MAC) ? new BootAnswer.Ramdisk(new NodeId(new UUID(0, 9)), 1) : new BootAnswer.Unknown();
        }

        @Override
        public Optional<RamdiskBoot> ramdisk(MacAddress mac, URI contentServer) {
            return Optional.empty();
        }

        @Override
        public Optional<InstanceBoot> instance(MacAddress mac) {
            return Optional.empty();
        }

        @Override
        public void observed(MacAddress mac, BootPhase phase, String source, String event, String message, Map<String, Object> details) {}

        @Override
        public Optional<ImageReader> imageReader(String bearerToken) {
            return Optional.empty();
        }
    }

    private static final class Leases implements LeaseStore {
        private final Map<MacAddress, Lease> leases = new ConcurrentHashMap<>();

        @Override
        public List<Lease> list() {
            return List.copyOf(leases.values());
        }

        @Override
        public boolean shared() {
            return false;
        }

        @Override
        public Optional<Lease> find(MacAddress mac) {
            return Optional.ofNullable(leases.get(mac));
        }

        @Override
        public Optional<Lease> holder(Inet4Address address) {
            return leases.values().stream().filter(lease -> lease.address().equals(address)).findFirst();
        }

        @Override
        public List<Boolean> saveAll(List<Lease> all) {
            return all.stream().map(this::save).toList();
        }

        @Override
        public boolean save(Lease lease) {
            leases.put(lease.mac(), lease);
            return true;
        }

        @Override
        public void delete(Lease lease) {
            leases.remove(lease.mac());
        }
    }
}
