package io.bessemer.e2e.trouble;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.lab.simulated.SimulatedMachine;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Many machines that are imaged at once deliver the image to each other, whatever becomes of some of them, and of the server.
@Timeout(240)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class NeighboursTest {
    private static final int MACHINES = 24;
    private static final int CHUNKS = 16;
    private static final int CHUNK_BYTES = 4 << 20;
    private static final int DATA_OF_CHUNK = 256 << 10;
    private static final long IMAGE_BYTES = (long) CHUNKS * DATA_OF_CHUNK;
    private static final int LIAR = 0;
    private static final int OLD = 1;
    private static final int FALLS_OVER = 2;

    @TempDir
    private static Path directory;
    private static Site site;
    private static String image;

    @BeforeAll
    static void start() throws IOException {
        site = Site.startProcess(directory, 5201, MACHINES, "--bessemer.images.peers=true", "--bessemer.conductor.automated-clean=false", "--bessemer.conductor.agent-lost=30s");
        Path raw = Files.createDirectories(site.data().resolve("import")).resolve("image.raw");
        try (var channel = FileChannel.open(raw, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.SPARSE)) {
            var random = new Random(5);
            byte[] data = new byte[DATA_OF_CHUNK];
            for (int i = 0; i < CHUNKS; i++) {
                random.nextBytes(data);
                channel.write(ByteBuffer.wrap(data), (long) i * CHUNK_BYTES);
            }
        }
        image = raw.toUri().toString();
        site.machines().forEach(machine -> machine.faults().chunkDelay = Duration.ofMillis(100)); // a disk as slow as that
        site.machines().forEach(site::enrol);
        all("manage", "manageable");
        all("provide", "available");
    }

    @AfterAll
    static void stop() {
        site.close();
    }

    @Test
    @Order(1)
    void the_server_serves_few_of_very_many_a_liar_is_found_out_and_old_agents_are_served_as_ever() {
        SimulatedMachine liar = site.machine(LIAR);
        site.machines().stream().filter(machine -> machine != liar).forEach(machine -> machine.faults().firmwareDelay = Duration.ofSeconds(4)); // so that it is ahead of them, though all wait for the import
        liar.faults().givesWrongChunks = true;
        liar.faults().chunkDelay = Duration.ofMillis(500);
        site.machine(OLD).faults().knowsNoNeighbours = true;
        site.machine(FALLS_OVER).faults().rebootsWhileWriting.set(1);
        site.machines().forEach(NeighboursTest::deploy);
        site.machines().forEach(machine -> site.await(machine.spec().name(), "active"));
        Site.until("every host is up, from a disk with the whole image", () -> site.machines().stream().allMatch(SimulatedMachine::hostUp));

        double images = (double) figure("image.bytes") / IMAGE_BYTES;
        assertThat(images).as("images that the server sent, of %d".formatted(MACHINES)).isBetween(1.9, MACHINES / 2.0);
        assertThat(figure("image.neighbours-named")).isPositive();
        assertThat(figure("image.neighbours-lost")).isPositive();
        List<JsonNode> shares = site.machines().stream().map(machine -> site.node(machine.spec().name()).at("/driver_internal_info/root_device")).toList();
        assertThat(shares.get(OLD).has("from_neighbours_bytes")).isFalse();
        shares.stream().filter(share -> share.has("from_neighbours_bytes")).forEach(share -> assertThat(share.path("from_server_bytes").asLong() + share.path("from_neighbours_bytes").asLong())
                .isEqualTo(share.path("bytes_written").asLong()).isEqualTo(IMAGE_BYTES));
        assertThat(shares.stream().filter(share -> share.path("from_neighbours_bytes").asLong(0) > 0)).as("who took from neighbours").hasSizeGreaterThan(MACHINES / 2);
        List<String> events = site.machines().stream().flatMap(machine -> site.timeline(machine.spec().name()).valueStream()).map(JsonNode::toString).toList();
        assertThat(events).anyMatch(event -> event.contains("Nothing more is taken from neighbour") && event.contains("is wrong: its content has sha256"))
                .anyMatch(event -> event.contains("write_image-done") && event.contains("from_neighbours_bytes"));
    }

    @Test
    @Order(2)
    void nothing_is_lost_when_the_server_is_killed_in_between() throws Exception {
        site.machines().forEach(machine -> {
            machine.faults().givesWrongChunks = false;
            machine.faults().knowsNoNeighbours = false;
            machine.faults().firmwareDelay = Duration.ofMillis(50);
            machine.faults().chunkDelay = Duration.ofMillis(150);
            site.provision(machine.spec().name(), "rebuild");
        });
        long before = figure("image.neighbours-named");
        long bytesBefore = figure("image.bytes");
        Site.until("machines take from each other, and some are ahead", () -> figure("image.neighbours-named") > before + MACHINES / 4
                && figure("image.bytes") > bytesBefore + 2 * IMAGE_BYTES);
        site.kill();
        site.startAgain(directory.resolve("server.log"));
        site.machines().forEach(machine -> site.await(machine.spec().name(), "active"));
        Site.until("every host is up, from a disk with the whole image", () -> site.machines().stream().allMatch(SimulatedMachine::hostUp));
        assertThat(figure("image.bytes")).as("since the server is back").isLessThan(MACHINES / 2 * IMAGE_BYTES);
        assertThat(Files.readString(directory.resolve("server.log"))).as("no key is logged").doesNotContainIgnoringCase("neighbour-key");
    }

    private static void deploy(SimulatedMachine machine) {
        String name = machine.spec().name();
        site.set(name, "/instance_info", Map.of("image_source", image, "image_disk_format", "raw"));
        site.provision(name, "active");
    }

    private static void all(String verb, String state) {
        site.machines().forEach(machine -> site.provision(machine.spec().name(), verb));
        site.machines().forEach(machine -> site.await(machine.spec().name(), state));
    }

    /// Of the boot servers, since the process began.
    private static long figure(String event) {
        Matcher figure = Pattern.compile("bessemer_boot_events_total\\{event=\"%s\"} ([0-9.E]+)".formatted(Pattern.quote(event))).matcher(site.text("/metrics"));
        return figure.find() ? (long) Double.parseDouble(figure.group(1)) : 0;
    }
}
