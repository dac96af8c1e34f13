package io.bessemer.agent.disk;

import io.bessemer.agent.command.CommandFailedException;
import io.bessemer.agent.command.ProgressSink;
import io.bessemer.agent.protocol.DecodeException;
import io.bessemer.agent.protocol.ImageManifest;
import io.bessemer.agent.server.HttpStatusException;
import io.bessemer.agent.server.ImageClient;
import io.bessemer.agent.server.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The command `write_image`.
public final class WriteImage {
    private static final int LONGEST_MANIFEST = 32 << 20;
    private static final int REFUSED_LIMIT = 5;

    private final ImageClient client;
    private final Duration firstRetry;

    public WriteImage(ImageClient client, Duration firstRetry) {
        this.client = client;
        this.firstRetry = firstRetry;
    }

    /// @param disks of the machine
    public Map<String, Object> run(Map<String, Object> params, List<Disk> disks, ProgressSink progress)
            throws CommandFailedException, InterruptedException {
        ImageAddress image = ImageAddress.of(params);
        Disk disk = RootDevice.choose(disks, params.get("root_device"));
        ImageManifest manifest = manifest(image, progress);
        int threads = params.get("threads") instanceof Number number ? number.intValue() : ImageWriter.THREADS;
        var writer = new ImageWriter(manifest, (chunk, into) -> client.fetch(image.chunks() + chunk.sha256(), into), Path.of(disk.name()),
                progress, firstRetry);
        ImageWriter.Written written = writer.write(threads);
        var result = new LinkedHashMap<String, Object>();
        result.put("device", disk.name());
        result.put("serial", disk.serial());
        result.put("bytes_written", written.bytesWritten());
        result.put("holes_bytes", written.holesBytes());
        result.put("seconds", written.took().toMillis() / 1000.0);
        result.put("bytes_per_second", written.bytesPerSecond());
        return result;
    }

    private ImageManifest manifest(ImageAddress image, ProgressSink progress) throws CommandFailedException, InterruptedException {
        int refused = 0;
        for (int failures = 0;; failures++) {
            try {
                byte[] bytes = client.fetch(image.manifest(), LONGEST_MANIFEST);
                String id = ImageWriter.sha256(ByteBuffer.wrap(bytes)).substring(0, 32);
                if (!image.id().isEmpty() && !image.id().equals(id)) {
                    throw new CommandFailedException("%s is not the manifest of image %s: its hash is %s".formatted(image.manifest(), image.id(), id));
                }
                return ImageManifest.fromMap(Json.object(bytes));
            } catch (DecodeException e) {
                throw new CommandFailedException("%s: %s".formatted(image.manifest(), e.getMessage()), e);
            } catch (HttpStatusException e) {
                if (e.permanent() && ++refused == REFUSED_LIMIT) {
                    throw new CommandFailedException("the image manifest cannot be fetched: " + e.getMessage(), e);
                }
            } catch (IOException e) {
                progress.at("manifest", 0, 0, "waiting for the server: " + e.getMessage());
            }
            Thread.sleep(firstRetry.multipliedBy(1L << Math.min(failures, 2)));
        }
    }
}
