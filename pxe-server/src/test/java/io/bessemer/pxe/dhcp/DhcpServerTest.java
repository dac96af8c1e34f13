package io.bessemer.pxe.dhcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.bessemer.core.node.MacAddress;
import io.bessemer.pxe.BootFiles;
import io.bessemer.pxe.MemoryLeases;
import io.bessemer.pxe.PxeCounters;
import io.bessemer.pxe.PxeSettings;
import io.bessemer.pxe.RecordingDirectory;
import io.bessemer.pxe.RunningServer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class DhcpServerTest {
    /// more than any receive buffer of ours holds
    private static final int BURST = 30_000;
    private static final byte[] MAC = {0x52, 0x54, 0, 0, 0, 1};

    @TempDir
    Path boot;

    private final PxeCounters counters = new PxeCounters();
    private final RecordingDirectory directory = new RecordingDirectory();
    private final MemoryLeases store = new MemoryLeases();
    private EventLoopGroup loops;
    private DhcpServer server;
    private DatagramSocket client;

    @BeforeEach
    void listen() throws Exception {
        assumeTrue(Epoll.isAvailable(), "Netty's epoll transport");
        loops = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
        var on = new PxeSettings.Interface("", RunningServer.address("127.0.0.1"), 8, RunningServer.address("127.0.9.1"), RunningServer.address("127.0.9.100"), Optional.empty(), List.of());
        PxeSettings settings = PxeSettings.of(on, boot, boot).withPorts(0, 68, 0, 0, 0).withReplyToSource(true).withDiscovery(true);
        store.shared = false;
        var leases = new LeaseIndex(store, Clock.systemUTC());
        var decisions = new DhcpDecisions(settings, directory, leases, new BootFiles(boot), AddressProbe.NONE, counters, Clock.systemUTC());
        server = new DhcpServer(settings, on, decisions, new DhcpWork(directory, true, leases, counters, 8), counters, () -> 8088);
        server.bind(loops, EpollDatagramChannel.class);
        client = new DatagramSocket(0, InetAddress.getByName("127.0.0.1"));
        client.setSoTimeout(10_000);
    }

    @AfterEach
    void close() {
        if (client != null) {
            client.close();
            server.close();
            loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
        }
    }

    @Test
    void what_the_kernel_drops_of_a_burst_is_counted_and_the_next_machine_is_answered() throws Exception {
        var goOn = new CountDownLatch(1);
        loops.execute(() -> await(goOn));
        for (int i = 0; i < BURST; i++) {
            send(discover(MAC));
        }
        assertThat(server.overruns()).isBetween(1L, (long) BURST - 500);
        goOn.countDown();
        assertThat(receive().type()).isEqualTo(DhcpMessageType.OFFER);
    }

    @Test
    void a_machine_that_asks_again_while_its_message_waits_is_answered_once() throws Exception {
        var goOn = new CountDownLatch(1);
        directory.ramdiskFor(MacAddress.of(MAC).value());
        directory.listener = event -> await(goOn);
        for (int i = 0; i < 3; i++) {
            send(discover(MAC));
        }
        until(() -> counters.value("dhcp.in-work") == 2);
        send(discover(MAC, 8)); // the next boot stage, which believes no answer to the one before
        goOn.countDown();
        assertThat(Set.of(receive().transaction(), receive().transaction())).containsExactlyInAnyOrder(7, 8);
        assertThat(counters.value("dhcp.in-work")).isEqualTo(2);
    }

    @Test
    void what_finds_no_room_is_counted_and_may_come_again() throws Exception {
        var goOn = new CountDownLatch(1);
        for (int i = 0; i < 10; i++) {
            byte[] mac = MAC.clone();
            mac[5] = (byte) i;
            directory.ramdiskFor(MacAddress.of(mac).value());
        }
        directory.listener = event -> await(goOn);
        for (int i = 0; i < 10; i++) { // one in work, eight that wait, and one too many
            byte[] mac = MAC.clone();
            mac[5] = (byte) i;
            send(discover(mac));
            until(() -> counters.value("dhcp.discover") == 1);
        }
        until(() -> counters.value("dhcp.dropped") == 1);
        goOn.countDown();
        for (int i = 0; i < 9; i++) {
            assertThat(receive().type()).isEqualTo(DhcpMessageType.OFFER);
        }
        byte[] last = MAC.clone();
        last[5] = 9;
        send(discover(last));
        assertThat(receive().mac()).isEqualTo(MacAddress.of(last));
    }

    private static byte[] discover(byte[] mac) {
        return discover(mac, 7);
    }

    private static byte[] discover(byte[] mac, int transaction) {
        ByteBuf out = Unpooled.buffer();
        new DhcpMessage(false, 0, transaction, 0, false, DhcpMessage.NO_ADDRESS, DhcpMessage.NO_ADDRESS, DhcpMessage.NO_ADDRESS, DhcpMessage.NO_ADDRESS, MacAddress.of(mac), "", "",
                DhcpMessageType.DISCOVER, DhcpOptions.NONE).encode(out);
        return ByteBufUtil.getBytes(out);
    }

    private void send(byte[] message) throws Exception {
        client.send(new DatagramPacket(message, message.length, InetAddress.getByName("127.0.0.1"), server.port()));
    }

    private DhcpMessage receive() throws Exception {
        var packet = new DatagramPacket(new byte[1500], 1500);
        client.receive(packet);
        return DhcpMessage.decode(Unpooled.wrappedBuffer(packet.getData(), 0, packet.getLength()));
    }

    private void until(BooleanSupplier state) {
        while (!state.getAsBoolean()) { // bounded by the test's timeout
            Thread.onSpinWait();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(50, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }
}
