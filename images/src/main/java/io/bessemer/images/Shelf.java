package io.bessemer.images;

import io.bessemer.ramdisk.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// The folders of imported images and what is written about each, read and changed by several processes.
final class Shelf {
    static final String INFO = "info.json";
    static final Pattern ID = Pattern.compile("[0-9a-f]{32}");

    private static final Logger LOG = LoggerFactory.getLogger(Shelf.class);
    private static final JsonMapper JSON = JsonMapper.shared();

    private final Path directory;
    private final Path work;
    private volatile boolean closed;

    /// @param work for what is not there yet, or no more
    Shelf(Path directory, Path work) {
        this.directory = directory;
        this.work = work;
    }

    /// Whoever waits for a lock gives up.
    void close() {
        closed = true;
    }

    interface Change<T> {
        T apply() throws IOException;
    }

    Path folder(String id) {
        return directory.resolve(id);
    }

    Stream<InfoFile> files() {
        var found = new ArrayList<InfoFile>();
        List<Path> folders;
        try (Stream<Path> all = Files.list(directory)) {
            folders = all.filter(path -> ID.matcher(path.getFileName().toString()).matches()).toList();
        } catch (IOException e) {
            throw new UncheckedIOException("Image directory %s cannot be read".formatted(directory), e);
        }
        folders.forEach(folder -> read(folder.getFileName().toString()).ifPresent(found::add));
        return found.stream();
    }

    Optional<InfoFile> read(String id) {
        Path file = folder(id).resolve(INFO);
        try {
            return Optional.ofNullable(JSON.readValue(Files.readAllBytes(file), InfoFile.class)); // of the word null
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException | JacksonException e) {
            LOG.atWarn().addKeyValue("file", file).addKeyValue("reason", e.getMessage()).log("Image left out: its description cannot be read");
            return Optional.empty();
        }
    }

    void write(InfoFile info) throws IOException {
        Path folder = folder(info.id());
        Path next = folder.resolve(INFO + ".tmp");
        Files.write(next, JSON.writeValueAsBytes(info));
        Files.move(next, folder.resolve(INFO), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /// It is gone by one rename, whatever becomes of its many files after.
    void remove(String id) throws IOException {
        Path grave = Files.createTempDirectory(work, "removed-");
        Files.move(folder(id), grave.resolve(id), StandardCopyOption.ATOMIC_MOVE);
        Trees.delete(grave);
    }

    /// Short changes of what others see, one at a time in all processes.
    synchronized <T> T exclusively(Change<T> change) throws IOException {
        try (var channel = FileChannel.open(work.resolve("directory.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE); FileLock _ = waitFor(channel)) {
            return change.apply();
        }
    }

    /// A file lock belongs to the whole process, so a second thread is refused instead of made to wait.
    FileLock waitFor(FileChannel channel) throws IOException {
        while (true) {
            try {
                return channel.lock();
            } catch (OverlappingFileLockException e) {
                if (closed) {
                    throw new IOException("The image directory was closed", e);
                }
                try {
                    Thread.sleep(Duration.ofMillis(50));
                } catch (InterruptedException interrupted) {
                    Thread.currentThread().interrupt();
                    throw new IOException("Waiting for another import was interrupted", interrupted);
                }
            }
        }
    }
}
