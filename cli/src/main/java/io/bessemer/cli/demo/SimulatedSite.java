package io.bessemer.cli.demo;

import io.bessemer.core.image.ImageLibrary.ImageInfo;
import io.bessemer.core.image.ImageLibrary.ImageSource;
import io.bessemer.core.program.Progress;
import io.bessemer.images.ImageDirectory;
import io.bessemer.images.ImageSettings;
import io.bessemer.lab.simulated.BootNetwork;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;

/// Where a server for machines made of threads works: its data directory, and its ports on loopback.
public record SimulatedSite(Path directory, int api, int agent, int http, int hosts, int dhcp, int tftp, int dhcpClient) {
    static final String IMAGE = "simulated";
    private static final long IMAGE_BYTES = 256L << 20;
    private static final int TRIES = 100;
    private static final int LOWEST_PORT = 15_000;
    private static final int HIGHEST_PORT = 32_000;
    /// about what they are
    private static final Map<String, Integer> BOOT_FILES = Map.of("vmlinuz", 1 << 20, "initramfs", 1 << 20, "snponly.efi", 256 << 10, "ipxe.efi", 1 << 20,
            "undionly.kpxe", 72 << 10);

    /// @param first port, that of the API; the six after it are used too
    static SimulatedSite from(Path directory, int first) {
        return new SimulatedSite(directory, first, first + 1, first + 2, first + 6, first + 3, first + 4, first + 5);
    }

    /// On seven that are free in a row, below those that the kernel gives to whoever connects next (`ip_local_port_range`).
    public static SimulatedSite onFreePorts(Path directory) throws IOException {
        for (int i = 0; i < TRIES; i++) {
            SimulatedSite site = from(directory, ThreadLocalRandom.current().nextInt(LOWEST_PORT, HIGHEST_PORT));
            if (IntStream.of(site.api, site.agent, site.http, site.hosts).allMatch(SimulatedSite::freeForTcp) && IntStream.of(site.dhcp, site.tftp, site.dhcpClient).allMatch(SimulatedSite::freeForUdp)) {
                return site;
            }
        }
        throw new IOException("no seven ports in a row are free on loopback between %d and %d".formatted(LOWEST_PORT, HIGHEST_PORT));
    }

    private static boolean freeForTcp(int port) {
        try (var _ = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return true;
        } catch (IOException taken) {
            return false;
        }
    }

    private static boolean freeForUdp(int port) {
        try (var _ = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))) {
            return true;
        } catch (IOException taken) {
            return false;
        }
    }

    /// Of the server.
    public List<String> settings() {
        return List.of("--bessemer.data-dir=" + directory, "--bessemer.api.listen=127.0.0.1:" + api, "--bessemer.agent.listen=127.0.0.1:" + agent, "--bessemer.hosts.port=" + hosts,
                "--bessemer.pxe.enabled=true", "--bessemer.pxe.interfaces[0].name=lo", "--bessemer.pxe.interfaces[0].address=127.0.0.1/8",
                "--bessemer.pxe.interfaces[0].range=127.44.0.1-127.44.255.254", "--bessemer.pxe.reply-to-source=true", "--bessemer.pxe.http-port=" + http,
                "--bessemer.pxe.dhcp-port=" + dhcp, "--bessemer.pxe.tftp-port=" + tftp, "--bessemer.pxe.dhcp-client-port=" + dhcpClient);
    }

    /// Where its machines ask.
    public BootNetwork network() {
        return BootNetwork.onLoopback(dhcp, tftp);
    }

    /// Files that are fetched, though nothing runs them, of the size of real ones.
    ///
    /// @param largest bytes of one; the rest is cut off
    public void bootFiles(int largest) throws IOException {
        Path boot = Files.createDirectories(directory.resolve("boot"));
        for (Map.Entry<String, Integer> file : BOOT_FILES.entrySet()) {
            Files.write(boot.resolve(file.getKey()), new byte[Math.min(largest, file.getValue())]);
        }
    }

    /// What the server needs before it starts: boot files and an image.
    ///
    /// @param data bytes of the image that are not zero
    ImageInfo prepare(int data, Progress progress) throws IOException {
        bootFiles(Integer.MAX_VALUE);
        Path raw = directory.resolve("image.raw");
        try (var channel = FileChannel.open(raw, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.SPARSE)) {
            byte[] content = new byte[data];
            new Random(1).nextBytes(content);
            channel.write(ByteBuffer.wrap(content));
            channel.write(ByteBuffer.wrap(new byte[1]), IMAGE_BYTES - 1);
        }
        try (var images = new ImageDirectory(ImageSettings.of(directory.resolve("images")))) {
            return images.importImage(IMAGE, new ImageSource(raw.toString(), null, null, "raw"), true, progress);
        } finally {
            Files.delete(raw);
        }
    }
}
