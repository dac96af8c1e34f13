package io.bessemer.images;

import io.bessemer.core.image.ConfigDriveWriter;
import io.bessemer.core.program.Command;
import io.bessemer.core.program.DebianPackages;
import io.bessemer.core.program.Progress;
import io.bessemer.ramdisk.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// Config drives by `genisoimage`, which OpenStack makes them with too: Joliet and Rock Ridge, so that `meta_data.json` keeps its name
/// on every system. The files may hold keys and passwords: they lie in a folder that only we may read, and not for long.
public final class IsoConfigDrive implements ConfigDriveWriter {
    private static final String LABEL = "config-2";
    /// Ironic's limit for a config drive is 64 MiB of base64; what cloud-init reads is far smaller.
    private static final long LARGEST_BYTES = 64L << 20;

    @Override
    public void ready() {
        DebianPackages.require(List.of("genisoimage"), Progress.SILENT);
    }

    @Override
    public byte[] iso(Map<String, byte[]> files) {
        long size = files.values().stream().mapToLong(bytes -> bytes.length).sum();
        if (size > LARGEST_BYTES) {
            throw new IllegalArgumentException("configdrive has %d bytes, at most %d fit".formatted(size, LARGEST_BYTES));
        }
        ready();
        try {
            Path work = Files.createTempDirectory("bessemer-configdrive-");
            try {
                Path root = Files.createDirectory(work.resolve("root"));
                for (Map.Entry<String, byte[]> file : files.entrySet()) {
                    Path target = root.resolve(file.getKey()).normalize();
                    if (!target.startsWith(root) || target.equals(root)) {
                        throw new IllegalArgumentException("configdrive: path '%s' leads out of the drive".formatted(file.getKey()));
                    }
                    Files.createDirectories(target.getParent());
                    Files.write(target, file.getValue());
                }
                Path iso = work.resolve("iso");
                Command.of("genisoimage", "-quiet", "-o", iso.toString(), "-J", "-r", "-ldots", "-allow-lowercase", "-allow-multidot", "-l",
                        "-publisher", "Bessemer", "-V", LABEL, root.toString()).run();
                return Files.readAllBytes(iso);
            } finally {
                Trees.delete(work);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The config drive could not be made. " + e.getMessage(), e);
        }
    }
}
