package io.bessemer.pxe.rack;

import io.bessemer.pxe.MemoryLeases;
import io.bessemer.pxe.PxeServer;
import io.bessemer.pxe.PxeSettings;
import io.bessemer.pxe.RecordingDirectory;
import io.bessemer.pxe.Subnet;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// The program that a rack test starts inside its namespace: `DEVICE BOOT_DIRECTORY server|proxy MAC=ramdisk|disk...`.
/// Prints `READY`, then `EVENT millis-since-epoch mac source event details` a line. Ends when its standard input does.
public final class RackServer {
    private RackServer() {}

    public static void main(String... arguments) throws Exception {
        var directory = new RecordingDirectory();
        directory.kernelArguments = List.of("console=ttyS0,115200", "rootfstype=ramfs", "panic=-1", "quiet", "bessemer.token=one-time");
        for (String machine : List.of(arguments).subList(3, arguments.length)) {
            String mac = machine.substring(0, 17);
            if (machine.endsWith("=ramdisk")) {
                directory.ramdiskFor(mac);
            } else {
                directory.localDiskFor(mac);
            }
        }
        directory.listener = event -> System.out.println("EVENT " + System.currentTimeMillis() + " " + event.mac() + " " + event.source() + " " + event.event() + " " + event.details());
        Path boot = Path.of(arguments[1]);
        Inet4Address own = address("172.23.0.1");
        Subnet subnet = arguments[2].equals("proxy") ? Subnet.proxied(own, 24)
                : new Subnet(own, 24, address("172.23.0.100"), address("172.23.0.200"), Optional.of(own), List.of());
        var relayed = new Subnet(address("10.9.0.1"), 24, address("10.9.0.10"), address("10.9.0.20"), Optional.of(address("10.9.0.1")), List.of());
        var on = new PxeSettings.Interface(arguments[0], own, subnet, List.of(relayed));
        PxeSettings settings = PxeSettings.of(on, boot, boot.resolve("images")).withProbes(Duration.ofMillis(300), Duration.ofSeconds(10));
        try (var server = new PxeServer(settings, directory, new MemoryLeases(), Clock.systemUTC())) {
            server.start();
            System.out.println("READY");
            while (System.in.read() >= 0) {
                // until the test lets go
            }
            System.out.println("COUNTERS " + server.counters());
        }
    }

    private static Inet4Address address(String literal) throws Exception {
        return (Inet4Address) InetAddress.getByName(literal);
    }
}
