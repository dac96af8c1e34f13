package io.bessemer.pxe;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.UnixOperatingSystemMXBean;
import io.bessemer.core.lease.Lease;
import io.bessemer.core.node.MacAddress;
import io.bessemer.core.timeline.BootPhase;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Datagrams that nobody should send, at all UDP ports, those of single TFTP transfers among them: noise, captured packets with bytes changed or their
/// end missing, and well-formed ones of clients that do not exist or never acknowledge. Beside them connections of the same kind at HTTP, one for each
/// thousand datagrams. `-Dbessemer.hostile.datagrams=10000000` sends ten million.
///
/// Half of them come from addresses whose sender is gone when the answer comes, as with a forged source; the other half from sockets that count
/// what they get.
class HostileDatagramsTest {
    private static final int DATAGRAMS = Integer.getInteger("bessemer.hostile.datagrams", 100_000);
    private static final long SEED = 20260105;
    private static final String KNOWN = "52:54:00:aa:bb:01";
    /// so many go out before the server's queues are looked at, so that the kernel drops none
    private static final int BATCH = 128;
    private static final int OPEN_SENDERS = 16;
    private static final int LOOKS = 100;
    private static final int BATCHES_OF_A_GHOST = 10;
    /// One request to read in so many: each keeps a transfer waiting for half a minute, and 256 may wait.
    private static final int READ_REQUESTS_ONE_IN = 200;
    /// What the JVM itself adds by compiling and loading classes in between.
    private static final long HEAP_TOLERANCE = 8L << 20;
    private static final long DIRECT_TOLERANCE = 8L << 20;
    /// A DHCP answer has some options that its question had not.
    private static final double DHCP_FACTOR = 2;
    /// A refusal has at most 40 bytes; a request may have 1.
    private static final int REFUSAL_BYTES = 64;
    /// RFC 1350: a block of 512 bytes, which is sent again until somebody acknowledges it
    private static final int UNACKNOWLEDGED_BYTES = 3 * 516;
    private static final int BLOCK_BYTES = 1432;
    /// Who acknowledges the options is there, and is sent the first block until half a minute has passed.
    private static final int PROVEN_BYTES = 8 * (BLOCK_BYTES + 4);
    /// of those that hostile clients still write to
    private static final int REMEMBERED_TRANSFERS = 32;
    private static final int CONNECTION_EACH_BATCHES = 8;
    private static final int SLEEPERS = 64;
    /// Transfers that wait for an acknowledgement have a socket each, at most 512.
    private static final int DESCRIPTORS_TOLERANCE = 550;
    private static final String SERVED = "127.0.0.1";
    /// of a network in mode `PROXY`, and of hostile machines in it
    private static final String PROXIED = "127.64.0.1";
    private static final String IN_PROXIED = "127.64.0.9";

    @TempDir
    private Path directory;
    private final Random random = new Random(SEED);
    private final ByteBuffer heard = ByteBuffer.allocate(70_000);
    private final List<byte[]> captured = new ArrayList<>();
    /// as firmware asks a boot server for a loader
    private final List<byte[]> bootRequests = new ArrayList<>();
    private PxeServer server;
    private byte[] kernel;

    private long sentToDhcp;
    private long bytesToDhcp;
    private long bytesFromDhcp;
    private long readRequests;
    private long sentToProxy;
    private long bytesToProxy;
    private long bytesFromProxy;
    private long bytesToTftp;
    private long bytesFromTftp;
    private long refusable;
    private long provings;
    private long sentToTransfers;
    private long connections;
    private final List<Transfer> transfers = new ArrayList<>();
    private final Deque<Socket> sleepers = new ArrayDeque<>();

    /// A port of the server's that sends a file to one of ours.
    private record Transfer(DatagramChannel client, InetSocketAddress server) {}

