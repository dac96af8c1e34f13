package io.bessemer.images.build;

import io.bessemer.core.program.Progress;
import io.bessemer.ramdisk.Stamp;
import java.io.IOException;
import java.nio.file.Path;

/// A recipe of an image.
public sealed interface HostImage permits TinyImage, DebianHostImage, LibvirtHostImage {
    /// Its name in the image library.
    String name();

    /// Adds all that the image is made from.
    void describe(Stamp stamp, Path cache, Progress progress) throws IOException;

    /// @param work an empty folder
    /// @return the raw disk, in `work`
    Path make(Path work, Path cache, Progress progress) throws IOException;
}
