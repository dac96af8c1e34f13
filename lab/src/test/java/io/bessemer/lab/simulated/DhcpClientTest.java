package io.bessemer.lab.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.core.node.MacAddress;
import io.bessemer.pxe.dhcp.DhcpMessage;
import io.bessemer.pxe.dhcp.DhcpMessageType;
import io.bessemer.pxe.dhcp.DhcpOption;
import io.bessemer.pxe.dhcp.DhcpOptions;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DhcpClientTest {
    private static final Inet4Address SERVER = (Inet4Address) Inet4Address.ofLiteral("127.0.0.1");
    private static final Inet4Address GIVEN = (Inet4Address) Inet4Address.ofLiteral("127.44.0.7");

    private record Heard(DhcpMessage message, SocketAddress from, long at) {}

    private DatagramSocket server;

    @BeforeEach
    void listen() throws Exception {
        server = new DatagramSocket(0, InetAddress.getByName("127.0.0.1"));
        server.setSoTimeout(20_000);
    }

    @AfterEach
    void close() {
        server.close();
    }

    /// The last of five tries comes 15 s after the first, give or take a quarter: a server that is deaf for longer than that is met again by the next boot only.
    @Test
    void who_is_not_answered_asks_again_after_twice_the_time_and_takes_what_comes_late() throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            CompletableFuture<Optional<DhcpMessage>> client = new CompletableFuture<>();
            threads.execute(() -> {
                try {
                    client.complete(new DhcpClient(new MacAddress("52:54:00:00:00:01"), true, false, (InetSocketAddress) server.getLocalSocketAddress()).run());
                } catch (Exception failure) {
                    client.completeExceptionally(failure);
                }
            });
            List<Heard> discovers = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                discovers.add(receive());
            }
            assertThat(discovers).extracting(heard -> heard.message().type()).containsOnly(DhcpMessageType.DISCOVER);
            assertThat(discovers).extracting(heard -> heard.message().transaction()).as("one transaction").containsOnly(discovers.getFirst().message().transaction());
            assertThat(Duration.ofNanos(discovers.get(2).at() - discovers.get(0).at())).as("1 s and 2 s, less a quarter").isGreaterThan(Duration.ofMillis(2200));
            answer(discovers.getFirst(), DhcpMessageType.OFFER);
            Heard request = receive();
            assertThat(request.message().type()).isEqualTo(DhcpMessageType.REQUEST);
            answer(request, DhcpMessageType.ACK);
            assertThat(client.get(20, TimeUnit.SECONDS).orElseThrow().yourAddress()).isEqualTo(GIVEN);
        }
    }

    private Heard receive() throws Exception {
        var packet = new DatagramPacket(new byte[1500], 1500);
        server.receive(packet);
        return new Heard(DhcpMessage.decode(Unpooled.wrappedBuffer(packet.getData(), 0, packet.getLength())), packet.getSocketAddress(), System.nanoTime());
    }

    private void answer(Heard to, DhcpMessageType type) throws Exception {
        var reply = new DhcpMessage(true, 0, to.message().transaction(), 0, false, DhcpMessage.NO_ADDRESS, GIVEN, DhcpMessage.NO_ADDRESS, DhcpMessage.NO_ADDRESS, to.message().mac(), "", "", type,
                DhcpOptions.builder().address(DhcpOption.SERVER_IDENTIFIER, SERVER).build());
        var out = Unpooled.buffer();
        reply.encode(out);
        byte[] bytes = ByteBufUtil.getBytes(out);
        server.send(new DatagramPacket(bytes, bytes.length, to.from()));
    }
}