    @Test
    void the_server_answers_as_before_and_has_not_grown() throws Exception {
        for (String name : List.of("bios-e1000-sata", "bios-virtio-ipxerom", "uefi-virtio-httpboot", "uefi-virtio-ipxerom", "uefi-virtio-ovmf")) {
            Capture capture = Capture.read(name + ".pcap");
            captured.addAll(capture.dhcpRequests());
            captured.addAll(capture.dhcpReplies());
        }
        for (byte[] packet : captured) {
            asRequest(packet).ifPresent(bootRequests::add);
        }
        assertThat(bootRequests).isNotEmpty();
        try (PxeServer started = start()) {
            server = started;
            storm(DATAGRAMS / 10); // what is loaded and filled once
            awaitGoodClient();
            long heap = heapAfterCollection();
            long direct = directMemory();
            long descriptors = descriptors();
            long began = System.nanoTime();

            storm(DATAGRAMS);

            double seconds = (System.nanoTime() - began) / 1e9;
            awaitGoodClient();
            long grown = heapAfterCollection() - heap;
            long grownDirect = directMemory() - direct;
            long grownDescriptors = descriptors() - descriptors;
            Map<String, Long> counters = server.counters();
            System.out.printf("""
                            %d hostile datagrams and %d connections in %.1f s; the kernel dropped %d of DHCP, %d of the boot server, %d of TFTP
                            heap after collection %d KiB, now %+d KiB; direct memory %d KiB, now %+d KiB; descriptors %d, now %+d
                            bytes in and out, of clients that listen: DHCP %d, %d; boot server %d, %d; TFTP %d, %d, of which %d requests to read and %d datagrams to transfers
                            %s
                            """, DATAGRAMS, connections, seconds, drops(SERVED, server.dhcpPort()), drops(PROXIED, server.proxyPort()), drops(SERVED, server.tftpPort()), heap >> 10, grown >> 10, direct >> 10,
                    grownDirect >> 10, descriptors, grownDescriptors, bytesToDhcp, bytesFromDhcp, bytesToProxy, bytesFromProxy, bytesToTftp, bytesFromTftp, readRequests, sentToTransfers, counters);
            assertThat(grown).as("growth of the heap, bytes").isLessThan(HEAP_TOLERANCE);
            assertThat(grownDirect).as("growth of direct memory, bytes").isLessThan(DIRECT_TOLERANCE);
            assertThat(bytesFromDhcp).as("bytes of DHCP answers").isLessThanOrEqualTo((long) (DHCP_FACTOR * bytesToDhcp));
            assertThat(grownDescriptors).as("growth of open files and sockets").isLessThan(DESCRIPTORS_TOLERANCE);
            assertThat(bytesFromProxy).as("bytes of the boot server's answers").isPositive().isLessThanOrEqualTo((long) (DHCP_FACTOR * bytesToProxy));
            assertThat(bytesFromTftp).as("bytes of TFTP answers").isLessThanOrEqualTo(REFUSAL_BYTES * refusable + UNACKNOWLEDGED_BYTES * readRequests + PROVEN_BYTES * provings);
            assertThat(sentToTransfers).as("datagrams to ports of transfers").isPositive();
            assertThat(counters.getOrDefault("http.faults", 0L)).as("HTTP requests that met an exception").isZero();
            assertThat(counters.get("http.connections")).as("connections that a counter tells of").isGreaterThanOrEqualTo(connections);
            assertThat(counters.get("http.malformed")).isPositive();
            assertThat(counters.getOrDefault("dhcp.faults", 0L)).as("DHCP requests that met an exception").isZero();
            assertThat(counters.getOrDefault("tftp.faults", 0L)).as("TFTP requests that met an exception").isZero();
            assertThat(sum(counters, "dhcp.")).as("DHCP datagrams that a counter tells of")
                    .isGreaterThanOrEqualTo(sentToDhcp + sentToProxy - drops(SERVED, server.dhcpPort()) - drops(PROXIED, server.proxyPort()));
            assertThat(counters.get("dhcp.malformed")).isPositive();
            assertThat(counters.get("tftp.malformed")).isPositive();
            assertThat(counters.get("tftp.read-request")).isPositive();
        }
        LeakWatch.requireNone();
    }

