package io.bessemer.images;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/// Fetches a source over HTTP or HTTPS into a file. A broken connection is taken up again where it stopped, as long as the server
/// says that the file is still the same.
final class Download implements AutoCloseable {
    private static final int ATTEMPTS = 5;
    private static final long WORTH_ANOTHER_BYTES = 16L << 20;
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(10);
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(30);
    private static final Duration STALL_LIMIT = Duration.ofSeconds(45);
    /// written between two looks at the free space, when the length is unknown
    private static final long LOOK_BYTES = 8L << 20;
    private static final int TEXT_LIMIT_BYTES = 4 << 20;

    private final HttpClient client = HttpClient.newBuilder().connectTimeout(CONNECT_LIMIT).followRedirects(HttpClient.Redirect.NORMAL).build();
    private final ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().name("download-watch").daemon().factory());
    private final long largestBytes;

    Download(long largestBytes) {
        this.largestBytes = largestBytes;
    }

    @Override
    public void close() {
        watch.shutdownNow();
        client.shutdownNow();
    }

    /// What tells this version of the file from another; empty when the server does not say, or does not answer HEAD.
    String validator(URI uri) throws IOException {
        HttpResponse<Void> response = send(HttpRequest.newBuilder(uri).timeout(ANSWER_LIMIT).HEAD().build(), BodyHandlers.discarding());
        return response.statusCode() == 200 ? validator(response) : "";
    }

    /// @return validator of what was fetched
    String fetch(URI uri, Path target, Room room, ImageImport.Step progress) throws IOException {
        String validator = "";
        IOException last = null;
        long progressed = 0;
        for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
            long have = Files.exists(target) ? Files.size(target) : 0;
            if (have >= progressed + WORTH_ANOTHER_BYTES) { // slow, but it gets there
                progressed = have;
                attempt = 1;
            }
            var request = HttpRequest.newBuilder(uri).timeout(ANSWER_LIMIT).GET();
            // a weak ETag may not be used in If-Range (RFC 9110 §13.1.5)
            boolean resume = have > 0 && !validator.isEmpty() && !validator.startsWith("W/");
            if (resume) {
                request.header("Range", "bytes=" + have + "-").header("If-Range", validator);
            }
            try {
                HttpResponse<InputStream> response = send(request.build(), BodyHandlers.ofInputStream());
                try (InputStream body = response.body()) {
                    boolean partial = resume && response.statusCode() == 206
                            && response.headers().firstValue("Content-Range").orElse("").startsWith("bytes " + have + "-");
                    if (!partial && response.statusCode() != 200) {
                        throw refused(uri, response.statusCode());
                    }
                    validator = validator(response);
                    long length = response.headers().firstValueAsLong("Content-Length").orElse(-1);
                    copy(uri, body, target, partial ? have : 0, length, room, progress);
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
        throw new ImageImportException("image_source %s could not be fetched, last of %d attempts: %s".formatted(uri, ATTEMPTS, reason(last)), true, last);
    }

    /// A small text, such as a checksum file.
    String text(URI uri) throws IOException {
        HttpResponse<InputStream> response = send(HttpRequest.newBuilder(uri).timeout(ANSWER_LIMIT).GET().build(), BodyHandlers.ofInputStream());
        try (InputStream body = response.body()) {
            if (response.statusCode() != 200) {
                throw refused(uri, response.statusCode());
            }
            return new String(body.readNBytes(TEXT_LIMIT_BYTES), StandardCharsets.UTF_8);
        }
    }

    private void copy(URI uri, InputStream body, Path target, long from, long length, Room room, ImageImport.Step progress) throws IOException {
        if (length >= 0) {
            tooLarge(uri, from + length);
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
                tooLarge(uri, done);
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

    private void tooLarge(URI uri, long bytes) throws ImageImportException {
        if (bytes > largestBytes) {
            throw new ImageImportException("image_source %s is larger than the %d bytes allowed. Raise bessemer.images.largest if it is meant."
                    .formatted(uri, largestBytes), false);
        }
    }

    private static ImageImportException refused(URI uri, int status) {
        boolean retryable = status >= 500 || status == 408 || status == 429;
        return new ImageImportException("image_source %s: the server answered with status %d. Check the URL.".formatted(uri, status), retryable);
    }

    private static String validator(HttpResponse<?> response) {
        return response.headers().firstValue("ETag").or(() -> response.headers().firstValue("Last-Modified")).orElse("");
    }

    private <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> handler) throws IOException {
        try {
            return client.send(request, handler);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("The download was interrupted", e);
        }
    }

    private static String reason(IOException e) {
        return e == null ? "interrupted" : e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }
}
