package io.bessemer.agent.disk;

import io.bessemer.agent.command.CommandFailedException;
import io.bessemer.agent.command.ProgressSink;
import io.bessemer.agent.neighbour.Neighbours;
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
import java.util.Optional;
import java.util.function.Consumer;

/// The command `write_image`.
public final class WriteImage {
    private static final int LONGEST_MANIFEST = 32 << 20;
    private static final int REFUSED_LIMIT = 5;

    private final ImageClient client;
    private final Duration firstRetry;
    private final DiskGiver giver;
    private final Consumer<String> witness;

    /// @param giver   gives what was written to neighbours, when the server wants it so
    /// @param witness told what an operator may want to know of neighbours
    public WriteImage(ImageClient client, Duration firstRetry, DiskGiver giver, Consumer<String> witness) {
        this.client = client;
        this.firstRetry = firstRetry;
        this.giver = giver;
        this.witness = witness;
    }

    /// @param disks of the machine
    public Map<String, Object> run(Map<String, Object> params, List<Disk> disks, ProgressSink progress)
            throws CommandFailedException, InterruptedException {
        ImageAddress image = ImageAddress.of(params);
        Disk disk = RootDevice.choose(disks, params.get("root_device"));
        Fetched fetched = manifest(image, progress);
        int threads = params.get("threads") instanceof Number number ? number.intValue() : ImageWriter.THREADS;
        Optional<Neighbours> neighbours = neighbours(fetched, Path.of(disk.name()));
        var writer = new ImageWriter(fetched.manifest(), (chunk, into) -> client.fetch(image.chunks() + chunk.sha256(), into, neighbours), neighbours, Path.of(disk.name()),
                progress, firstRetry);
        ImageWriter.Written written;
        try {
            written = writer.write(threads);
        } catch (CommandFailedException | InterruptedException | RuntimeException e) {
            giver.close(); // what is written next is not known here
            throw e;
        }
        neighbours.ifPresent(all -> {
            all.own().othersWrite();
            complete(image.chunks() + fetched.manifest().chunks().getLast().sha256(), all);
        });
        var result = new LinkedHashMap<String, Object>();
        result.put("device", disk.name());
        result.put("serial", disk.serial());
        result.put("bytes_written", written.bytesWritten());
        if (neighbours.isPresent()) {
            result.put("from_server_bytes", written.bytesWritten() - written.fromNeighbours());
            result.put("from_neighbours_bytes", written.fromNeighbours());
        }
        result.put("holes_bytes", written.holesBytes());
        result.put("seconds", written.took().toMillis() / 1000.0);
        result.put("bytes_per_second", written.bytesPerSecond());
        return result;
    }

    private void complete(String chunk, Neighbours neighbours) {
        try {
            client.tell(chunk, neighbours);
        } catch (IOException e) {
            return; // its neighbours find others
        }
    }

    private record Fetched(ImageManifest manifest, String neighbourKey) {}

    private Optional<Neighbours> neighbours(Fetched image, Path disk) {
        if (image.neighbourKey().isEmpty() || image.manifest().chunks().isEmpty() || !image.manifest().contentsKnown()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Neighbours(giver.open(client.ownAddress(), image.neighbourKey(), disk), image.neighbourKey(), Neighbours.Patience.NORMAL, witness));
        } catch (IOException e) {
            witness.accept("Nothing is given to neighbours, nor taken from them: no port can be opened: " + e.getMessage());
            return Optional.empty();
        }
    }

    private Fetched manifest(ImageAddress image, ProgressSink progress) throws CommandFailedException, InterruptedException {
        int refused = 0;
        for (int failures = 0;; failures++) {
            try {
                ImageClient.Manifest answer = client.manifest(image.manifest(), LONGEST_MANIFEST);
                String id = ImageWriter.sha256(ByteBuffer.wrap(answer.bytes())).substring(0, 32);
                if (!image.id().isEmpty() && !image.id().equals(id)) {
                    throw new CommandFailedException("%s is not the manifest of image %s: its hash is %s".formatted(image.manifest(), image.id(), id));
                }
                return new Fetched(ImageManifest.fromMap(Json.object(answer.bytes())), answer.neighbourKey());
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