    private PxeServer start() throws IOException {
        Path boot = Files.createDirectories(directory.resolve("boot"));
        kernel = new byte[300_000];
        random.nextBytes(kernel);
        Files.write(boot.resolve("vmlinuz"), kernel);
        var settings = withProxied(RunningServer.settings(boot, Files.createDirectories(directory.resolve("images"))));
        var leases = new MemoryLeases(); // with discovery on, clients that do not exist take all addresses that nobody has
        leases.save(new Lease(new MacAddress(KNOWN), RunningServer.address("127.0.9.1"), Instant.parse("2099-01-01T00:00:00Z")));
        var started = new PxeServer(settings, new Forgetful(), leases, Clock.systemUTC());
        started.start();
        return started;
    }

    private static PxeSettings withProxied(PxeSettings one) {
        var address = RunningServer.address(PROXIED);
        var proxied = new PxeSettings.Interface("proxied", address, Subnet.proxied(address, 10), List.of());
        var served = new PxeSettings.Interface("", RunningServer.address(SERVED), 10, RunningServer.address("127.0.9.1"), RunningServer.address("127.0.9.100"), Optional.empty(), List.of());
        return new PxeSettings(List.of(served, proxied), one.dhcpPort(), one.dhcpClientPort(), one.proxyPort(), one.tftpPort(), one.httpPort(), one.bootDirectory(),
                one.imagesDirectory(), one.discovery(), one.leaseTime(), one.conflictProbe(), one.rogueProbe(), one.replyToSource(), one.routerAdvertisements(), one.imageMachines(), one.visitors());
    }

    private void storm(int datagrams) throws Exception {
        var open = new ArrayList<DatagramChannel>();
        DatagramChannel ghost = null;
        try {
            for (int i = 0; i < OPEN_SENDERS; i++) {
                open.add(sender(i % 4 == 0 ? IN_PROXIED : SERVED));
            }
            for (int batch = 0; batch * BATCH < datagrams; batch++) {
                if (batch % BATCHES_OF_A_GHOST == 0) {
                    if (ghost != null) {
                        ghost.close();
                    }
                    ghost = sender("127.%d.%d.%d".formatted(1 + random.nextInt(250), random.nextInt(256), 1 + random.nextInt(250)));
                }
                for (int i = 0; i < BATCH; i++) {
                    boolean forged = random.nextBoolean();
                    send(forged ? ghost : open.get(random.nextInt(OPEN_SENDERS)), forged);
                }
                if (batch % CONNECTION_EACH_BATCHES == 0) {
                    connect();
                }
                awaitEmptyQueues();
                for (DatagramChannel one : open) {
                    drain(one);
                }
            }
            endTransfers();
            drainUntilQuiet(open);
        } finally {
            for (Socket sleeper : sleepers) {
                sleeper.close();
            }
            sleepers.clear();
            for (DatagramChannel one : open) {
                one.close();
            }
            if (ghost != null) {
                ghost.close();
            }
        }
    }

    private void send(DatagramChannel from, boolean forged) throws IOException {
        boolean dhcp = random.nextBoolean();
        byte[] packet = dhcp ? dhcp() : tftp();
        if (dhcp && random.nextInt(4) == 0) {
            if (random.nextBoolean()) {
                packet = ofNobody(bootRequests.get(random.nextInt(bootRequests.size())));
            }
            from.send(ByteBuffer.wrap(packet), new InetSocketAddress(PROXIED, server.proxyPort()));
            sentToProxy++;
            bytesToProxy += forged ? 0 : packet.length;
            return;
        }
        if (!dhcp && !transfers.isEmpty() && random.nextInt(16) == 0) {
            sendToTransfer(forged ? from : null);
            return;
        }
        from.send(ByteBuffer.wrap(packet), new InetSocketAddress(SERVED, dhcp ? server.dhcpPort() : server.tftpPort()));
        if (dhcp) {
            sentToDhcp++;
            bytesToDhcp += forged ? 0 : packet.length;
            return;
        }
        if (forged) {
            return;
        }
        bytesToTftp += packet.length;
        if (packet.length > 1 && packet[0] == 0 && packet[1] == 1) {
            readRequests++;
        }
        refusable++;
    }

