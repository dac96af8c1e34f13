package io.bessemer.images;

import java.nio.file.Path;
import java.util.List;

/// @param directory    `DATA/images`
/// @param largestBytes greatest size of a source file, and of the disk it makes
/// @param fileRoots    folders that a `file://` URL of a client may name; a path elsewhere is refused, so that no client reads the
///                     server's own files. The command line is not bound by it.
/// @param keepFreeBytes imports leave so much of the disk free
public record ImageSettings(Path directory, long largestBytes, List<Path> fileRoots, long keepFreeBytes) {
    public static final long DEFAULT_KEEP_FREE_BYTES = 64L << 20;
    public static final long DEFAULT_LARGEST_BYTES = 256L << 30;

    public ImageSettings {
        directory = directory.toAbsolutePath().normalize();
        fileRoots = fileRoots.stream().map(root -> root.toAbsolutePath().normalize()).toList();
    }

    public ImageSettings(Path directory, long largestBytes, List<Path> fileRoots) {
        this(directory, largestBytes, fileRoots, DEFAULT_KEEP_FREE_BYTES);
    }

    /// With `file://` allowed below `import` beside the image directory.
    public static ImageSettings of(Path directory) {
        return new ImageSettings(directory, DEFAULT_LARGEST_BYTES, List.of(directory.toAbsolutePath().resolveSibling("import")));
    }
}
