package io.bessemer.ramdisk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CpioArchiveTest {
    @TempDir
    Path directory;

    @Test
    void busybox_reads_back_files_links_modes_and_times() throws Exception {
        Path root = Files.createDirectories(directory.resolve("root"));
        Files.createDirectories(root.resolve("a/b"));
        Files.writeString(root.resolve("a/b/odd length"), "12345");
        Files.writeString(root.resolve("run"), "#!/bin/sh\n");
        Files.setPosixFilePermissions(root.resolve("run"), PosixFilePermissions.fromString("rwxr-x--x"));
        Files.setLastModifiedTime(root.resolve("run"), FileTime.fromMillis(1_700_000_000_000L));
        Files.createSymbolicLink(root.resolve("link"), Path.of("a/b"));
        Path archive = directory.resolve("archive");
        try (var out = Files.newOutputStream(archive)) {
            CpioArchive.write(root, out);
        }

        Path unpacked = Files.createDirectories(directory.resolve("unpacked"));
        unpack(archive, unpacked);

        assertThat(unpacked.resolve("a/b/odd length")).hasContent("12345");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(unpacked.resolve("run")))).isEqualTo("rwxr-x--x");
        assertThat(Files.getLastModifiedTime(unpacked.resolve("run")).toMillis()).isEqualTo(1_700_000_000_000L);
        assertThat(Files.readSymbolicLink(unpacked.resolve("link"))).isEqualTo(Path.of("a/b"));
    }

    private static void unpack(Path archive, Path to) throws IOException, InterruptedException {
        Process process = new ProcessBuilder("busybox", "cpio", "-idm").directory(to.toFile()).redirectInput(archive.toFile())
                .redirectErrorStream(true).redirectOutput(to.resolveSibling("cpio.log").toFile()).start();
        assertThat(process.waitFor()).as("busybox cpio: " + Files.readString(to.resolveSibling("cpio.log"))).isZero();
    }
}
