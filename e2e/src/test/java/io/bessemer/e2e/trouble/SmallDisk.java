package io.bessemer.e2e.trouble;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/// A disk that is soon full: a tmpfs. Needs root.
final class SmallDisk implements AutoCloseable {
    private static final int PAGE = 4096;

    private final Path directory;
    private final Path filler;

    private SmallDisk(Path directory) {
        this.directory = directory;
        this.filler = directory.resolve("filler");
    }

    static SmallDisk mount(Path directory, int megabytes) throws IOException {
        Files.createDirectories(directory);
        run("mount", "-t", "tmpfs", "-o", "size=" + megabytes + "m", "tmpfs", directory.toString());
        return new SmallDisk(directory);
    }

    Path directory() {
        return directory;
    }

    long free() throws IOException {
        return Files.getFileStore(directory).getUsableSpace();
    }

    /// Until `bytes` are left, and not a page more.
    void fillUpTo(long bytes) throws IOException {
        try (OutputStream out = Files.newOutputStream(filler)) {
            for (int block = 1 << 20; block >= PAGE; block /= 16) {
                byte[] zeros = new byte[block];
                while (free() >= bytes + block) {
                    out.write(zeros);
                }
            }
        }
    }

    void empty() throws IOException {
        Files.deleteIfExists(filler);
    }

    @Override
    public void close() throws IOException {
        run("umount", "--lazy", directory.toString());
    }

    private static void run(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes());
        try {
            if (process.waitFor() != 0) {
                throw new IOException(String.join(" ", command) + ": " + said);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }
}
