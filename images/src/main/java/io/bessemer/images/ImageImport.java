package io.bessemer.images;

import io.bessemer.agent.protocol.ImageManifest.Chunk;
import io.bessemer.agent.protocol.ImageManifest;
import io.bessemer.core.image.ImageLibrary.ImageSource;
import io.bessemer.core.program.Command;
import io.bessemer.core.program.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/// One import, from source to a folder that is ready to be moved into place. Works in a folder of its own.
final class ImageImport {
    private static final Logger LOG = LoggerFactory.getLogger(ImageImport.class);
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int SECTOR = 512;
    /// `sourceFormat` of what is kept as it came
    static final String AS_IS = "file";

    private final ImageSettings settings;
    private final ImageSource source;
    private final Located located;
    private final Path work;
    private final Progress progress;
    private final Room room;

    ImageImport(ImageSettings settings, ImageSource source, Located located, Path work, Progress progress) {
        this.settings = settings;
        this.source = source;
        this.located = located;
        this.work = work;
        this.progress = progress;
        this.room = new Room(settings.directory(), settings.keepFreeBytes());
    }

    /// One phase of the work, and how far it is.
    static final class Step {
        private final Progress progress;
        private final String what;
        private volatile long total;

        Step(Progress progress, String what, long total) {
            this.progress = progress;
            this.what = what;
            this.total = total;
        }

        void total(long bytes) {
            total = bytes;
        }

        void at(long done) {
            progress.report(what, done, total);
        }
    }

    /// @param folder  `manifest.json` and `chunks/`
    /// @param info    without a name
    record Result(Path folder, InfoFile info) {}

    /// @param asIs whether it is kept as it came, and not cut in chunks
    Result run(Download download, boolean asIs) throws IOException {
        try {
            return imported(download, asIs);
        } catch (ImageImportException e) {
            throw e;
        } catch (IOException e) {
            throw Room.isFull(e) ? room.full(0, e) : e; // somebody else took the space between the look and the write
        }
    }

    private Result imported(Download download, boolean asIs) throws IOException {
        String validator = located.version();
        Path file;
        boolean resumed = false;
        if (located.remote()) {
            file = work.resolve(ImportFolder.SOURCE);
            resumed = Files.exists(file);
            validator = download.fetch(located, file, room, new Step(progress, "fetch", 0));
        } else {
            file = Path.of(located.url());
        }
        if (Files.size(file) > settings.largestBytes()) {
            throw new ImageImportException("image_source %s has %d bytes, more than the %d allowed".formatted(located.name(), Files.size(file), settings.largestBytes()), false);
        }
        String sha256 = Checksum.sha256(file, new Step(progress, "verify", Files.size(file)));
        for (Checksum checksum : located.checksums()) {
            verify(file, sha256, checksum, resumed);
        }
        if (asIs) {
            return unchanged(kept(file, sha256, validator), validator);
        }
        DiskFormat outer = DiskFormat.of(file);
        if (outer.compressed()) {
            Path unpacked = work.resolve("unpacked");
            progress.report("unpack", 0, 0);
            Decompression.unpack(file, outer, unpacked, settings.largestBytes(), room, located.name());
            discard(file);
            file = unpacked;
        }
        DiskFormat format = DiskFormat.of(file);
        checkFormat(format);
        Path raw = format == DiskFormat.QCOW2 ? convert(file) : file;
        Result result = cut(raw, format, sha256, InfoFile.Source.of(source.source(), validator, located.checksum()));
        discard(raw);
        return unchanged(result, validator);
    }

    private Result unchanged(Result result, String validator) throws IOException {
        if (located.remote() || SourceLocation.validator(Path.of(located.url())).equals(validator)) {
            return result;
        }
        throw new ImageImportException("image_source %s changed while it was imported".formatted(located.name()), true);
    }

    /// @param resumed whether an earlier import left a part of it, which may be what is wrong: then all of it is fetched again
    private void verify(Path file, String sha256, Checksum checksum, boolean resumed) throws IOException {
        if (checksum.algorithm().equals("md5")) {
            LOG.atWarn().addKeyValue("image", located.name()).log("MD5 detects accidents, not forgeries: publish a SHA-256");
        }
        String found = checksum.algorithm().equals("sha256") ? sha256 : Checksum.hash(file, checksum.algorithm(), new Step(progress, "verify", Files.size(file)));
        if (!found.equals(checksum.value())) {
            if (resumed) {
                discard(file);
                throw new ImageImportException("image_source %s: what an interrupted download left does not go with the rest. It is fetched again.".formatted(located.name()), true);
            }
            throw new ImageImportException("image_source %s has %s %s, expected %s. The file was changed or truncated, or image_os_hash_value is of another file."
                    .formatted(located.name(), checksum.algorithm(), found, checksum.value()), false);
        }
    }

