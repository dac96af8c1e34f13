package io.bessemer.core.image;

import java.util.List;
import java.util.Optional;

/// Disk images that were imported and can be written by agents.
public interface ImageLibrary {
    /// Finds the image of `instance_info.image_source`, or begins to import it. Safe to repeat; returns at once.
    ImageStatus request(ImageSource source);

    List<ImageInfo> list();

    Optional<ImageInfo> find(String nameOrId);

    /// @param source       name or id of an imported image, or an `http://`, `https://` or `file://` URL
    /// @param hashAlgorithm `sha256`, `sha512` or `md5`, null when no checksum was given
    /// @param hashValue    hex of the source file as published, or the URL of a checksum file
    /// @param diskFormat   `raw`, `qcow2`, or null to look
    record ImageSource(String source, String hashAlgorithm, String hashValue, String diskFormat) {}

    /// @param id            first 16 bytes, hex, of the SHA-256 of the manifest; its address under `/images/`
    /// @param name          unique
    /// @param virtualBytes  size of the disk it makes
    /// @param dataBytes     of it not holes
    /// @param storedBytes   compressed
    record ImageInfo(String id, String name, long virtualBytes, long dataBytes, long storedBytes, String sourceFormat, String sourceSha256) {}

    sealed interface ImageStatus {
        record Ready(ImageInfo image) implements ImageStatus {}

        /// @param totalBytes 0 when unknown
        record Importing(long doneBytes, long totalBytes) implements ImageStatus {}

        /// @param retryable false when the source itself is wrong (checksum, format)
        record Failed(String reason, boolean retryable) implements ImageStatus {}
    }
}
