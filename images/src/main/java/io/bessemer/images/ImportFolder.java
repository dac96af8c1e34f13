package io.bessemer.images;

import io.bessemer.ramdisk.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/// Where one import works. A download that ended in the middle, because its server or this process did, stays in it for a while and is gone on with: only when a checksum
/// will tell whether what it becomes is right, as after a loss of power the last bytes of a file may be none of ours.
record ImportFolder(Path path) {
    static final String SOURCE = "source";
    private static final List<String> LEFT = List.of(SOURCE, SOURCE + ".version");
    private static final Duration KEPT = Duration.ofDays(1);

    /// @param resumes whether what an earlier import left is gone on with
    void open(boolean resumes) throws IOException {
        close(resumes && resumable());
        Files.createDirectories(path);
    }

    /// @param resumable whether the download is kept
    void close(boolean resumable) throws IOException {
        if (!resumable) {
            Trees.delete(path);
            return;
        }
        List<Path> others;
        try (Stream<Path> all = Files.list(path)) {
            others = all.filter(one -> !LEFT.contains(one.getFileName().toString())).toList();
        }
        for (Path other : others) {
            Trees.delete(other);
        }
    }

    /// Whether there is a download in it, and no old one.
    boolean resumable() throws IOException {
        Path source = path.resolve(SOURCE);
        return Files.isRegularFile(source) && Files.isRegularFile(path.resolve(SOURCE + ".version"))
                && Files.getLastModifiedTime(source).toInstant().isAfter(Instant.now().minus(KEPT));
    }
}
