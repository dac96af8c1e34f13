package io.bessemer.e2e.trouble;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.core.node.MacAddress;
import io.bessemer.lab.simulated.SimulatedMachine;
import io.bessemer.pxe.dhcp.DhcpMessage;
import io.bessemer.pxe.dhcp.DhcpMessageType;
import io.bessemer.pxe.dhcp.DhcpOption;
import io.bessemer.pxe.dhcp.DhcpOptions;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Packets that nobody should send, on every port; and then a machine that gets its image all the same.
class NoiseTest {
    private static final int PACKETS = 3000;
    private static final int SLOW_CLIENTS = 200;
    private static final long SEED = 20260101;

    @TempDir
    private static Path directory;
    private static Site site;
    private static ImageHost images;

    @BeforeAll
    static void start() throws IOException {
        images = new ImageHost();
        site = Site.start(directory, 3301, 1);
        Files.writeString(site.data().resolve("outside.txt"), "OUTSIDE");
    }

    @AfterAll
    static void stop() throws IOException {
        site.close();
        images.close();
    }

    @Test
    void after_noise_on_every_port_a_machine_still_gets_active() throws IOException {
        SimulatedMachine machine = site.machine(0);
        String name = machine.spec().name();
        MacAddress mac = MacAddress.parse(machine.spec().mac()).orElseThrow();
        site.enrol(machine);
        var random = new Random(SEED);
        byte[] discover = encoded(false, DhcpMessageType.DISCOVER, mac, null);
        try (var socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            for (int i = 0; i < PACKETS; i++) {
                send(socket, site.dhcpPort(), broken(discover, random));
                send(socket, site.tftpPort(), broken("\0\1vmlinuz\0octet\0blksize\0001432\0".getBytes(StandardCharsets.ISO_8859_1), random));
                send(socket, i % 2 == 0 ? site.dhcpPort() : site.tftpPort(), noise(random));
            }
        }
        for (int port : List.of(site.apiPort(), site.contentPort())) {
            for (int i = 0; i < 20; i++) {
                try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                    socket.getOutputStream().write(noise(random));
                } catch (IOException closed) {
                    // its right
                }
            }
        }
        site.provision(name, "manage");
        site.await(name, "manageable");
        site.provision(name, "provide");
        site.await(name, "available");
        site.set(name, "/instance_info", Map.of("image_source", images.url()));
        site.provision(name, "active");
        site.await(name, "active");
        Site.until("the host reports", machine::hostUp);
        assertThat(tftp("vmlinuz")[1]).isEqualTo((byte) 3);

        foreignServer(mac);
        Site.until("the timeline names the other DHCP server", () -> site.timeline(name).toString().contains("foreign-server"));
        assertThat(site.timeline(name).toString()).contains("192.0.2.66");
    }

    /// Half of them say half a request, the others ask for much and read nothing. What ends them are deadlines: SlowClientsTest of the api.
    @Test
    void clients_that_never_finish_a_request_or_never_read_keep_nobody_out() throws IOException {
        var slow = new ArrayList<Socket>();
        try {
            for (int port : List.of(site.apiPort(), site.contentPort())) {
                String good = "GET %s HTTP/1.1\r\nHost: x\r\n\r\n".formatted(port == site.apiPort() ? "/metrics" : "/boot/files/vmlinuz");
                for (int i = 0; i < SLOW_CLIENTS; i++) {
                    var socket = new Socket();
                    slow.add(socket);
                    socket.setReceiveBufferSize(1024);
                    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 5000);
                    String said = i % 2 == 0 ? good.substring(0, good.length() - 3) : good.repeat(100);
                    socket.getOutputStream().write(said.getBytes(StandardCharsets.US_ASCII));
                }
            }
            for (int i = 0; i < 20; i++) {
                site.call("GET", "/v1/nodes/detail", null).expect(200);
                var file = URI.create("http://127.0.0.1:%d/boot/files/vmlinuz".formatted(site.contentPort())).toURL().openConnection();
                file.setReadTimeout(10_000);
                try (var in = file.getInputStream()) {
                    assertThat(in.readAllBytes()).hasSize(4096);
                }
            }
        } finally {
            for (Socket one : slow) {
                one.close();
            }
        }
    }

    @Test
    void path_tricks_by_tftp_are_refused() throws IOException {
        for (String file : List.of("../outside.txt", "../../etc/passwd", "/etc/passwd", "..\\outside.txt", "vmlinuz/../../outside.txt", "./../outside.txt",
                "boot/../../outside.txt", "%2e%2e/outside.txt", "", ".", "..", "vmlinuz\nx")) {
            byte[] answer = tftp(file);
            assertThat(answer[1]).as("opcode of the answer to '%s'", file).isEqualTo((byte) 5);
            assertThat(new String(answer, StandardCharsets.ISO_8859_1)).doesNotContain("OUTSIDE").doesNotContain("root:");
        }
        assertThat(tftp("vmlinuz")[1]).isEqualTo((byte) 3);
    }

    /// Another server's word reaches us when it is broadcast.
    private static void foreignServer(MacAddress mac) throws IOException {
        try (var socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            send(socket, site.dhcpPort(), encoded(true, DhcpMessageType.OFFER, mac, "192.0.2.66"));
        }
    }

    private static byte[] encoded(boolean reply, DhcpMessageType type, MacAddress mac, String server) throws IOException {
        DhcpOptions.Builder options = DhcpOptions.builder().type(type);
        if (server != null) {
            options.address(DhcpOption.SERVER_IDENTIFIER, (java.net.Inet4Address) InetAddress.getByName(server));
        }
        var message = new DhcpMessage(reply, 0, 42, 0, true, DhcpMessage.NO_ADDRESS, DhcpMessage.NO_ADDRESS, DhcpMessage.NO_ADDRESS, DhcpMessage.NO_ADDRESS,
                mac, "", "", type, options.build());
        ByteBuf buffer = Unpooled.buffer();
        message.encode(buffer);
        return Arrays.copyOf(buffer.array(), buffer.readableBytes());
    }

    /// A good packet with some bytes changed, and often an end that is missing.
    private static byte[] broken(byte[] good, Random random) {
        byte[] packet = Arrays.copyOf(good, random.nextBoolean() ? good.length : random.nextInt(good.length));
        for (int i = 0; i < packet.length && i < 1 + random.nextInt(6); i++) {
            packet[random.nextInt(packet.length)] = (byte) random.nextInt();
        }
        return packet;
    }

    private static byte[] noise(Random random) {
        byte[] packet = new byte[random.nextInt(1400)];
        random.nextBytes(packet);
        return packet;
    }

    private static void send(DatagramSocket socket, int port, byte[] packet) throws IOException {
        socket.send(new DatagramPacket(packet, packet.length, new InetSocketAddress(InetAddress.getLoopbackAddress(), port)));
    }

    /// The first packet of the answer to a read request.
    private static byte[] tftp(String file) throws IOException {
        try (var socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            socket.setSoTimeout(2000);
            var answer = new DatagramPacket(new byte[2048], 2048);
            for (int attempt = 0; attempt < 3; attempt++) {
                send(socket, site.tftpPort(), ("\0\1" + file + "\0octet\0").getBytes(StandardCharsets.ISO_8859_1));
                try {
                    socket.receive(answer);
                    return Arrays.copyOf(answer.getData(), answer.getLength());
                } catch (SocketTimeoutException again) {
                    // a datagram may be lost
                }
            }
            throw new AssertionError("TFTP did not answer '" + file + "'");
        }
    }
}
