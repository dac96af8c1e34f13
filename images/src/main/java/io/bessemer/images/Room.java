package io.bessemer.images;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Asks for free space before it is used, so that a full disk is told in words and not by a half written file.
///
/// @param keepFreeBytes left for the database on the same disk
record Room(Path directory, long keepFreeBytes) {
    void require(long bytes) throws IOException {
        if (free() < bytes + keepFreeBytes) {
            throw full(bytes, null);
        }
    }

    /// @param bytes that are wanted now; the whole import may need more
    DiskFullException full(long bytes, IOException cause) throws IOException {
        long free = free();
        return new DiskFullException(("The disk of %s has not enough room: %d bytes are free, %d are kept for the database, and the import needs at least %d more. "
                + "Free space there (`./bessemer image list` shows what images take), or move the data directory, then import again. What was "
                + "written of this image is removed.").formatted(directory, free, keepFreeBytes, Math.max(bytes, Math.max(1, free - keepFreeBytes + 1))), cause);
    }

    /// It cannot help to try again at once. The words are those of Linux for ENOSPC and EDQUOT; qemu-img's come with its own around them.
    static boolean isFull(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            String message = String.valueOf(cause.getMessage());
            if (cause instanceof DiskFullException || message.contains("No space left on device") || message.contains("Disk quota exceeded")) {
                return true;
            }
        }
        return false;
    }

    private long free() throws IOException {
        return Files.getFileStore(directory).getUsableSpace();
    }
}
