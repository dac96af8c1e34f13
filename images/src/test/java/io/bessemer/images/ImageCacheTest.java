package io.bessemer.images;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.core.image.ImageLibrary.ImageInfo;
import io.bessemer.core.image.ImageLibrary.ImageSource;
import io.bessemer.core.program.Progress;
import io.bessemer.images.ImageSettings.CacheLimits;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageCacheTest {
    private static final int MIB = 1 << 20;
    private static final Instant BEGIN = Instant.parse("2026-03-01T00:00:00Z");

    @TempDir
    Path directory;

    private ImageDirectory images;
    private Instant now = BEGIN;

    @BeforeEach
    void open() {
        var settings = new ImageSettings(directory.resolve("images"), 64 * MIB, List.of(directory)).with(new CacheLimits(3 * MIB + MIB / 2, Duration.ofDays(7)));
        images = new ImageDirectory(settings, new Clock() {
            @Override
            public Instant instant() {
                return now;
            }

            @Override
            public ZoneOffset getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(java.time.ZoneId zone) {
                return this;
            }
        });
    }

    @AfterEach
    void close() {
        images.close();
    }

    private ImageSource file(String name, long seed) throws Exception {
        Path file = Files.write(directory.resolve(name), Imports.disk(MIB, seed));
        return new ImageSource("file://" + file, null, null, null);
    }

    private List<String> names() {
        return images.list().stream().map(ImageInfo::name).toList();
    }

    @Test
    void the_image_that_was_not_wanted_for_longest_goes_when_there_are_too_many() throws Exception {
        ImageSource first = file("first.raw", 1);
        Imports.ready(images, first);
        for (String name : List.of("second", "third", "fourth")) {
            now = now.plus(Duration.ofHours(1));
            Imports.ready(images, file(name + ".raw", name.hashCode()));
        }
        images.evict();
        assertThat(names()).as("an agent may still write what was wanted four hours ago").hasSize(4);
        now = now.plus(Duration.ofHours(5));
        Imports.ready(images, first);
        images.evict();
        assertThat(names()).containsExactlyInAnyOrder("first", "third", "fourth");
    }

    @Test
    void what_nobody_wanted_for_a_week_goes_and_comes_again_when_it_is_wanted() throws Exception {
        ImageSource source = file("first.raw", 1);
        String id = Imports.ready(images, source).id();
        now = now.plus(Duration.ofDays(8));
        images.evict();
        assertThat(names()).isEmpty();
        assertThat(directory.resolve("images").resolve(id)).doesNotExist();
        assertThat(Imports.ready(images, source).id()).isEqualTo(id);
    }

    @Test
    void what_has_a_name_from_somebody_stays() throws Exception {
        images.importImage("kept", file("a.raw", 1), false, Progress.SILENT);
        Imports.ready(images, file("b.raw", 2));
        images.importImage("named-later", file("b.raw", 2), false, Progress.SILENT);
        Imports.ready(images, file("c.raw", 3));
        Imports.ready(images, new ImageSource("c", null, null, null)); // by its name
        now = now.plus(Duration.ofDays(30));
        images.evict();
        assertThat(names()).containsExactlyInAnyOrder("kept", "named-later", "c");
    }
}
