package io.bessemer.pxe.tftp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bessemer.pxe.DecodeException;
import io.bessemer.pxe.RunningServer;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.commons.net.tftp.TFTP;
import org.apache.commons.net.tftp.TFTPClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TftpServerTest {
    @TempDir
    Path work;
    private RunningServer running;

    @BeforeEach
    void start() throws Exception {
        running = new RunningServer(work);
    }

    @AfterEach
    void stop() {
        running.close();
    }

    @Test
    void curl_fetches_a_file_and_the_timeline_learns_of_it() throws Exception {
        RunningServer.Output output = RunningServer.run("curl", "-s", "--tftp-blksize", "1400", "tftp://127.0.0.1:" + running.server.tftpPort() + "/vmlinuz");
        assertThat(output.bytes()).isEqualTo(running.kernel);
        running.await("the file's event", () -> running.directory.events.stream().anyMatch(event -> event.toString().equals("tftp/file")
                && event.mac().value().equals(RunningServer.MAC) && event.details().get("bytes").equals(3_000_007L)));
    }

    @Test
    void a_client_without_options_gets_512_byte_blocks_and_a_last_empty_one() throws Exception {
        assertThat(fetch("initramfs")).isEqualTo(new byte[1024]);
        assertThat(fetch("empty")).isEmpty();
        assertThat(fetch("vmlinuz")).isEqualTo(running.kernel);
    }

    @ParameterizedTest
    @ValueSource(strings = {"../secret", "..", "/etc/passwd", "..\\secret", "sub/vmlinuz", ".hidden", "", "vmlinuz\u0080", "%2e%2e/secret"})
    void only_plain_names_are_served(String name) {
        assertThatThrownBy(() -> fetch(name)).isInstanceOf(IOException.class).hasMessageContaining("Error code 2");
    }

    @Test
    void what_is_not_there_or_too_long_or_to_be_written_is_refused() throws Exception {
        assertThatThrownBy(() -> fetch("nothing")).hasMessageContaining("Error code 1");
        assertThatThrownBy(() -> fetch("n".repeat(200))).hasMessageContaining("Error code 2");
        try (var client = new RawClient(running.server.tftpPort())) {
            client.request("n".repeat(600), Map.of());
            assertThat(client.receive()).isEqualTo(new TftpMessage.Failure(4, "malformed"));
        }
        try (var client = client()) {
            assertThatThrownBy(() -> client.sendFile("vmlinuz", TFTP.BINARY_MODE, new java.io.ByteArrayInputStream(new byte[1]), "127.0.0.1", running.server.tftpPort())).hasMessageContaining("Error code 2");
        }
    }

    @Test
    void a_window_is_sent_at_once_and_repeated_from_the_last_block_that_came() throws Exception {
        var options = new LinkedHashMap<String, String>();
        options.put("blksize", "1468");
        options.put("windowsize", "4");
        options.put("tsize", "0");
        try (var client = new RawClient(running.server.tftpPort())) {
            client.request("vmlinuz", options);
            assertThat(client.receive()).isEqualTo(new TftpMessage.OptionAck(Map.of("blksize", "1468", "windowsize", "4", "tsize", "3000007")));
            client.acknowledge(0);
            var file = new ByteArrayOutputStream();
            int expected = 1;
            int inWindow = 0;
            int round = 0;
            while (true) {
                var data = (TftpMessage.Data) client.receive();
                if (data.block() != expected) {
                    continue; // the rest of a window that is being repeated
                }
                round++;
                if (round % 97 == 0 && inWindow > 0) { // "lost": say so by acknowledging what came before, as RFC 7440 §4 has it
                    client.acknowledge(expected - 1);
                    inWindow = 0;
                    continue;
                }
                file.writeBytes(data.bytes());
                expected++;
                inWindow++;
                boolean last = data.bytes().length < 1468;
                if (inWindow == 4 || last) {
                    client.acknowledge(data.block());
                    inWindow = 0;
                }
                if (last) {
                    break;
                }
            }
            assertThat(file.toByteArray()).isEqualTo(running.kernel);
        }
    }

    @Test
    void a_lost_block_is_sent_again_and_old_acknowledgements_change_nothing() throws Exception {
        try (var client = new RawClient(running.server.tftpPort())) {
            client.request("initramfs", Map.of());
            var first = (TftpMessage.Data) client.receive();
            assertThat(client.receive()).as("again, as nothing was acknowledged").isEqualTo(first);
            client.acknowledge(1);
            assertThat(((TftpMessage.Data) client.receive()).block()).isEqualTo(2);
            client.acknowledge(1);
            client.acknowledge(1);
            client.acknowledge(2);
            assertThat(((TftpMessage.Data) client.receive()).bytes()).isEmpty();
            client.acknowledge(3);
            running.await("the end", () -> running.server.counters().getOrDefault("tftp.files", 0L) == 1);
        }
    }

    @Test
    void block_numbers_wrap() throws Exception {
        try (var client = new RawClient(running.server.tftpPort())) {
            client.request("vmlinuz", Map.of("blksize", "40", "windowsize", "64")); // 75,001 blocks
            client.receive();
            client.acknowledge(0);
            var file = new ByteArrayOutputStream();
            int expected = 1;
            while (true) {
                var data = (TftpMessage.Data) client.receive();
                assertThat(data.block()).isEqualTo(expected & 0xffff);
                file.writeBytes(data.bytes());
                boolean last = data.bytes().length < 40;
                if (expected % 64 == 0 || last) {
                    client.acknowledge(data.block());
                }
                if (last) {
                    break;
                }
                expected++;
            }
            assertThat(file.toByteArray()).isEqualTo(running.kernel);
        }
    }

    @Test
    void a_window_whose_first_block_was_lost_is_repeated_when_the_client_says_so_and_only_once() throws Exception {
        try (var client = new RawClient(running.server.tftpPort())) {
            client.request("vmlinuz", Map.of("blksize", "1000", "windowsize", "4", "timeout", "60")); // longer than the test waits
            client.receive();
            client.acknowledge(0);
            for (int block = 1; block <= 4; block++) {
                assertThat(((TftpMessage.Data) client.receive()).block()).isEqualTo(block);
            }
            client.acknowledge(0);
            for (int block = 1; block <= 4; block++) {
                assertThat(((TftpMessage.Data) client.receive()).block()).as("again").isEqualTo(block);
            }
            client.acknowledge(0);
            client.acknowledge(0);
            client.acknowledge(4);
            assertThat(((TftpMessage.Data) client.receive()).block()).as("no third time").isEqualTo(5);
        }
    }

    /// Who forges a request with options makes less than twice its bytes of traffic for whoever it names; without them the first block is the answer.
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void an_address_that_never_answered_gets_two_datagrams(boolean options) throws Exception {
        try (var client = new RawClient(running.server.tftpPort())) {
            Map<String, String> asked = options ? Map.of("blksize", "1468", "windowsize", "4", "tsize", "0") : Map.of();
            client.request("vmlinuz", asked);
            int bytes = 0;
            for (int i = 0; i < 2; i++) {
                TftpMessage answer = client.receive();
                assertThat(answer).isInstanceOf(options ? TftpMessage.OptionAck.class : TftpMessage.Data.class);
                bytes += TftpMessageTest.encode(answer).length;
            }
            running.await("the end", () -> running.server.counters().getOrDefault("tftp.timeouts", 0L) == 1);
            client.acknowledge(options ? 0 : 1);
            assertThatThrownBy(client::receive).isInstanceOf(IOException.class);
            int askedBytes = TftpMessageTest.encode(new TftpMessage.ReadRequest("vmlinuz", "octet", asked)).length;
            assertThat(bytes).isLessThan(options ? 2 * askedBytes : 2 * (512 + 4) + 1);
        }
    }

    @Test
    void more_clients_than_are_served_at_a_time_wait_and_all_get_their_file() throws Exception {
        var clients = new ArrayList<RawClient>();
        try {
            for (int i = 0; i < 700; i++) {
                var client = new RawClient(running.server.tftpPort());
                clients.add(client);
                client.request("initramfs", Map.of("blksize", "1000"));
            }
            for (RawClient client : clients) {
                client.receiveAskingAgain("initramfs", Map.of("blksize", "1000"));
                client.acknowledge(0);
                assertThat(((TftpMessage.Data) client.receive()).bytes()).hasSize(1000);
                client.acknowledge(1);
                assertThat(((TftpMessage.Data) client.receive()).bytes()).hasSize(24);
                client.acknowledge(2);
            }
            running.await("all", () -> running.server.counters().getOrDefault("tftp.files", 0L) == 700);
            assertThat(running.server.counters().getOrDefault("tftp.waited", 0L)).isPositive();
        } finally {
            clients.forEach(RawClient::close);
        }
    }

    @Test
    void three_thousand_who_waited_for_a_file_that_is_not_there_are_all_refused_when_their_turn_comes() throws Exception {
        try (var client = new RawClient(running.server.tftpPort())) {
            int asked = 0;
            while (running.server.counters().getOrDefault("tftp.waited", 0L) < 3000) {
                long before = running.server.counters().getOrDefault("tftp.read-request", 0L);
                for (int burst = 0; burst < 50; burst++, asked++) { // each is another request, by an option that nobody knows
                    client.request(asked < 512 ? "vmlinuz" : "nothing", Map.of("number", Integer.toString(asked)));
                }
                running.await("the burst", () -> running.server.counters().getOrDefault("tftp.read-request", 0L) > before);
            }
            // the 512 that are served are given up after some seconds of silence
            running.await("all refused", () -> running.server.counters().getOrDefault("tftp.refused", 0L) >= 3000);
        }
        assertThat(fetch("vmlinuz")).isEqualTo(running.kernel);
    }

    @Test
    void a_hundred_thousand_hostile_datagrams_get_few_answers_and_the_next_client_its_file() throws Exception {
        var random = new java.util.Random(11);
        long begin = System.nanoTime();
        try (var socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            byte[] request = TftpMessageTest.encode(new TftpMessage.ReadRequest("vmlinuz", "octet", Map.of("blksize", "1468", "windowsize", "64")));
            byte[] missing = TftpMessageTest.encode(new TftpMessage.ReadRequest("nothing", "octet", Map.of()));
            for (int i = 0; i < 100_000; i++) {
                byte[] bytes = switch (i % 4) {
                    case 0 -> request;
                    case 1 -> missing;
                    case 2 -> TftpMessageTest.encode(new TftpMessage.Ack(i & 0xffff));
                    default -> {
                        byte[] noise = new byte[random.nextInt(1, 700)];
                        random.nextBytes(noise);
                        yield noise;
                    }
                };
                socket.send(new DatagramPacket(bytes, bytes.length, InetAddress.getLoopbackAddress(), running.server.tftpPort()));
            }
            // asks again when the first request finds the socket full, as firmware does
            assertThat(RunningServer.run("curl", "-s", "tftp://127.0.0.1:" + running.server.tftpPort() + "/vmlinuz").bytes()).isEqualTo(running.kernel);
            Map<String, Long> counters = running.server.counters();
            long seconds = (System.nanoTime() - begin) / 1_000_000_000 + 2;
            assertThat(counters.get("tftp.malformed")).isPositive();
            assertThat(counters.get("tftp.refused") - counters.getOrDefault("tftp.refused-silently", 0L)).isLessThanOrEqualTo(1000 * seconds);
        }
    }

    private byte[] fetch(String name) throws IOException {
        try (var client = client()) {
            var out = new ByteArrayOutputStream();
            client.receiveFile(name, TFTP.BINARY_MODE, out, "127.0.0.1", running.server.tftpPort());
            return out.toByteArray();
        }
    }

    private static Closeable client() throws IOException {
        var client = new Closeable();
        client.setDefaultTimeout(java.time.Duration.ofSeconds(5));
        client.open();
        return client;
    }

    private static final class Closeable extends TFTPClient implements AutoCloseable {}

    /// Our codec on a plain socket, to do what no proper client does.
    private static final class RawClient implements AutoCloseable {
        private final DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        private final int port;
        private int transfer;

        RawClient(int port) throws IOException {
            this.port = port;
            socket.setSoTimeout(5000);
            socket.setReceiveBufferSize(1 << 20);
        }

        void request(String file, Map<String, String> options) throws IOException {
            send(new TftpMessage.ReadRequest(file, "octet", options), port);
        }

        void acknowledge(int block) throws IOException {
            send(new TftpMessage.Ack(block & 0xffff), transfer);
        }

        /// As a client does whose request was lost.
        void receiveAskingAgain(String file, Map<String, String> options) throws IOException, DecodeException {
            socket.setSoTimeout(500);
            for (int tries = 0; ; tries++) {
                try {
                    receive();
                    break;
                } catch (java.net.SocketTimeoutException silence) {
                    assertThat(tries).isLessThan(10);
                    request(file, options);
                }
            }
            socket.setSoTimeout(5000);
        }

        TftpMessage receive() throws IOException, DecodeException {
            var packet = new DatagramPacket(new byte[2000], 2000);
            socket.receive(packet);
            transfer = packet.getPort();
            return TftpMessage.decode(Unpooled.wrappedBuffer(packet.getData(), 0, packet.getLength()));
        }

        private void send(TftpMessage message, int to) throws IOException {
            byte[] bytes = TftpMessageTest.encode(message);
            socket.send(new DatagramPacket(bytes, bytes.length, InetAddress.getLoopbackAddress(), to));
        }

        @Override
        public void close() {
            socket.close();
        }
    }
}