    private void checkFormat(DiskFormat format) throws ImageImportException {
        String said = source.diskFormat() != null ? source.diskFormat() : located.diskFormat();
        String declared = said == null ? "" : said.toLowerCase(Locale.ROOT);
        if (!declared.isEmpty() && !declared.equals("raw") && !declared.equals("qcow2")) {
            throw new ImageImportException("image_disk_format '%s' is not one of raw, qcow2".formatted(said), false);
        }
        if (!declared.isEmpty() && !declared.equals(format.label())) {
            throw new ImageImportException("image_disk_format says %s, but image_source %s is %s".formatted(declared, located.name(), format.label()), false);
        }
        switch (format) {
            case RAW, QCOW2 -> {}
            case HTML -> throw new ImageImportException("image_source %s is a web page, not an image. Check the URL.".formatted(located.name()), false);
            case VMDK, VHDX, VDI, LUKS, GZIP, ZSTD, XZ -> throw new ImageImportException(
                    "image_source %s is %s, which is not imported. Convert it: qemu-img convert -O qcow2 IN OUT".formatted(located.name(), format.label()), false);
        }
    }

    private Path convert(Path file) throws IOException {
        progress.report("convert", 0, 0);
        long virtual = DiskFormat.inspectQcow2(file, located.name());
        if (virtual > settings.largestBytes()) {
            throw new ImageImportException("image_source %s makes a disk of %d bytes, more than the %d allowed".formatted(located.name(), virtual, settings.largestBytes()), false);
        }
        room.require(DiskFormat.rawBytes(file, located.name()));
        Path raw = work.resolve("raw");
        DiskFormat.convertQcow2(file, raw, located.name());
        discard(file);
        return raw;
    }

    private Result cut(Path raw, DiskFormat format, String sha256, InfoFile.Source origin) throws IOException {
        long size = Files.size(raw);
        if (size == 0) {
            throw new ImageImportException("image_source %s is empty".formatted(located.name()), false);
        }
        Path folder = Files.createDirectory(work.resolve("image"));
        var store = new ChunkStore(Files.createDirectory(folder.resolve("chunks")), ChunkStore.defaultChunkSize(), room);
        List<Chunk> chunks = store.store(raw, new Step(progress, "chunks", size));
        long virtual = (size + SECTOR - 1) / SECTOR * SECTOR;
        var manifest = new ImageManifest(virtual, ChunkStore.defaultChunkSize(), format.label(), sha256, chunks);
        byte[] bytes = JSON.writeValueAsBytes(manifest.toMap());
        Files.write(folder.resolve("manifest.json"), bytes);
        String id = HexFormat.of().formatHex(Checksum.digest("sha256").digest(bytes)).substring(0, 32);
        progress.report("sync", 0, 0);
        Command.of("sync", "-f", folder.toString()).run(); // published images survive a loss of power
        return new Result(folder, new InfoFile(id, List.of(), virtual, manifest.dataBytes(), store.storedBytes(), format.label(), sha256, List.of(origin)));
    }

    /// A web page is what a wrong URL gives, and boots no machine.
    private Result kept(Path file, String sha256, String validator) throws IOException {
        long size = Files.size(file);
        if (size == 0 || DiskFormat.of(file) == DiskFormat.HTML) {
            throw new ImageImportException("%s is %s, and no file to boot. Check the URL.".formatted(located.name(), size == 0 ? "empty" : "a web page"), false);
        }
        Path folder = Files.createDirectory(work.resolve("image"));
        Path target = folder.resolve("file");
        if (file.startsWith(work)) {
            Files.move(file, target);
        } else {
            room.require(size);
            Files.copy(file, target);
        }
        Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rw-r--r--"));
        progress.report("sync", 0, 0);
        Command.of("sync", "-f", folder.toString()).run();
        return new Result(folder, new InfoFile(sha256.substring(0, 32), List.of(), size, size, size, AS_IS, sha256,
                List.of(InfoFile.Source.of(source.source(), validator, located.checksum()))));
    }

    /// Gives space back early, but never touches a file that is not ours.
    private void discard(Path file) throws IOException {
        if (file.startsWith(work)) {
            Files.deleteIfExists(file);
        }
    }
}
