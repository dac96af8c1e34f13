package io.bessemer.e2e.trouble;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.bessemer.core.image.ImageLibrary.ImageSource;
import io.bessemer.images.ImageDirectory;
import io.bessemer.images.ImageImportException;
import io.bessemer.images.ImageSettings;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// An image does not fit on the disk.
@Tag("root")
class FullDiskImportTest {
    private static final int MIB = 1 << 20;
    private static final int IMAGE_BYTES = 24 * MIB;

    @TempDir
    private Path directory;

    /// @param keepFree 64 MiB: told before the disk is full. 0: the kernel says ENOSPC while it is written.
    @ParameterizedTest
    @CsvSource({"raw, 64", "gz, 64", "qcow2, 64", "http, 64", "raw, 0", "gz, 0", "qcow2, 0", "http, 0"})
    void an_import_that_does_not_fit_says_so_leaves_nothing_and_succeeds_once_there_is_room(String kind, int keepFree) throws Exception {
        try (SmallDisk disk = SmallDisk.mount(directory.resolve("disk"), 160); ImageHost host = new ImageHost()) {
            Path images = disk.directory().resolve("images");
            String source = kind.equals("http") ? host.url() : image(kind).toString();
            int tooFew = kind.equals("http") ? 3 * MIB : 6 * MIB;
            ImageSettings settings = new ImageSettings(images, 1L << 30, List.of(), (long) keepFree * MIB);
            try (ImageDirectory library = new ImageDirectory(settings)) {
                disk.fillUpTo((long) keepFree * MIB + tooFew);
                long before = disk.free();
                var failure = catchThrowableOfType(ImageImportException.class, () -> importFrom(library, source));
                assertThat(failure.getMessage()).matches("The disk of " + images + " has not enough room: \\d+ bytes are free, " + (long) keepFree * MIB
                        + " are kept for the database, and the import needs at least [1-9]\\d* more\\. Free space there .* or move the data directory, then import again\\..*");
                assertThat(failure.retryable()).isTrue();
                assertThat(library.list()).isEmpty();
                assertThat(left(images)).isEmpty();
                assertThat(disk.free()).isGreaterThanOrEqualTo(before - 64 * 1024); // lock files

                disk.empty();
                importFrom(library, source);
                assertThat(library.find("big").orElseThrow().dataBytes()).isPositive();
            }
        }
    }

    private static void importFrom(ImageDirectory library, String source) throws IOException {
        library.importImage("big", new ImageSource(source, null, null, null), false, (_, _, _) -> { });
    }

    /// Files of an import, whole or in part. Locks stay.
    private static List<Path> left(Path images) throws IOException {
        try (Stream<Path> all = Files.walk(images)) {
            return all.filter(Files::isRegularFile).filter(file -> !file.toString().endsWith(".lock")).toList();
        }
    }

    /// Every other block is random, so that the packed file is about half of what it unpacks to.
    private Path image(String kind) throws Exception {
        byte[] bytes = new byte[IMAGE_BYTES];
        byte[] block = new byte[4096];
        Random random = new Random(5);
        for (int at = 0; at < bytes.length; at += 2 * block.length) {
            random.nextBytes(block);
            System.arraycopy(block, 0, bytes, at, block.length);
            Arrays.fill(bytes, at + block.length, at + 2 * block.length, (byte) 'x');
        }
        Path raw = Files.write(directory.resolve("big.raw"), bytes);
        return switch (kind) {
            case "raw" -> raw;
            case "gz" -> {
                Path packed = directory.resolve("big.raw.gz");
                try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(packed))) {
                    out.write(bytes);
                }
                yield packed;
            }
            case "qcow2" -> {
                Path packed = directory.resolve("big.qcow2");
                Process convert = new ProcessBuilder("qemu-img", "convert", "-c", "-O", "qcow2", raw.toString(), packed.toString()).inheritIO().start();
                assertThat(convert.waitFor()).as("qemu-img, of the package qemu-utils").isZero();
                yield packed;
            }
            default -> throw new IllegalArgumentException(kind);
        };
    }
}
