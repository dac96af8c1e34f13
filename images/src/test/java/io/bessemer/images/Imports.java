package io.bessemer.images;

import io.bessemer.core.image.ImageLibrary.ImageInfo;
import io.bessemer.core.image.ImageLibrary.ImageSource;
import io.bessemer.core.image.ImageLibrary.ImageStatus;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Random;

/// What tests of imports have in common.
final class Imports {
    private Imports() {
    }

    /// A raw disk of which each byte matters.
    static byte[] disk(int size, long seed) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    static String hash(String algorithm, byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(bytes));
    }

    static String sha256(byte[] bytes) throws Exception {
        return hash("SHA-256", bytes);
    }

    static ImageInfo ready(ImageDirectory images, ImageSource source) throws InterruptedException {
        return switch (settled(images, source)) {
            case ImageStatus.Ready ready -> ready.image();
            case ImageStatus.Importing importing -> throw new AssertionError("still " + importing);
            case ImageStatus.Failed failed -> throw new AssertionError(failed.reason());
        };
    }

    static ImageStatus.Failed failed(ImageDirectory images, ImageSource source) throws InterruptedException {
        ImageStatus status = settled(images, source);
        if (status instanceof ImageStatus.Failed failed) {
            return failed;
        }
        throw new AssertionError("not refused: " + status);
    }

    private static ImageStatus settled(ImageDirectory images, ImageSource source) throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        ImageStatus status = images.request(source);
        while (status instanceof ImageStatus.Importing && System.nanoTime() < deadline) {
            Thread.sleep(Duration.ofMillis(10));
            status = images.request(source);
        }
        return status;
    }
}
