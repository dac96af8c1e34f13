package io.bessemer.images;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/// Fetches a source over HTTP or HTTPS into a file. A broken connection is taken up again where it stopped, as long as the server
/// says that the file is still the same.
final class Download implements AutoCloseable {
    private static final int ATTEMPTS = 5;
    private static final long WORTH_ANOTHER_BYTES = 16L << 20;
    private static final Duration STALL_LIMIT = Duration.ofSeconds(45);
    /// written between two looks at the free space, when the length is unknown
    private static final long LOOK_BYTES = 8L << 20;

    private final Web web;
    private final ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().name("download-watch").daemon().factory());
    private final long largestBytes;

    Download(Web web, long largestBytes) {
        this.web = web;
        this.largestBytes = largestBytes;
    }

    @Override
    public void close() {
        watch.shutdownNow();
    }

    /// What tells this version of the file from another; empty when the server does not say, or does not answer HEAD.
    String validator(Located located) throws IOException {
        HttpResponse<?> response = web.head(located.url(), located.headers(), located.reach(), located.name());
        return response.statusCode() == 200 ? validator(response) : "";
    }

    /// Goes on with what an earlier run left in `target`.
    ///
    /// @return validator of what was fetched
    String fetch(Located located, Path target, Room room, ImageImport.Step progress) throws IOException {
        tooLarge(located, located.sizeBytes());
        String validator = begun(located, target);
        IOException last = null;
        long progressed = 0;
        for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
            long have = Files.exists(target) ? Files.size(target) : 0;
            if (have >= progressed + WORTH_ANOTHER_BYTES) { // slow, but it gets there
                progressed = have;
                attempt = 1;
            }
            Map<String, String> range = have > 0 ? range(located, validator, have) : Map.of();
            try {
                HttpResponse<InputStream> response = web.get(located.url(), located.headers(), range, located.reach(), located.name());
                try (InputStream body = response.body()) {
                    String content = response.headers().firstValue("Content-Range").orElse("");
                    if (response.statusCode() == 416 && content.equals("bytes */" + have)) {
                        return validator; // all of it is here
                    }
                    boolean partial = !range.isEmpty() && response.statusCode() == 206 && content.startsWith("bytes " + have + "-");
                    if (!partial && response.statusCode() != 200) {
                        Files.deleteIfExists(target); // 416: it has become shorter
                        throw fetchRefused(located, response.statusCode());
                    }
                    validator = located.lasting() ? located.version() : validator(response);
                    if (!partial) {
                        Files.deleteIfExists(target);
                        Files.writeString(version(target), validator);
                    }
                    long length = response.headers().firstValueAsLong("Content-Length").orElse(-1);
                    copy(located, body, target, partial ? have : 0, length, room, progress);
                    return validator;
                }
            } catch (ImageImportException e) {
                if (!e.retryable() || Room.isFull(e)) {
                    throw e;
                }
                last = e;
            } catch (IOException e) {
                last = e;
            }
            if (Thread.currentThread().isInterrupted()) {
                break;
            }
        }
        throw new ImageImportException("image_source %s could not be fetched, last of %d attempts: %s".formatted(located.name(), ATTEMPTS, reason(last)), true, last);
    }

    /// @return validator of what is in `target` already; what cannot be gone on with is removed
    private static String begun(Located located, Path target) throws IOException {
        String validator = Files.exists(version(target)) ? Files.readString(version(target)) : "";
        if (validator.isEmpty() || located.lasting() && !validator.equals(located.version())) {
            Files.deleteIfExists(target);
        }
        return validator;
    }

    private static Map<String, String> range(Located located, String validator, long have) {
        String bytes = "bytes=" + have + "-";
        if (located.lasting()) {
            return Map.of("Range", bytes);
        }
        // a weak ETag may not be used in If-Range (RFC 9110 §13.1.5)
        return validator.isEmpty() || validator.startsWith("W/") ? Map.of() : Map.of("Range", bytes, "If-Range", validator);
    }

    private static Path version(Path target) {
        return target.resolveSibling(target.getFileName() + ".version");
    }

    private static ImageImportException fetchRefused(Located located, int status) {
        // where a token was just good, it has run out: the next try begins with another
        boolean expired = status == 401 && located.lasting();
        return expired || status == 416 ? new ImageImportException("image_source %s: the server answered with status %d. It is tried again.".formatted(located.name(), status), true)
                : refused(located.name(), status);
    }

    private void copy(Located located, InputStream body, Path target, long from, long length, Room room, ImageImport.Step progress) throws IOException {
        if (length >= 0) {
            tooLarge(located, from + length);
            room.require(length);
            progress.total(from + length);
        }
        var movedAt = new AtomicLong(System.nanoTime());
        var guard = watch.scheduleWithFixedDelay(() -> {
            if (System.nanoTime() - movedAt.get() > STALL_LIMIT.toNanos()) {
                try {
                    body.close();
                } catch (IOException e) {
                    // the reader sees it
                }
            }
        }, 1, 1, TimeUnit.SECONDS);
        long done = from;
        long looked = from;
        try (OutputStream out = from > 0 ? Files.newOutputStream(target, StandardOpenOption.APPEND) : Files.newOutputStream(target)) {
            byte[] buffer = new byte[1 << 17];
            for (int read = body.read(buffer); read >= 0; read = body.read(buffer)) {
                if (length < 0 && done - looked >= LOOK_BYTES) {
                    room.require(LOOK_BYTES);
                    looked = done;
                }
                out.write(buffer, 0, read);
                done += read;
                tooLarge(located, done);
                movedAt.set(System.nanoTime());
                progress.at(done);
            }
        } catch (ImageImportException e) {
            throw e;
        } catch (IOException e) {
            if (Room.isFull(e)) {
                throw room.full(Math.max(0, from + length - done), e);
            }
            throw new IOException("the connection ended after %d of %s bytes (%s)".formatted(done, length < 0 ? "?" : from + length, reason(e)), e);
        } finally {
            guard.cancel(false);
        }
        if (length >= 0 && done != from + length) {
            throw new IOException("the server sent %d of %d bytes".formatted(done, from + length));
        }
    }

    private void tooLarge(Located located, long bytes) throws ImageImportException {
        if (bytes > largestBytes) {
            throw new ImageImportException("image_source %s is larger than the %d bytes allowed. Raise bessemer.images.largest if it is meant."
                    .formatted(located.name(), largestBytes), false);
        }
    }

    static ImageImportException refused(String name, int status) {
        boolean retryable = status >= 500 || status == 408 || status == 429;
        String cure = status == 401 || status == 403 ? "It wants a login: an operator may set one in bessemer.images.servers." : "Check the URL.";
        return new ImageImportException("image_source %s: the server answered with status %d. %s".formatted(name, status, cure), retryable);
    }

    private static String validator(HttpResponse<?> response) {
        return response.headers().firstValue("ETag").or(() -> response.headers().firstValue("Last-Modified")).orElse("");
    }

    private static String reason(IOException e) {
        return e == null ? "interrupted" : e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }
}
