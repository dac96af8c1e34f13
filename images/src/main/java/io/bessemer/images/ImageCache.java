package io.bessemer.images;

import io.bessemer.images.ImageSettings.CacheLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Which images nobody keeps: those that came because a node named a URL. When they are too many or too old, the ones that were not wanted for longest go. What
/// somebody imported under a name, or asks for by its name, stays.
///
/// An image is told as cached by the file `cached` in its folder, whose time is that of its last use.
final class ImageCache {
    /// longer than an agent may write an image for, whose chunks are fetched without anybody asking here
    static final Duration IN_USE = Duration.ofHours(4);
    private static final String MARK = "cached";
    private static final Logger LOG = LoggerFactory.getLogger(ImageCache.class);

    private final Shelf shelf;
    private final CacheLimits limits;
    private final Clock clock;

    /// @param limits null for none
    ImageCache(Shelf shelf, CacheLimits limits, Clock clock) {
        this.shelf = shelf;
        this.limits = limits;
        this.clock = clock;
    }

    /// Before its folder is published.
    void mark(Path folder) throws IOException {
        Files.createFile(folder.resolve(MARK));
        Files.setLastModifiedTime(folder.resolve(MARK), FileTime.from(clock.instant()));
    }

    void used(String id) {
        try {
            Files.setLastModifiedTime(mark(id), FileTime.from(clock.instant()));
        } catch (IOException e) {
            // kept, or gone just now
        }
    }

    void keep(String id) {
        try {
            if (Files.deleteIfExists(mark(id))) {
                LOG.atInfo().addKeyValue("id", id).log("Image kept: somebody uses its name");
            }
        } catch (IOException e) {
            LOG.atWarn().addKeyValue("id", id).addKeyValue("reason", e.getMessage()).log("Image could not be marked as kept");
        }
    }

    /// Removes what is too old, and then the oldest until the rest is within its limit.
    void evict() throws IOException {
        if (limits == null) {
            return;
        }
        record Cached(InfoFile file, Instant used) {}
        List<Cached> cached = new ArrayList<>();
        shelf.files().forEach(file -> lastUse(file.id()).ifPresent(used -> cached.add(new Cached(file, used))));
        cached.sort(Comparator.comparing(Cached::used));
        long bytes = cached.stream().mapToLong(one -> one.file().storedBytes()).sum();
        for (Cached one : cached) {
            Instant now = clock.instant();
            boolean over = bytes > limits.largestBytes() || one.used().plus(limits.oldest()).isBefore(now);
            if (!over || one.used().plus(IN_USE).isAfter(now)) {
                continue;
            }
            boolean gone = shelf.exclusively(() -> {
                // asked for again meanwhile?
                boolean still = lastUse(one.file().id()).filter(used -> used.equals(one.used())).isPresent();
                if (still) {
                    shelf.remove(one.file().id());
                }
                return still;
            });
            if (gone) {
                bytes -= one.file().storedBytes();
                LOG.atInfo().addKeyValue("id", one.file().id()).addKeyValue("names", one.file().names()).addKeyValue("last_use", one.used())
                        .addKeyValue("stored_bytes", one.file().storedBytes()).log("Cached image removed");
            }
        }
    }

    private Optional<Instant> lastUse(String id) {
        try {
            return Optional.of(Files.getLastModifiedTime(mark(id)).toInstant());
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            LOG.atWarn().addKeyValue("id", id).addKeyValue("reason", e.getMessage()).log("The last use of an image cannot be read; it is left");
            return Optional.empty();
        }
    }

    private Path mark(String id) {
        return shelf.folder(id).resolve(MARK);
    }
}
