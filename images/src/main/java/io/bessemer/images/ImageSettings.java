package io.bessemer.images;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// @param directory    `DATA/images`
/// @param largestBytes greatest size of a source file, and of the disk it makes
/// @param fileRoots    folders that a `file://` URL of a client may name; a path elsewhere is refused, so that no client reads the
///                     server's own files. The command line is not bound by it.
/// @param keepFreeBytes imports leave so much of the disk free
/// @param sources      where images may come from
/// @param cache        of images that nobody imported by name; null to keep them all
public record ImageSettings(Path directory, long largestBytes, List<Path> fileRoots, long keepFreeBytes, SourceSettings sources, CacheLimits cache) {
    public static final long DEFAULT_KEEP_FREE_BYTES = 64L << 20;
    public static final long DEFAULT_LARGEST_BYTES = 256L << 30;

    public ImageSettings {
        directory = directory.toAbsolutePath().normalize();
        fileRoots = fileRoots.stream().map(root -> root.toAbsolutePath().normalize()).toList();
    }

    public ImageSettings(Path directory, long largestBytes, List<Path> fileRoots) {
        this(directory, largestBytes, fileRoots, DEFAULT_KEEP_FREE_BYTES);
    }

    public ImageSettings(Path directory, long largestBytes, List<Path> fileRoots, long keepFreeBytes) {
        this(directory, largestBytes, fileRoots, keepFreeBytes, SourceSettings.OPEN, null);
    }

    public ImageSettings with(SourceSettings others) {
        return new ImageSettings(directory, largestBytes, fileRoots, keepFreeBytes, others, cache);
    }

    public ImageSettings with(CacheLimits limits) {
        return new ImageSettings(directory, largestBytes, fileRoots, keepFreeBytes, sources, limits);
    }

    /// @param largestBytes of all cached images, as stored
    /// @param oldest       since the last use
    public record CacheLimits(long largestBytes, Duration oldest) {}

    /// With `file://` allowed below `import` beside the image directory.
    public static ImageSettings of(Path directory) {
        return new ImageSettings(directory, DEFAULT_LARGEST_BYTES, List.of(directory.toAbsolutePath().resolveSibling("import")));
    }
}