    /// To a port that sends a file: by the client that asked for it, or by a stranger.
    ///
    /// @param stranger null for the client
    private void sendToTransfer(DatagramChannel stranger) throws IOException {
        Transfer transfer = transfers.get(random.nextInt(transfers.size()));
        boolean proves = random.nextInt(8) == 0;
        byte[] packet = proves ? new byte[] {0, 4, 0, 0} : switch (random.nextInt(4)) {
            case 0 -> noise();
            case 1 -> text("\0\1vmlinuz\0octet\0");
            case 2 -> new byte[] {0, 4, (byte) (1 + random.nextInt(255)), (byte) random.nextInt()}; // of a block that was never sent
            default -> new byte[] {0, 3, 0, 1, 65};
        };
        DatagramChannel from = stranger == null ? transfer.client() : stranger;
        from.send(ByteBuffer.wrap(packet), transfer.server());
        sentToTransfers++;
        if (stranger == null) {
            bytesToTftp += packet.length;
            provings += proves ? 1 : 0;
            if (packet.length > 1 && packet[0] == 0 && packet[1] == 5) {
                transfers.remove(transfer);
            }
        }
    }

    private void endTransfers() throws IOException {
        for (Transfer transfer : transfers) {
            transfer.client().send(ByteBuffer.wrap(text("\0\5\0\0enough\0")), transfer.server());
        }
        transfers.clear();
    }

    /// One that says what nobody should, and goes; or that stays and says no more, or never reads what it asked for.
    private void connect() throws IOException {
        connections++;
        var socket = new Socket();
        socket.setReceiveBufferSize(4096);
        socket.connect(new InetSocketAddress(SERVED, server.httpPort()), 5000);
        byte[] good = text("GET /boot/files/vmlinuz HTTP/1.1\r\nHost: x\r\nRange: bytes=1-\r\n\r\n");
        byte[] said = switch (random.nextInt(8)) {
            case 0 -> noise();
            case 1 -> damaged(good);
            case 2 -> Arrays.copyOf(good, 1 + random.nextInt(good.length - 1));
            case 3 -> text("POST /boot/script/52:54:00:00:00:01 HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n{");
            case 4 -> text("GET /" + "a".repeat(random.nextInt(9000)) + " HTTP/1.1\r\n" + "X: y\r\n".repeat(random.nextInt(3000)) + "\r\n");
            case 5 -> text("GET /images/../../etc/passwd HTTP/1.1\r\nAuthorization: Bearer x\r\n\r\n".repeat(1 + random.nextInt(50)));
            case 6 -> good; // and does not read
            default -> new byte[0];
        };
        try {
            socket.getOutputStream().write(said);
        } catch (IOException closed) {
            // its right
        }
        if (random.nextInt(4) > 0) {
            if (random.nextBoolean()) {
                socket.setSoLinger(true, 0); // a reset
            }
            socket.close();
            return;
        }
        sleepers.add(socket);
        if (sleepers.size() > SLEEPERS) {
            sleepers.poll().close();
        }
    }

    private byte[] dhcp() {
        return switch (random.nextInt(4)) {
            case 0 -> noise();
            case 1 -> damaged(captured.get(random.nextInt(captured.size())));
            case 2 -> { // of the one that is known
                byte[] packet = captured.get(random.nextInt(captured.size())).clone();
                System.arraycopy(new MacAddress(KNOWN).bytes(), 0, packet, 28, 6);
                yield packet;
            }
            default -> ofNobody(captured.get(random.nextInt(captured.size())));
        };
    }

    /// Of one more client that does not exist.
    private byte[] ofNobody(byte[] like) {
        byte[] packet = like.clone();
        for (int at : new int[] {4, 5, 6, 7, 31, 32, 33}) { // transaction and hardware address
            packet[at] = (byte) random.nextInt();
        }
        return packet;
    }

