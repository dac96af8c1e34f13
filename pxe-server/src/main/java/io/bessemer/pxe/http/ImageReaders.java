package io.bessemer.pxe.http;

import io.bessemer.pxe.BootDirectory;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// Remembers for half a minute which bearer tokens may read images, as an agent asks for hundreds of chunks with one token. Keeps hashes only.
final class ImageReaders {
    private static final Duration REMEMBERED = Duration.ofSeconds(30);
    private static final int MOST = 4096;

    private record Verdict(Optional<BootDirectory.ImageReader> reader, Instant until) {}

    private final BootDirectory directory;
    private final Clock clock;
    private final Map<String, Verdict> verdicts = new LinkedHashMap<>();

    ImageReaders(BootDirectory directory, Clock clock) {
        this.directory = directory;
        this.clock = clock;
    }

    /// May wait for the directory.
    ///
    /// @param authorization the header, null when absent
    Optional<BootDirectory.ImageReader> reader(String authorization) {
        if (authorization == null || !authorization.regionMatches(true, 0, "Bearer ", 0, 7) || authorization.length() > 1024) {
            return Optional.empty();
        }
        String token = authorization.substring(7).strip();
        String key = hash(token);
        Instant now = clock.instant();
        synchronized (verdicts) {
            Verdict known = verdicts.get(key);
            if (known != null && known.until().isAfter(now)) {
                return known.reader();
            }
        }
        Optional<BootDirectory.ImageReader> reader = directory.imageReader(token);
        synchronized (verdicts) {
            verdicts.remove(key);
            verdicts.put(key, new Verdict(reader, now.plus(REMEMBERED)));
            if (verdicts.size() > MOST) { // oldest first
                verdicts.remove(verdicts.keySet().iterator().next());
            }
        }
        return reader;
    }

    private static String hash(String token) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
