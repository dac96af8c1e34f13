package io.bessemer.core.image;

import java.util.List;
import java.util.Optional;

/// Disk images that were imported and can be written by agents.
public interface ImageLibrary {
    /// Finds the image of `instance_info.image_source`, or begins to import it. Safe to repeat; returns at once.
    ImageStatus request(ImageSource source);

    /// The same for a file that machines boot as it is: an ISO image, a kernel or an initramfs, by a URL or the name of an imported file.
    ImageStatus requestFile(ImageSource source);

    /// What an image in Glance says is to be booted with it.
    ///
    /// @throws io.bessemer.core.fault.Failure when Glance cannot be asked, or says nothing of the kind
    BootParts bootParts(String source);

    List<ImageInfo> list();

    Optional<ImageInfo> find(String nameOrId);

    /// @param source       name or id of an imported image, a `http://`, `https://`, `file://`, `glance://` or `oci://` URL, or the UUID of an image in Glance
    /// @param hashAlgorithm `sha256`, `sha384`, `sha512` or `md5`, null when no checksum was given
    /// @param hashValue    hex of the source file as published, or the URL of a checksum file
    /// @param diskFormat   `raw`, `qcow2`, or null to look
    /// @param architecture of the machine, as in `properties/cpu_arch`; null for x86-64. A registry may have an image for each.
    /// @param pullSecret   for a registry: `USER:PASSWORD`, plain or in base64, or a token; null for what the settings say
    record ImageSource(String source, String hashAlgorithm, String hashValue, String diskFormat, String architecture, String pullSecret) {
        public ImageSource(String source, String hashAlgorithm, String hashValue, String diskFormat) {
            this(source, hashAlgorithm, hashValue, diskFormat, null, null);
        }

        /// The same by another name.
        public ImageSource at(String other) {
            return new ImageSource(other, hashAlgorithm, hashValue, diskFormat, architecture, pullSecret);
        }

        /// Without the secret.
        @Override
        public String toString() {
            return "ImageSource[source=%s, hashAlgorithm=%s, hashValue=%s, diskFormat=%s, architecture=%s]".formatted(source, hashAlgorithm, hashValue, diskFormat, architecture);
        }
    }

    /// An ISO image, or a kernel with its initramfs: where they come from, null for what there is not.
    record BootParts(String iso, String kernel, String ramdisk) {
        public boolean isEmpty() {
            return iso == null && (kernel == null || ramdisk == null);
        }
    }

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