    /// A DISCOVER with another type in option 53: it names no server.
    private static Optional<byte[]> asRequest(byte[] packet) {
        for (int at = 240; at + 2 < packet.length; at++) {
            if (packet[at] == 53 && packet[at + 1] == 1 && packet[at + 2] == 1) {
                byte[] request = packet.clone();
                request[at + 2] = 3;
                return Optional.of(request);
            }
        }
        return Optional.empty();
    }

    private byte[] tftp() {
        if (random.nextInt(READ_REQUESTS_ONE_IN) == 0) {
            return text(random.nextBoolean() ? "\0\1vmlinuz\0octet\0" : "\0\1vmlinuz\0octet\0blksize\0" + BLOCK_BYTES + "\0");
        }
        byte[] wellFormed = switch (random.nextInt(6)) {
            case 0 -> text("\0\1../../etc/passwd\0octet\0");
            case 1 -> text("\0\2vmlinuz\0octet\0");
            case 2 -> new byte[] {0, 3, 0, 1, 65};
            case 3 -> new byte[] {0, 4, (byte) random.nextInt(), (byte) random.nextInt()};
            case 4 -> text("\0\5\0\0enough\0");
            default -> text("\0\1no-such-file-%d\0octet\0tsize\0".formatted(random.nextInt(1000)) + "0\0");
        };
        return switch (random.nextInt(3)) {
            case 0 -> noise();
            case 1 -> damaged(wellFormed);
            default -> wellFormed;
        };
    }

    private byte[] noise() {
        byte[] packet = new byte[random.nextInt(1400)];
        random.nextBytes(packet);
        return packet;
    }

