package io.bessemer.images;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Asks for free space before it is used, so that a full disk is told in words and not by a half written file.
record Room(Path directory) {
    /// Left for the database and logs on the same disk.
    private static final long RESERVE_BYTES = 64L << 20;

    void require(long bytes) throws IOException {
        long free = Files.getFileStore(directory).getUsableSpace();
        if (free < bytes + RESERVE_BYTES) {
            throw new ImageImportException("%s has %d MB free and the image needs %d MB. Free space, or move the data directory."
                    .formatted(directory, free >> 20, bytes + RESERVE_BYTES >> 20), true);
        }
    }
}
