package io.bessemer.e2e.trouble;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.lab.simulated.SimulatedMachine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Images that cannot be had, or are not what they should be.
class ImageTest {
    @TempDir
    private static Path directory;
    private static Site site;
    private static ImageHost images;

    @BeforeAll
    static void start() throws IOException {
        images = new ImageHost();
        site = Site.start(directory, 3201, 3, "--bessemer.conductor.max-retries=1", "--bessemer.images.largest=100TB");
    }

    @AfterAll
    static void stop() throws IOException {
        site.close();
        images.close();
    }

    @Test
    void a_wrong_checksum_is_told_with_both_and_once_it_is_right_the_node_gets_active() throws IOException {
        SimulatedMachine machine = site.machine(0);
        String name = machine.spec().name();
        String wrong = "00".repeat(32);
        site.makeAvailable(machine);
        site.set(name, "/instance_info", Map.of("image_source", images.url(), "image_os_hash_algo", "sha256", "image_os_hash_value", wrong));
        site.provision(name, "active");
        site.await(name, "deploy failed");
        assertThat(site.node(name).path("last_error").asString()).contains(images.url()).contains(wrong).contains(images.sha256())
                .contains("image_os_hash_value");
        try (Stream<Path> left = Files.list(site.data().resolve("images"))) {
            assertThat(left.map(path -> path.getFileName().toString())).containsExactly(".work");
        }

        site.set(name, "/instance_info/image_os_hash_value", images.sha256());
        site.provision(name, "active");
        site.await(name, "active");
        Site.until("the host reports", machine::hostUp);
        assertThat(site.node(name).path("last_error").isNull()).isTrue();
    }

    @Test
    void a_transfer_that_ends_early_is_told_with_both_lengths() {
        SimulatedMachine machine = site.machine(1);
        String name = machine.spec().name();
        site.makeAvailable(machine);
        site.set(name, "/instance_info", Map.of("image_source", images.cutUrl(images.bytes(), "cut.raw")));
        site.provision(name, "active");
        site.await(name, "deploy failed");
        String error = site.node(name).path("last_error").asString();
        // the last bytes before the cut may die with the connection
        assertThat(error).contains("cut.raw").containsPattern("ended after \\d+ of " + images.bytes() + " bytes");

        String url = images.cutUrl(50L << 40, "vast.raw");
        site.set(name, "/instance_info/image_source", url);
        site.provision(name, "active");
        site.await(name, "another error", node -> node.path("provision_state").asString().equals("deploy failed")
                && node.path("last_error").asString("").contains("vast.raw"));
        error = site.node(name).path("last_error").asString();
        assertThat(error).contains("has not enough room").contains("Free space there").contains("or move the data directory");
    }

    @Test
    void an_image_that_nobody_imported_is_named_with_the_command_that_does() {
        SimulatedMachine machine = site.machine(2);
        String name = machine.spec().name();
        site.makeAvailable(machine);
        site.set(name, "/instance_info", Map.of("image_source", "no-such-image"));
        site.provision(name, "active");
        site.await(name, "deploy failed");
        assertThat(site.node(name).path("last_error").asString()).contains("no-such-image").contains("bessemer image import");

        site.set(name, "/instance_info", Map.of("image_source", "file:///etc/passwd"));
        site.provision(name, "active");
        site.await(name, "another error", node -> node.path("last_error").asString("").contains("/etc/passwd"));
    }
}