    private byte[] damaged(byte[] good) {
        byte[] packet = Arrays.copyOf(good, random.nextBoolean() ? good.length : random.nextInt(good.length));
        for (int i = 0; i < packet.length && i < 1 + random.nextInt(6); i++) {
            packet[random.nextInt(packet.length)] = (byte) random.nextInt();
        }
        return packet;
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static DatagramChannel sender(String address) throws IOException {
        DatagramChannel channel = DatagramChannel.open();
        channel.bind(new InetSocketAddress(address, 0)).configureBlocking(false);
        return channel;
    }

    private int drain(DatagramChannel channel) throws IOException {
        int datagrams = 0;
        while (true) {
            heard.clear();
            var from = (InetSocketAddress) channel.receive(heard);
            if (from == null) {
                return datagrams;
            }
            datagrams++;
            if (from.getAddress().getHostAddress().equals(PROXIED)) {
                bytesFromProxy += heard.position();
            } else if (from.getPort() == server.dhcpPort()) {
                bytesFromDhcp += heard.position();
            } else {
                bytesFromTftp += heard.position();
                remember(channel, from);
            }
        }
    }

    /// When it is a port that sends a file: of data, or of granted options.
    private void remember(DatagramChannel client, InetSocketAddress from) {
        if (heard.position() < 2 || heard.get(1) != 3 && heard.get(1) != 6) {
            return;
        }
        var transfer = new Transfer(client, from);
        if (transfers.contains(transfer)) {
            return;
        }
        if (transfers.size() < REMEMBERED_TRANSFERS) {
            transfers.add(transfer);
        } else {
            transfers.set(random.nextInt(REMEMBERED_TRANSFERS), transfer);
        }
    }

    /// Answers are made on other threads.
    private void drainUntilQuiet(List<DatagramChannel> open) throws IOException {
        long until = System.nanoTime() + Duration.ofSeconds(5).toNanos();
        long quietSince = System.nanoTime();
        while (System.nanoTime() - quietSince < Duration.ofMillis(300).toNanos() && System.nanoTime() < until) {
            for (DatagramChannel one : open) {
                if (drain(one) > 0) {
                    quietSince = System.nanoTime();
                }
            }
            Thread.yield();
        }
    }

    private void awaitEmptyQueues() throws IOException {
        long until = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (column(SERVED, server.dhcpPort(), 4) + column(PROXIED, server.proxyPort(), 4) + column(SERVED, server.tftpPort(), 4) > 0) {
            if (System.nanoTime() > until) {
                throw new AssertionError("the server does not read its sockets any more: " + server.counters());
            }
            LockSupport.parkNanos(50_000);
        }
    }

    private static long drops(String address, int port) throws IOException {
        return column(address, port, 12);
    }

    /// Of the kernel's table of UDP sockets: 4 is `tx_queue:rx_queue` in hex, of which the second half is told; 12 the drops.
    private static long column(String address, int port, int column) throws IOException {
        byte[] ip = RunningServer.address(address).getAddress(); // a sender may have the same port at another address
        String local = "%02X%02X%02X%02X:%04X".formatted(ip[3], ip[2], ip[1], ip[0], port);
        for (int look = 0; look < LOOKS; look++) { // the table is told page by page, and skips one when others close in between
            for (String table : List.of("/proc/net/udp6", "/proc/net/udp")) { // Netty's sockets take both families where the kernel has both
                for (String line : Files.readAllLines(Path.of(table))) {
                    String[] words = line.strip().split("\\s+");
                    if (words[1].endsWith(local)) {
                        return column == 4 ? Long.parseLong(words[4].substring(words[4].indexOf(':') + 1), 16) : Long.parseLong(words[column]);
                    }
                }
            }
        }
        throw new AssertionError("no UDP socket at " + address + " port " + port);
    }

    /// A client that behaves gets an offer, its kernel by TFTP and by HTTP. It asks again for a while, as firmware does.
    private void awaitGoodClient() throws Exception {
        byte[] discover = captured.stream().filter(packet -> packet[0] == 1).findFirst().orElseThrow().clone();
        byte[] mac = new MacAddress(KNOWN).bytes();
        System.arraycopy(mac, 0, discover, 28, mac.length);
        assertThat(asked(server.dhcpPort(), discover)[0]).as("op of the DHCP answer").isEqualTo((byte) 2);
        Path file = directory.resolve("fetched");
        long until = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        RunningServer.Output fetched;
        do {
            fetched = RunningServer.run("curl", "-sS", "--max-time", "10", "-o", file.toString(), "tftp://127.0.0.1:%d/vmlinuz".formatted(server.tftpPort()));
        } while (fetched.status() != 0 && System.nanoTime() < until);
        assertThat(fetched.status()).as(fetched.text()).isZero();
        assertThat(Files.readAllBytes(file)).isEqualTo(kernel);
        assertThat(RunningServer.run("curl", "-sS", "-o", file.toString(), "http://127.0.0.1:%d/boot/files/vmlinuz".formatted(server.httpPort())).status()).isZero();
        assertThat(Files.readAllBytes(file)).isEqualTo(kernel);
    }

    private static byte[] asked(int port, byte[] question) throws IOException {
        try (var socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            socket.setSoTimeout(1000);
            var answer = new DatagramPacket(new byte[2048], 2048);
            for (int attempt = 0; attempt < 20; attempt++) {
                socket.send(new DatagramPacket(question, question.length, new InetSocketAddress(InetAddress.getLoopbackAddress(), port)));
                try {
                    socket.receive(answer);
                    return answer.getData();
                } catch (SocketTimeoutException again) {
                    // it was dropped for want of room
                }
            }
            throw new AssertionError("no answer from port " + port);
        }
    }

    private static long sum(Map<String, Long> counters, String prefix) {
        return counters.entrySet().stream().filter(counter -> counter.getKey().startsWith(prefix)).mapToLong(Map.Entry::getValue).sum();
    }

    private static long heapAfterCollection() {
        System.gc();
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static long descriptors() {
        return ((UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getOpenFileDescriptorCount();
    }

    private static long directMemory() {
        long ofTheJvm = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream().mapToLong(BufferPoolMXBean::getMemoryUsed).sum();
        return ofTheJvm + ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT).metric().usedDirectMemory();
    }

    /// Knows one machine, and keeps nothing of what it is told.
    private static final class Forgetful implements BootDirectory {
        @Override
        public BootAnswer lookup(MacAddress mac) {
            return mac.value().equals(KNOWN) ? new BootAnswer.Ramdisk(RecordingDirectory.NODE, 1) : new BootAnswer.Unknown();
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
}
