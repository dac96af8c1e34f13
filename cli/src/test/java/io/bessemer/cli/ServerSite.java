package io.bessemer.cli;

import io.bessemer.lab.simulated.BootNetwork;
import io.bessemer.lab.simulated.SimulatedRack;
import io.bessemer.server.ServerMain;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/// A real server with its boot servers on loopback, and simulated machines, for commands that change things.
final class ServerSite implements AutoCloseable {
    private static final int BOOT_FILE_BYTES = 4096;
    private static final long DISK_BYTES = 64L << 20;
    /// beyond those of the racks of other tests
    private static final int FIRST_SLOT = 180;

    final SimulatedRack rack;
    final String api;
    private final ConfigurableApplicationContext server;

    ServerSite(Path directory, int machines) throws IOException {
        Path boot = Files.createDirectories(directory.resolve("data/boot"));
        for (String name : List.of("vmlinuz", "initramfs", "snponly.efi", "ipxe.efi", "undionly.kpxe")) {
            Files.write(boot.resolve(name), new byte[BOOT_FILE_BYTES]); // fetched, but nothing runs it
        }
        int dhcp = udp();
        int tftp = udp();
        rack = SimulatedRack.start(directory.resolve("rack"), FIRST_SLOT, machines, BootNetwork.onLoopback(dhcp, tftp), DISK_BYTES);
        int port = tcp();
        api = "http://127.0.0.1:" + port;
        SpringApplication application = new SpringApplication(ServerMain.class);
        application.setBannerMode(Banner.Mode.OFF);
        try {
            server = application.run("--bessemer.data-dir=" + directory.resolve("data"), "--bessemer.api.listen=127.0.0.1:" + port,
                    "--bessemer.agent.listen=127.0.0.1:" + tcp(), "--bessemer.hosts.port=" + tcp(), "--bessemer.pxe.http-port=" + tcp(),
                    "--bessemer.pxe.enabled=true", "--bessemer.pxe.interfaces[0].name=lo", "--bessemer.pxe.interfaces[0].address=127.0.0.1/8",
                    "--bessemer.pxe.interfaces[0].range=127.45.0.1-127.45.255.254", "--bessemer.pxe.reply-to-source=true",
                    "--bessemer.pxe.dhcp-port=" + dhcp, "--bessemer.pxe.tftp-port=" + tftp, "--bessemer.pxe.dhcp-client-port=" + udp(),
                    "--bessemer.ipmi.retries=1", "--bessemer.ipmi.call-timeout=2s", "--bessemer.conductor.max-retries=1");
        } catch (RuntimeException e) {
            rack.close();
            throw e;
        }
    }

    private static int tcp() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static int udp() throws IOException {
        try (DatagramSocket socket = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() {
        server.close();
        rack.close();
    }
}
