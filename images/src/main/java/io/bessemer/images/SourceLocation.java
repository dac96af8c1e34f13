package io.bessemer.images;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// Where an image comes from: a URL, or a path on the command line.
final class SourceLocation {
    private SourceLocation() {}

    static boolean isUrl(String source) {
        return Stream.of("http://", "https://", "file://", "glance://", "oci://").anyMatch(source::startsWith);
    }

    static URI uri(String source) throws ImageImportException {
        try {
            return new URI(source);
        } catch (URISyntaxException e) {
            throw new ImageImportException("image_source '%s' is not a URL: %s".formatted(shown(source), e.getReason()), false, e);
        }
    }

    /// For messages and logs: without a user's name and password, and without a query, which may be a signature.
    static String shown(String source) {
        return source.replaceFirst("://[^/?#@]*@", "://***@").replaceFirst("[?].*", "?...");
    }

    /// Follows links first, so that none leads out of the folders that are open.
    static void checkFile(String source, List<Path> roots) throws ImageImportException {
        Path file;
        try {
            file = Path.of(uri(source)).toRealPath();
        } catch (IOException | IllegalArgumentException e) {
            throw new ImageImportException("image_source %s: no such file on the server".formatted(source), false, e);
        }
        if (!Files.isRegularFile(file) || roots.stream().noneMatch(root -> within(file, root))) {
            throw new ImageImportException("image_source %s: files are only read below %s. Move it there, or import it with `bessemer image import`."
                    .formatted(source, roots), false);
        }
    }

    static String validator(Path file) throws IOException {
        return Files.size(file) + "@" + Files.getLastModifiedTime(file).toMillis();
    }

    /// The last part of the path, without what says how it is packed and, in a registry, the digest.
    static String name(String source) {
        String path = (source.startsWith("oci://") ? source.replaceFirst("@.*", "") : source).replaceFirst("[?#].*", "").replaceFirst("/+$", "");
        String name = path.substring(path.lastIndexOf('/') + 1).replaceFirst("(\\.(gz|xz|zst))?$", "").replaceFirst("\\.(img|raw|qcow2)$", "").replaceAll("[^A-Za-z0-9._-]", "-");
        return name.isEmpty() ? "image" : name;
    }

    private static boolean within(Path file, Path root) {
        try {
            return file.startsWith(root.toRealPath());
        } catch (IOException e) {
            return false; // the root does not exist
        }
    }
}
