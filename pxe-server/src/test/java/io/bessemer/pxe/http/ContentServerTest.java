package io.bessemer.pxe.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.core.network.VisitorLimit;
import io.bessemer.pxe.PxeCounters;
import io.bessemer.pxe.RecordingDirectory;
import io.bessemer.pxe.RunningServer;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ContentServerTest {
    private static final String IMAGE = "0123456789abcdef0123456789abcdef";
    private static final String CHUNK = "ab".repeat(32);

    @TempDir
    Path work;
    private RunningServer running;

    @BeforeEach
    void start() throws Exception {
        running = new RunningServer(work);
        Path chunks = Files.createDirectories(running.images.resolve(IMAGE).resolve("chunks"));
        Files.writeString(running.images.resolve(IMAGE).resolve("manifest.json"), "{}");
        Files.writeString(chunks.resolve(CHUNK), "chunk");
    }

    @AfterEach
    void stop() {
        running.close();
    }

    @Test
    void curl_fetches_a_boot_file_whole_and_in_parts() throws Exception {
        assertThat(curl("/boot/files/vmlinuz").bytes()).isEqualTo(running.kernel);
        assertThat(curl("/boot/files/vmlinuz", "-r", "10-19").bytes()).isEqualTo(Arrays.copyOfRange(running.kernel, 10, 20));
        assertThat(curl("/boot/files/vmlinuz", "-r", "3000000-").bytes()).isEqualTo(Arrays.copyOfRange(running.kernel, 3_000_000, 3_000_007));
        assertThat(curl("/boot/files/vmlinuz", "-r", "-5").bytes()).isEqualTo(Arrays.copyOfRange(running.kernel, 3_000_002, 3_000_007));
        assertThat(curl("/boot/files/vmlinuz", "-i", "-r", "0-0").text()).startsWith("HTTP/1.1 206 Partial Content").containsIgnoringCase("content-range: bytes 0-0/3000007");
        assertThat(curl("/boot/files/vmlinuz", "-i", "-r", "3000007-").text()).startsWith("HTTP/1.1 416").containsIgnoringCase("content-range: bytes */3000007");
        assertThat(curl("/boot/files/vmlinuz", "-H", "Range: bytes=0-1,4-5").bytes()).as("several ranges are answered in full").isEqualTo(running.kernel);
        assertThat(curl("/boot/files/empty", "-i").text()).startsWith("HTTP/1.1 200").containsIgnoringCase("content-length: 0");
        running.await("the file's event", () -> running.directory.events.stream().anyMatch(event -> event.toString().equals("http/file") && event.details().get("bytes").equals(3_000_007L)));
    }

    @Test
    void where_machines_deliver_images_to_each_other_the_manifest_brings_the_key_and_whoever_waits_is_told_of_its_neighbours() throws Exception {
        String claim = "Bessemer-Neighbour: 127.0.0.1:%d chunks=%d takes=yes";
        assertThat(curl("/images/" + IMAGE + "/manifest.json", "-i", "-H", "Authorization: Bearer " + RecordingDirectory.IMAGE_TOKEN).text()).as("it is off").doesNotContainIgnoringCase("neighbour");
        running.close();
        running = new RunningServer(work.resolve("on"), settings -> settings, Optional.of(image -> "key of " + image));
        Path chunks = Files.createDirectories(running.images.resolve(IMAGE).resolve("chunks"));
        Files.writeString(running.images.resolve(IMAGE).resolve("manifest.json"), "{}");
        Files.writeString(chunks.resolve(CHUNK), "chunk");
        String chunk = "/images/" + IMAGE + "/chunks/" + CHUNK;

        assertThat(curl("/images/" + IMAGE + "/manifest.json", "-i", "-H", "Authorization: Bearer " + RecordingDirectory.IMAGE_TOKEN).text())
                .containsIgnoringCase("bessemer-neighbour-key: key of " + IMAGE).containsIgnoringCase("cache-control: no-store").endsWith("{}");
        assertThat(curl("/images/" + IMAGE + "/manifest.json", "-i").text()).startsWith("HTTP/1.1 401").doesNotContain("key of");
        assertThat(curl(chunk, "-i", "-H", "Authorization: Bearer " + RecordingDirectory.IMAGE_TOKEN + "1", "-H", claim.formatted(40_001, 0)).text()).as("the first").endsWith("chunk");
        assertThat(curl(chunk, "-i", "-H", "Authorization: Bearer " + RecordingDirectory.IMAGE_TOKEN + "1", "-H", claim.formatted(40_001, 1)).text()).endsWith("chunk");
        assertThat(curl(chunk, "-i", "-H", "Authorization: Bearer " + RecordingDirectory.IMAGE_TOKEN + "2", "-H", claim.formatted(40_002, 0)).text())
                .startsWith("HTTP/1.1 503").containsIgnoringCase("bessemer-neighbours: 127.0.0.1:40001");
        assertThat(curl(chunk, "-i", "-H", "Authorization: Bearer " + RecordingDirectory.IMAGE_TOKEN + "3").text()).as("it knows of no neighbours").endsWith("chunk");
        assertThat(curl(chunk, "-i", "-H", "Authorization: Bearer " + RecordingDirectory.IMAGE_TOKEN + "4", "-H", claim.formatted(40_004, 0) + " lost=127.0.0.1:40001").text())
                .as("it wants no more of that one").endsWith("chunk");
        curl(chunk, "-I", "-H", "Authorization: Bearer " + RecordingDirectory.IMAGE_TOKEN + "5", "-H", claim.formatted(40_005, 9));
        assertThat(curl(chunk, "-i", "-H", "Authorization: Bearer " + RecordingDirectory.IMAGE_TOKEN + "2", "-H", claim.formatted(40_002, 5)).text())
                .as("one told that it has all of it").containsIgnoringCase("bessemer-neighbours: 127.0.0.1:40005");
        assertThat(running.server.counters()).containsEntry("image.neighbours-named", 2L).containsEntry("image.bytes", 20L);
    }

    @Test
    void a_head_request_says_the_length_and_sends_nothing() throws Exception {
        assertThat(curl("/boot/files/vmlinuz", "-I").text()).startsWith("HTTP/1.1 200 OK").containsIgnoringCase("content-length: 3000007").containsIgnoringCase("accept-ranges: bytes");
    }

    @Test
    void one_connection_serves_many_requests_in_order() throws Exception {
        RunningServer.Output output = RunningServer.run("curl", "-sv", running.http("/boot/files/empty"), running.http("/boot/files/nothing"), running.http("/boot/files/empty"));
        assertThat(output.text().split("Re-using existing connection", -1)).hasSize(3);
        // three requests in one packet
        String pipelined = "GET /boot/files/initramfs HTTP/1.1\r\nHost: x\r\n\r\n".repeat(2) + "GET /boot/files/nothing HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
        String answers = raw(pipelined);
        assertThat(answers.split("HTTP/1.1 200 OK", -1)).hasSize(3);
        assertThat(answers).contains("HTTP/1.1 404 Not Found").endsWith("not found\n");
    }

    @Test
    void a_thousand_requests_in_one_packet_are_answered_one_by_one() throws Exception {
        int many = 1000;
        String answers = raw("GET /boot/files/initramfs HTTP/1.1\r\nHost: x\r\nRange: bytes=0-9\r\n\r\n".repeat(many) + "GET /boot/files/nothing HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        assertThat(answers.split("HTTP/1.1 206 Partial Content", -1)).hasSize(many + 1);
        assertThat(answers).endsWith("not found\n");
    }

    @Test
    void the_headers_of_a_large_file_come_together_with_its_begin_and_its_end_is_not_held_back() throws Exception {
        int length = 100_000;
        int times = 40;
        Files.write(running.boot.resolve("large"), new byte[length]);
        long start = System.nanoTime();
        try (Socket socket = new Socket("127.0.0.1", running.server.httpPort())) {
            for (int time = 0; time < times; time++) {
                socket.getOutputStream().write("GET /boot/files/large HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                var first = new byte[8192];
                assertThat(socket.getInputStream().read(first)).as("bytes of the first packet, up to 8 KiB").isEqualTo(first.length);
                String begin = new String(first, StandardCharsets.ISO_8859_1);
                assertThat(begin).startsWith("HTTP/1.1 200 OK").containsIgnoringCase("content-length: " + length);
                int rest = begin.indexOf("\r\n\r\n") + 4 + length - first.length;
                assertThat(socket.getInputStream().readNBytes(rest)).hasSize(rest);
            }
        }
        // the kernel holds back the end of what stays corked for 200 ms, each time
        assertThat(System.nanoTime() - start).isLessThan(TimeUnit.MILLISECONDS.toNanos(200) * times / 2);
    }

    @Test
    void a_small_file_that_was_replaced_is_another_one_and_a_part_of_it_too() throws Exception {
        Path script = running.boot.resolve("small");
        Files.writeString(script, "first content");
        assertThat(curl("/boot/files/small").text()).isEqualTo("first content");
        assertThat(curl("/boot/files/small", "-r", "6-").text()).isEqualTo("content");
        Path next = Files.writeString(work.resolve("next"), "other content");
        Files.setLastModifiedTime(next, Files.getLastModifiedTime(script)); // of the same size and time
        Files.move(next, script, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        assertThat(curl("/boot/files/small").text()).isEqualTo("other content");
        assertThat(curl("/boot/files/small", "-r", "0-4").text()).isEqualTo("other");
        Files.delete(script);
        assertThat(curl("/boot/files/small", "-i").text()).startsWith("HTTP/1.1 404");
    }

    @ParameterizedTest
    @ValueSource(ints = {32 << 10, (32 << 10) + 1, 64 << 10, (64 << 10) + 1})
    void files_from_memory_and_from_the_disk_are_whole_and_so_are_their_parts(int length) throws Exception {
        var content = new byte[length];
        new Random(length).nextBytes(content);
        Files.write(running.boot.resolve("file"), content);
        for (int time = 0; time < 2; time++) {
            assertThat(curl("/boot/files/file").bytes()).isEqualTo(content);
            assertThat(curl("/boot/files/file", "-r", "1-").bytes()).isEqualTo(Arrays.copyOfRange(content, 1, length));
            assertThat(curl("/boot/files/file", "-r", "-9").bytes()).isEqualTo(Arrays.copyOfRange(content, length - 9, length));
        }
    }

    @Test
    void a_machine_gets_its_script_and_no_other_machine_does() throws Exception {
        String script = curl("/boot/script/" + RunningServer.MAC).text();
        assertThat(script).startsWith("#!ipxe\n")
                .contains("kernel " + running.http("/boot/files/vmlinuz") + " initrd=initramfs console=ttyS0 quiet bessemer.token=one-time BOOTIF=" + RunningServer.MAC)
                .contains("initrd --name initramfs " + running.http("/boot/files/initramfs"));
        assertThat(running.directory.events.getLast().toString()).isEqualTo("http/script");
        assertThat(running.directory.reachedAt.get()).hasToString(running.http(""));
        assertThat(running.directory.events.getLast().details().toString() + running.directory.events.getLast().message()).doesNotContain("one-time");
        assertThat(curl("/boot/script/52:54:00:aa:bb:02", "-i").text()).startsWith("HTTP/1.1 403");
        running.directory.localDiskFor(RunningServer.MAC);
        assertThat(curl("/boot/script/" + RunningServer.MAC.replace(":", "%3A")).text()).contains("sanboot --no-describe --drive 0x80");
    }

    @Test
    void images_need_a_token_that_the_directory_is_asked_about_once() throws Exception {
        String chunk = "/images/" + IMAGE + "/chunks/" + CHUNK;
        assertThat(curl(chunk, "-i").text()).startsWith("HTTP/1.1 401").containsIgnoringCase("www-authenticate: Bearer");
        assertThat(curl(chunk, "-i", "-H", "Authorization: Bearer wrong").text()).startsWith("HTTP/1.1 401");
        running.directory.tokensAsked.set(0);
        for (String path : List.of(chunk, "/images/" + IMAGE + "/manifest.json", chunk)) {
            assertThat(curl(path, "-i", "-H", "Authorization: Bearer " + RecordingDirectory.IMAGE_TOKEN).text()).startsWith("HTTP/1.1 200");
        }
        assertThat(running.directory.tokensAsked).hasValue(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/boot/files/../../secret", "/boot/files/..", "/boot/files/%2e%2e%2fsecret", "/boot/files/..%5csecret", "/boot/files/.hidden", "/boot/files/", "/boot/files/vmlinuz%00", "//boot/files/vmlinuz",
        "/boot/files/sub/vmlinuz", "/images/../boot/vmlinuz", "/images/" + IMAGE + "/chunks/../manifest.json", "/images/" + IMAGE + "/", "/", "/boot/script/not-a-mac", "/boot/script/52:54:00:aa:bb:zz",
        "/boot/script/52-54-00-aa-bb-0", "http://127.0.0.1/secret"})
    void path_tricks_find_nothing(String path) throws Exception {
        assertThat(raw("GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")).startsWith("HTTP/1.1 404").doesNotContain("secret");
    }

    @ParameterizedTest
    @CsvSource({
        "'POST /boot/files/vmlinuz HTTP/1.1\r\nHost: x\r\nContent-Length: 100000000\r\n\r\n', 405",
        "'GET /boot/files/vmlinuz HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello', 400",
        "'GET /boot/files/vmlinuz HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n', 400",
        "'NONSENSE\r\n\r\n', 400",
        "'GET  HTTP/1.1\r\nno colon here\r\n\r\n', 400"})
    void what_is_not_a_plain_get_is_refused_and_the_connection_closed(String request, int status) throws Exception {
        assertThat(raw(request.replace("\n", "\r\n").replace("\r\r", "\r"))).startsWith("HTTP/1.1 " + status);
    }

    @Test
    void long_lines_and_headers_are_refused() throws Exception {
        assertThat(raw("GET /" + "a".repeat(5000) + " HTTP/1.1\r\nHost: x\r\n\r\n")).startsWith("HTTP/1.1 414");
        assertThat(raw("GET / HTTP/1.1\r\nHost: x\r\nX-Long: " + "a".repeat(20000) + "\r\n\r\n")).startsWith("HTTP/1.1 431");
    }

    @Test
    void a_request_that_comes_in_pieces_is_put_together() throws Exception {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), running.server.httpPort())) {
            socket.setSoTimeout(5000);
            socket.setTcpNoDelay(true);
            for (byte each : "GET /boot/files/empty HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII)) {
                socket.getOutputStream().write(each);
            }
            assertThat(new String(socket.getInputStream().readNBytes(15), StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 200 OK");
        }
    }

    @Test
    void a_client_that_goes_away_in_the_middle_leaves_nothing_behind() throws Exception {
        for (int i = 0; i < 20; i++) {
            try (var socket = new Socket(InetAddress.getLoopbackAddress(), running.server.httpPort())) {
                socket.getOutputStream().write("GET /boot/files/vmlinuz HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                socket.getInputStream().readNBytes(100);
                socket.setSoLinger(true, 0);
            }
        }
        assertThat(curl("/boot/files/vmlinuz").bytes()).isEqualTo(running.kernel);
    }

    @Test
    void a_machine_waits_for_its_turn_to_fetch_its_image_and_boot_files_do_not() throws Exception {
        running.close();
        running = new RunningServer(work, settings -> settings.withImageMachines(1));
        String path = "/images/" + IMAGE + "/chunks/" + CHUNK;
        Files.write(running.images.resolve(IMAGE).resolve("chunks").resolve(CHUNK), new byte[64 << 20]);
        String get = "GET " + path + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + RecordingDirectory.IMAGE_TOKEN;
        try (var first = new Socket(InetAddress.getLoopbackAddress(), running.server.httpPort()); var second = new Socket(InetAddress.getLoopbackAddress(), running.server.httpPort())) {
            first.setSoTimeout(20_000);
            second.setSoTimeout(20_000);
            first.getOutputStream().write((get + "-1\r\nConnection: close\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(first.getInputStream().readNBytes(15), StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 200 OK");
            second.getOutputStream().write((get + "-2\r\nRange: bytes=0-9\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            running.await("the second machine waits", () -> running.server.counters().getOrDefault("image.waited", 0L) == 1);
            assertThat(curl("/boot/files/vmlinuz").bytes()).isEqualTo(running.kernel);
            assertThat(curl("/images/" + IMAGE + "/manifest.json", "-H", "Authorization: Bearer " + RecordingDirectory.IMAGE_TOKEN + "-3").text()).isEqualTo("{}");
            assertThat(second.getInputStream().available()).isZero();
            assertThat(first.getInputStream().readAllBytes()).hasSizeGreaterThan(64 << 20);
            assertThat(new String(second.getInputStream().readNBytes(27), StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 206 Partial Conten");
        }
        assertThat(running.server.counters()).containsEntry("image.turns", 2L).doesNotContainKey("image.refused");
    }

    @Test
    void a_request_that_comes_byte_by_byte_has_a_minute() {
        var counters = new PxeCounters();
        var channel = new EmbeddedChannel(new ContentHandler(null, null, null, counters));
        channel.freezeTime();
        for (int i = 0; i < 5; i++) {
            channel.advanceTimeBy(10, TimeUnit.SECONDS);
            channel.runScheduledPendingTasks();
            assertThat(channel.isOpen()).isTrue();
        }
        channel.advanceTimeBy(30, TimeUnit.SECONDS);
        channel.runScheduledPendingTasks();
        assertThat(channel.isOpen()).isFalse();
        assertThat(counters.value("http.slow")).isEqualTo(1);
    }

    @Test
    void an_address_has_so_many_connections_and_is_told_so_while_another_is_served() throws Exception {
        running.close();
        running = new RunningServer(work, settings -> settings.withVisitors(new VisitorLimit(2, List.of())));
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), running.server.httpPort());
        try (var one = from("127.0.0.77", address); var two = from("127.0.0.77", address)) {
            running.await("both have come", () -> running.server.counters().getOrDefault("http.connections", 0L) == 2);
            try (var refused = from("127.0.0.77", address)) {
                assertThat(new String(refused.getInputStream().readAllBytes(), StandardCharsets.US_ASCII)).startsWith("HTTP/1.1 503").contains("too many connections");
            }
            assertThat(curl("/boot/files/vmlinuz", "--interface", "127.0.0.78").bytes()).isEqualTo(running.kernel);
            one.close();
            running.await("there is room again", () -> {
                try {
                    return Arrays.equals(curl("/boot/files/vmlinuz", "--interface", "127.0.0.77").bytes(), running.kernel);
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            });
            assertThat(two.isConnected()).isTrue();
        }
        assertThat(running.server.counters().get("http.refused-address")).isPositive();
    }

    private static Socket from(String address, InetSocketAddress to) throws IOException {
        var socket = new Socket();
        socket.bind(new InetSocketAddress(InetAddress.getByName(address), 0));
        socket.connect(to, 5000);
        socket.setSoTimeout(10_000);
        return socket;
    }

    private RunningServer.Output curl(String path, String... more) throws Exception {
        String[] command = new String[more.length + 4];
        command[0] = "curl";
        command[1] = "-s";
        command[2] = "--path-as-is";
        System.arraycopy(more, 0, command, 3, more.length);
        command[command.length - 1] = running.http(path);
        return RunningServer.run(command);
    }

    private String raw(String request) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), running.server.httpPort())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            var answer = new ByteArrayOutputStream();
            try {
                socket.getInputStream().transferTo(answer);
            } catch (java.net.SocketException reset) {
                // closed before it had read all that we sent: what came before counts
            }
            return answer.toString(StandardCharsets.ISO_8859_1);
        }
    }
}
