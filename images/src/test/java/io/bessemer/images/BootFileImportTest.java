package io.bessemer.images;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.core.image.ImageLibrary.ImageInfo;
import io.bessemer.core.image.ImageLibrary.ImageSource;
import io.bessemer.core.image.ImageLibrary.ImageStatus;
import io.bessemer.core.program.Progress;
import io.bessemer.images.ImageSettings.CacheLimits;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Files that machines boot: kept as they came.
class BootFileImportTest {
    private static final int MIB = 1 << 20;

    @TempDir
    Path directory;

    private ImageDirectory images;

    @BeforeEach
    void open() {
        images = new ImageDirectory(new ImageSettings(directory.resolve("images"), 64 * MIB, List.of(directory)).with(new CacheLimits(1, Duration.ofHours(1))));
    }

    @AfterEach
    void close() {
        images.close();
    }

    private ImageSource source(String name, byte[] bytes) throws Exception {
        return new ImageSource("file://" + Files.write(directory.resolve(name), bytes), null, null, null);
    }

    private ImageStatus settled(ImageSource source) throws Exception {
        ImageStatus status = images.requestFile(source);
        for (long end = System.nanoTime() + Duration.ofSeconds(30).toNanos(); status instanceof ImageStatus.Importing && System.nanoTime() < end; status = images.requestFile(source)) {
            Thread.onSpinWait();
        }
        return status;
    }

    @Test
    void a_file_is_kept_as_it_came_and_the_same_as_a_disk_is_another_image() throws Exception {
        byte[] bytes = Imports.disk(MIB + 5, 1);
        ImageSource source = source("live.iso", bytes);
        ImageInfo file = ((ImageStatus.Ready) settled(source)).image();
        assertThat(directory.resolve("images").resolve(file.id()).resolve("file")).hasBinaryContent(bytes);
        assertThat(directory.resolve("live.iso")).exists();
        assertThat(file.sourceFormat()).isEqualTo("file");
        ImageInfo disk = Imports.ready(images, source);
        assertThat(disk.id()).isNotEqualTo(file.id());
        assertThat(((ImageStatus.Ready) settled(source)).image()).isEqualTo(file);
    }

    @Test
    void it_is_named_for_what_it_is_and_is_no_disk() throws Exception {
        images.importFile("live", source("live.iso", Imports.disk(MIB, 1)), false, Progress.SILENT);
        images.importImage("debian", source("debian.raw", Imports.disk(MIB, 2)), false, Progress.SILENT);
        assertThat(images.requestFile(new ImageSource("live", null, null, null))).isInstanceOf(ImageStatus.Ready.class);
        assertThat(Imports.failed(images, new ImageSource("live", null, null, null)).reason()).contains("no disk", "deploy_interface ramdisk");
        assertThat(images.requestFile(new ImageSource("debian", null, null, null))).isInstanceOfSatisfying(ImageStatus.Failed.class, failed -> assertThat(failed.reason()).contains("--as-is"));
    }

    @Test
    void it_stays_as_an_instance_may_boot_it_any_day() throws Exception {
        settled(source("live.iso", Imports.disk(MIB, 1)));
        images.evict();
        assertThat(images.list()).hasSize(1);
    }

    @Test
    void a_web_page_boots_no_machine() throws Exception {
        assertThat(settled(source("live.iso", "<html>Please log in</html>".getBytes(StandardCharsets.UTF_8))))
                .isInstanceOfSatisfying(ImageStatus.Failed.class, failed -> assertThat(failed.reason()).contains("is a web page"));
    }
}
