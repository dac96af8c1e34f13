package io.bessemer.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import com.sun.net.httpserver.HttpServer;
import io.bessemer.agent.protocol.ImageManifest;
import io.bessemer.core.fault.Failure;
import io.bessemer.core.image.ImageLibrary.ImageInfo;
import io.bessemer.core.image.ImageLibrary.ImageSource;
import io.bessemer.core.image.ImageLibrary.ImageStatus;
import io.bessemer.core.program.Command;
import io.bessemer.core.program.Progress;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

class ImageDirectoryTest {
    private static final int MIB = 1 << 20;
    private static final int CHUNK = ImageManifest.CHUNK_SIZE;

    @TempDir
    Path directory;

    private ImageDirectory images;
    private HttpServer web;
    private final Map<String, byte[]> served = new ConcurrentHashMap<>();
    private final AtomicInteger bodies = new AtomicInteger();
    private final AtomicInteger breakAfter = new AtomicInteger(Integer.MAX_VALUE);

    @BeforeEach
    void open() throws IOException {
        images = new ImageDirectory(new ImageSettings(directory.resolve("images"), 64 * MIB, List.of(directory.resolve("open"))));
        web = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        web.createContext("/", exchange -> {
            byte[] body = served.get(exchange.getRequestURI().getPath());
            if (body == null) {
                exchange.sendResponseHeaders(404, -1);
                exchange.close();
                return;
            }
            exchange.getResponseHeaders().add("ETag", "\"" + Arrays.hashCode(body) + "\"");
            if (exchange.getRequestMethod().equals("HEAD")) {
                exchange.sendResponseHeaders(200, -1);
                exchange.close();
                return;
            }
            bodies.incrementAndGet();
            String range = exchange.getRequestHeaders().getFirst("Range");
            int from = range == null ? 0 : Integer.parseInt(range.replaceAll("\\D", ""));
            if (range != null) {
                exchange.getResponseHeaders().add("Content-Range", "bytes %d-%d/%d".formatted(from, body.length - 1, body.length));
            }
            exchange.sendResponseHeaders(range == null ? 200 : 206, body.length - from);
            exchange.getResponseBody().write(body, from, Math.min(body.length - from, breakAfter.get()));
            exchange.close(); // before the announced length, when it is to break
        });
        web.start();
    }

    @AfterEach
    void close() {
        images.close();
        web.stop(0);
    }

    @Test
    void a_raw_image_reads_back_from_its_chunks_and_holes_are_absent() throws Exception {
        byte[] disk = disk(3 * CHUNK + 5000);
        ImageInfo image = images.importImage("disk", source(file("disk.img", disk)), false, Progress.SILENT);

        assertThat(restored(image)).isEqualTo(Arrays.copyOf(disk, (disk.length + 511) / 512 * 512));
        ImageManifest manifest = manifest(image);
        assertThat(manifest.chunks()).noneMatch(chunk -> chunk.offset() / CHUNK == 1); // the second was all zero
        assertThat(manifest.sourceSha256()).isEqualTo(sha256(disk));
        assertThat(image.id()).isEqualTo(sha256(Files.readAllBytes(folder(image).resolve("manifest.json"))).substring(0, 32));
        assertThat(images.find("disk")).contains(image);
        assertThat(images.find(image.id())).contains(image);
    }

    @Test
    void a_qcow2_image_makes_the_same_disk() throws Exception {
        byte[] disk = disk(2 * CHUNK);
        Path raw = file("disk.raw", disk);
        Path qcow2 = directory.resolve("disk.qcow2");
        Command.of("qemu-img", "convert", "-c", "-f", "raw", "-O", "qcow2", raw.toString(), qcow2.toString()).run();

        ImageInfo image = images.importImage("disk", source(qcow2), false, Progress.SILENT);

        assertThat(restored(image)).isEqualTo(disk);
        assertThat(image.sourceFormat()).isEqualTo("qcow2");
        assertThat(qcow2).exists();
    }

