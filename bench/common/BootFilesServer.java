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
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The boot servers alone, without database and API: `BootFilesServer ADDRESS DIRECTORY PORTS`. Writes its TFTP and HTTP ports to the file PORTS, then serves until it is ended.
/// Every MAC boots the deploy ramdisk; any bearer token reads images.
final class BootFilesServer {
    public static void main(String[] arguments) throws Exception {
        var address = (Inet4Address) InetAddress.getByName(arguments[0]);
        byte[] end = address.getAddress();
        end[3] = (byte) 200;
        var on = new PxeSettings.Interface("", address, 24, (Inet4Address) InetAddress.getByAddress(end), (Inet4Address) InetAddress.getByAddress(end), Optional.empty(), List.of());
        Path directory = Path.of(arguments[1]);
        var settings = PxeSettings.of(on, directory, directory.resolve("images")).withPorts(0, 68, 0, 0, 0).withReplyToSource(true);
        var server = new PxeServer(settings, new Directory(), new NoLeases(), Clock.systemUTC());
        server.start();
        Files.writeString(Path.of(arguments[2]), server.tftpPort() + " " + server.httpPort() + "\n");
        Thread.currentThread().join();
    }

    private static final class Directory implements BootDirectory {
        private static final NodeId NODE = NodeId.random();

        @Override
        public BootAnswer lookup(MacAddress mac) {
            return new BootAnswer.Unknown();
        }

        @Override
        public Optional<RamdiskBoot> ramdisk(MacAddress mac, URI contentServer) {
            return Optional.of(new RamdiskBoot(NODE, 1, "vmlinuz", "initramfs", List.of("quiet")));
        }

        @Override
        public Optional<InstanceBoot> instance(MacAddress mac) {
            return Optional.empty();
        }

        @Override
        public void observed(MacAddress mac, BootPhase phase, String source, String event, String message, Map<String, Object> details) {}

        @Override
        public Optional<ImageReader> imageReader(String bearerToken) {
            return Optional.of(new ImageReader(NODE, ""));
        }
    }

    private static final class NoLeases implements LeaseStore {
        @Override
        public List<Lease> list() {
            return List.of();
        }

        @Override
        public boolean shared() {
            return false;
        }

        @Override
        public Optional<Lease> holder(Inet4Address address) {
            return Optional.empty();
        }

        @Override
        public Optional<Lease> find(MacAddress mac) {
            return Optional.empty();
        }

        @Override
        public boolean save(Lease lease) {
            return true;
        }

        @Override
        public List<Boolean> saveAll(List<Lease> leases) {
            return leases.stream().map(this::save).toList();
        }

        @Override
        public void delete(Lease lease) {}
    }
}