    @Test
    void a_gzipped_image_is_verified_packed_and_stored_unpacked() throws Exception {
        byte[] disk = disk(CHUNK);
        var packed = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(packed)) {
            gzip.write(disk);
        }
        Path file = file("disk.img.gz", packed.toByteArray());
        ImageInfo image = images.importImage("disk", new ImageSource(file.toString(), "sha256", sha256(packed.toByteArray()), "raw"), false, Progress.SILENT);
        assertThat(restored(image)).isEqualTo(disk);
    }

    @Test
    void equal_chunks_are_stored_once() throws Exception {
        byte[] one = random(CHUNK, 1);
        byte[] disk = new byte[3 * CHUNK];
        System.arraycopy(one, 0, disk, 0, CHUNK);
        System.arraycopy(one, 0, disk, 2 * CHUNK, CHUNK);
        ImageInfo image = images.importImage("disk", source(file("disk.img", disk)), false, Progress.SILENT);
        try (var files = Files.list(folder(image).resolve("chunks"))) {
            assertThat(files).hasSize(1);
        }
        assertThat(restored(image)).isEqualTo(disk);
    }

    @Test
    void a_url_is_imported_behind_the_request_and_only_once() throws Exception {
        byte[] disk = disk(CHUNK);
        var source = new ImageSource(serve("/debian-12.raw", disk), "sha256", sha256(disk), "raw");
        assertThat(images.request(source)).isInstanceOf(ImageStatus.Importing.class);
        ImageInfo image = ready(source);
        assertThat(image.name()).isEqualTo("debian-12");
        assertThat(restored(image)).isEqualTo(disk);

        ready(source);
        // another process, another run: the checksum says that it is here
        try (var again = new ImageDirectory(new ImageSettings(images.directory(), 64 * MIB, List.of()))) {
            assertThat(again.importImage("other-name", source, false, Progress.SILENT).id()).isEqualTo(image.id());
        }
        assertThat(bodies).hasValue(1);
    }

    @Test
    void without_a_checksum_the_entity_tag_tells_whether_a_url_changed() throws Exception {
        byte[] first = disk(CHUNK);
        var source = new ImageSource(serve("/image.raw", first), null, null, null);
        String id = images.importImage("a", source, false, Progress.SILENT).id();
        assertThat(images.importImage("b", source, false, Progress.SILENT).id()).isEqualTo(id);
        assertThat(bodies).hasValue(1);
        serve("/image.raw", random(CHUNK, 9));
        assertThat(images.importImage("c", source, false, Progress.SILENT).id()).isNotEqualTo(id);
        assertThat(bodies).hasValue(2);
    }

    @Test
    void a_broken_download_is_taken_up_where_it_stopped() throws Exception {
        byte[] disk = random(3 * MIB, 4);
        breakAfter.set(MIB);
        ImageInfo image = images.importImage("disk", new ImageSource(serve("/image.raw", disk), "sha256", sha256(disk), "raw"), false, Progress.SILENT);
        assertThat(restored(image)).isEqualTo(disk);
        assertThat(bodies.get()).as("requests, of which each brought up to 1 MiB").isGreaterThanOrEqualTo(3);
    }

    @Test
    void a_download_that_stays_truncated_is_refused_and_leaves_nothing() throws Exception {
        breakAfter.set(100);
        var source = new ImageSource(serve("/image.raw", disk(CHUNK)), null, null, null);
        assertThatThrownBy(() -> images.importImage("disk", source, false, Progress.SILENT)).isInstanceOf(ImageImportException.class)
                .hasMessageContaining("could not be fetched, last of 5 attempts").extracting(e -> ((ImageImportException) e).retryable()).isEqualTo(true);
        assertNothingIsLeft();
    }

    @Test
    void a_wrong_checksum_says_both_values_and_leaves_nothing() throws Exception {
        byte[] disk = disk(CHUNK);
        var source = new ImageSource(serve("/image.raw", disk), "sha256", "0".repeat(64), "raw");
        ImageStatus.Failed failed = failed(source);
        assertThat(failed.reason()).contains("has sha256 " + sha256(disk), "expected " + "0".repeat(64));
        assertThat(failed.retryable()).isFalse();
        assertNothingIsLeft();
    }

    @Test
    void a_checksum_may_be_the_url_of_a_list() throws Exception {
        byte[] disk = disk(CHUNK);
        String list = serve("/SHA256SUMS", ("0".repeat(64) + "  other.raw\n" + sha256(disk) + " *image.raw\n").getBytes(StandardCharsets.UTF_8));
        ready(new ImageSource(serve("/image.raw", disk), "sha256", list, "raw"));
        assertThat(failed(new ImageSource(serve("/unlisted.raw", disk), "sha256", list, "raw")).reason()).contains("has no line for unlisted.raw");
    }

    @Test
    void a_source_over_the_limit_is_refused_by_its_announced_length() {
        var source = new ImageSource(serve("/image.raw", new byte[65 * MIB]), null, null, "raw");
        assertThat(failed(source).reason()).contains("larger than the 67108864 bytes allowed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-b|base.raw|-F|raw", "-o|data_file=outside.raw,data_file_raw=on"})
    void a_qcow2_that_reads_another_file_is_refused(String options) throws Exception {
        file("base.raw", new byte[MIB]);
        var words = new java.util.ArrayList<>(List.of("qemu-img", "create", "-q", "-f", "qcow2"));
        words.addAll(List.of(options.split("\\|")));
        words.addAll(List.of("bad.qcow2", "1M"));
        Command.of(words).in(directory).run();
        assertThatThrownBy(() -> images.importImage("bad", source(directory.resolve("bad.qcow2")), false, Progress.SILENT))
                .isInstanceOf(ImageImportException.class).hasMessageContaining("which is refused").hasMessageContaining("qemu-img convert");
        assertNothingIsLeft();
    }

    @Test
    void a_qcow2_declared_as_raw_is_refused() throws Exception {
        Command.of("qemu-img", "create", "-q", "-f", "qcow2", "disk.img", "1M").in(directory).run();
        var source = new ImageSource(directory.resolve("disk.img").toString(), null, null, "raw");
        assertThatThrownBy(() -> images.importImage("disk", source, false, Progress.SILENT)).hasMessageContaining("image_disk_format says raw").hasMessageContaining("is qcow2");
    }

    @Test
    void a_web_page_is_not_an_image() {
        String page = serve("/image.raw", "<!DOCTYPE html><html>Please log in</html>".getBytes(StandardCharsets.UTF_8));
        assertThat(failed(new ImageSource(page, null, null, null)).reason()).contains("is a web page");
    }

    @Test
    void a_client_reads_files_only_from_the_open_folders() throws Exception {
        byte[] disk = disk(CHUNK);
        Path open = Files.createDirectories(directory.resolve("open"));
        Path secret = file("secret.raw", disk);
        Files.createSymbolicLink(open.resolve("link.raw"), secret);
        Files.write(open.resolve("fine.raw"), disk);
        assertThat(failed(new ImageSource(secret.toUri().toString().replace("file:/", "file:///"), null, null, null)).reason()).contains("files are only read below");
        assertThat(failed(new ImageSource("file://" + open.resolve("link.raw"), null, null, null)).reason()).contains("files are only read below");
        ready(new ImageSource("file://" + open.resolve("fine.raw"), null, null, null));
    }

    @Test
    void a_name_is_taken_over_only_when_asked_and_an_unknown_one_is_told() throws Exception {
        images.importImage("disk", source(file("a.img", random(MIB, 1))), false, Progress.SILENT);
        Path other = file("b.img", random(MIB, 2));
        assertThatThrownBy(() -> images.importImage("disk", source(other), false, Progress.SILENT)).isInstanceOf(Failure.NameAlreadyExists.class);
        ImageInfo second = images.importImage("disk", source(other), true, Progress.SILENT);
        assertThat(images.find("disk")).contains(second);
        assertThat(images.list()).hasSize(2);
        assertThat(images.remove("disk")).isTrue();
        assertThat(images.find("disk")).isEmpty();
        assertThat(folder(second)).doesNotExist();
        assertThat(images.request(new ImageSource("disk", null, null, null))).isInstanceOfSatisfying(ImageStatus.Failed.class, failed -> assertThat(failed.reason()).contains("neither a URL nor"));
    }

    @Test
    void a_killed_import_leaves_no_half_image_and_its_leftovers_go() throws Exception {
        Path disk = file("disk.img", random(60 * MIB, 7));
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "--enable-native-access=ALL-UNNAMED", "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")), ImportProgram.class.getName(), images.directory().toString(), disk.toString())
                .redirectErrorStream(true).start();
        try (var lines = process.inputReader()) {
            String line = lines.readLine();
            while (line != null && !line.startsWith("chunks")) {
                line = lines.readLine();
            }
            assertThat(line).as("the import reached its chunks").isNotNull();
            process.destroyForcibly().waitFor();
        }
        assertThat(images.list()).isEmpty();
        try (var again = new ImageDirectory(new ImageSettings(images.directory(), 64 * MIB, List.of()))) {
            assertNothingIsLeft();
            assertThat(again.importImage("disk", source(disk), false, Progress.SILENT).virtualBytes()).isEqualTo(60 * MIB);
        }
    }

    /// Imports in a process of its own, to be killed.
    static final class ImportProgram {
        private ImportProgram() {}

        public static void main(String[] arguments) throws IOException {
            try (var images = new ImageDirectory(new ImageSettings(Path.of(arguments[0]), 64 * MIB, List.of()))) {
                images.importImage("disk", new ImageSource(arguments[1], null, null, null), false, (what, _, _) -> System.out.println(what));
            }
        }
    }

    private void assertNothingIsLeft() throws IOException {
        assertThat(images.list()).isEmpty();
        try (var files = Files.walk(images.directory())) {
            assertThat(files.filter(Files::isRegularFile).map(file -> file.getFileName().toString())).allMatch(name -> name.endsWith(".lock"));
        }
    }

    private ImageInfo ready(ImageSource source) throws InterruptedException {
        return switch (settled(source)) {
            case ImageStatus.Ready ready -> ready.image();
            case ImageStatus.Importing importing -> throw new AssertionError("still " + importing);
            case ImageStatus.Failed failed -> throw new AssertionError(failed.reason());
        };
    }

    private ImageStatus.Failed failed(ImageSource source) {
        try {
            return (ImageStatus.Failed) settled(source);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private ImageStatus settled(ImageSource source) throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        ImageStatus status = images.request(source);
        while (status instanceof ImageStatus.Importing && System.nanoTime() < deadline) {
            Thread.sleep(Duration.ofMillis(10));
            status = images.request(source);
        }
        return status;
    }

    private byte[] restored(ImageInfo image) throws Exception {
        ImageManifest manifest = manifest(image);
        byte[] disk = new byte[(int) manifest.virtualSize()];
        for (ImageManifest.Chunk chunk : manifest.chunks()) {
            byte[] stored = Files.readAllBytes(folder(image).resolve("chunks").resolve(chunk.sha256()));
            assertThat(stored).hasSize(chunk.stored());
            assertThat(sha256(stored)).isEqualTo(chunk.sha256());
            byte[] raw = Zstd.decompress(stored, chunk.length());
            assertThat(sha256(raw)).isEqualTo(chunk.content());
            System.arraycopy(raw, 0, disk, (int) chunk.offset(), raw.length);
        }
        return disk;
    }

    @SuppressWarnings("unchecked")
    private ImageManifest manifest(ImageInfo image) throws Exception {
        return ImageManifest.fromMap(JsonMapper.shared().readValue(Files.readAllBytes(folder(image).resolve("manifest.json")), Map.class));
    }

    private Path folder(ImageInfo image) {
        return images.directory().resolve(image.id());
    }

    /// Data at the head, a hole over the second chunk, data in the last.
    private static byte[] disk(int size) {
        byte[] disk = new byte[size];
        System.arraycopy(random(100_000, 3), 0, disk, 70_000, 100_000);
        System.arraycopy(random(3000, 5), 0, disk, size - 4000, 3000);
        return disk;
    }

    private static byte[] random(int size, long seed) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private Path file(String name, byte[] bytes) throws IOException {
        return Files.write(directory.resolve(name), bytes);
    }

    private String serve(String path, byte[] bytes) {
        served.put(path, bytes);
        return "http://127.0.0.1:" + web.getAddress().getPort() + path;
    }

    private static ImageSource source(Path file) {
        return new ImageSource(file.toString(), null, null, null);
    }

    private static String sha256(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }
}
