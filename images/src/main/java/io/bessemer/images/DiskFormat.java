package io.bessemer.images;

import io.bessemer.core.program.Command;
import io.bessemer.core.program.DebianPackages;
import io.bessemer.core.program.Progress;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/// What a file is, by its first bytes, never by its name; and how a qcow2 becomes raw.
///
/// `qemu-img` is told the format, so that it never guesses; it runs with capped memory and time, and an image that would make it
/// read another file (backing file, external data file) is refused before conversion. Both were holes in other provisioners.
enum DiskFormat {
    RAW, QCOW2, GZIP, ZSTD, XZ, VMDK, VHDX, VDI, LUKS, HTML;

    private static final long MEMORY_LIMIT_BYTES = 1L << 30;
    private static final Duration INSPECTION_LIMIT = Duration.ofSeconds(30);
    private static final JsonMapper JSON = JsonMapper.shared();

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    boolean compressed() {
        return switch (this) {
            case GZIP, ZSTD, XZ -> true;
            case RAW, QCOW2, VMDK, VHDX, VDI, LUKS, HTML -> false;
        };
    }

    static DiskFormat of(Path file) throws IOException {
        byte[] head;
        try (InputStream in = Files.newInputStream(file)) {
            head = in.readNBytes(512);
        }
        String text = new String(head, StandardCharsets.ISO_8859_1);
        if (text.startsWith("QFI\u00fb")) {
            return QCOW2;
        }
        if (text.startsWith("\u001f\u008b")) {
            return GZIP;
        }
        if (text.startsWith("\u0028\u00b5\u002f\u00fd")) {
            return ZSTD;
        }
        if (text.startsWith("\u00fd7zXZ\0")) {
            return XZ;
        }
        if (text.startsWith("KDMV") || text.startsWith("# Disk DescriptorFile")) {
            return VMDK;
        }
        if (text.startsWith("vhdxfile")) {
            return VHDX;
        }
        if (text.startsWith("LUKS\u00ba\u00be")) {
            return LUKS;
        }
        if (text.startsWith("<<< ") && text.contains("VirtualBox")) {
            return VDI;
        }
        String trimmed = text.stripLeading().toLowerCase(Locale.ROOT);
        return trimmed.startsWith("<!doctype") || trimmed.startsWith("<html") ? HTML : RAW;
    }

    /// Size of the disk a qcow2 makes, after its header was found harmless.
    static long inspectQcow2(Path file, String source) throws IOException {
        String json;
        try {
            json = confined(List.of("qemu-img", "info", "-f", "qcow2", "--output=json", file.toString()), INSPECTION_LIMIT);
        } catch (io.bessemer.core.program.CommandFailedException e) {
            throw new ImageImportException("image_source %s is not a sound qcow2 image: %s".formatted(source, e.getMessage()), false, e);
        }
        Map<?, ?> info = JSON.readValue(json, Map.class);
        Map<?, ?> data = info.get("format-specific") instanceof Map<?, ?> specific && specific.get("data") instanceof Map<?, ?> map ? map : Map.of();
        String forbidden = info.containsKey("backing-filename") || info.containsKey("full-backing-filename") ? "a backing file"
                : data.containsKey("data-file") || data.containsKey("data-file-raw") ? "an external data file"
                : info.containsKey("encrypted") || data.containsKey("encrypt") ? "encryption" : "";
        if (!forbidden.isEmpty()) {
            throw new ImageImportException("image_source %s is a qcow2 with %s, which is refused. Flatten it: qemu-img convert -O qcow2 IN OUT"
                    .formatted(source, forbidden), false);
        }
        if (Boolean.TRUE.equals(data.get("corrupt"))) {
            throw new ImageImportException("image_source %s is a qcow2 marked as corrupt. Check it: qemu-img check".formatted(source), false);
        }
        return ((Number) info.get("virtual-size")).longValue();
    }

    /// What the raw file takes, holes not counted.
    static long rawBytes(Path file, String source) throws IOException {
        try {
            String json = confined(List.of("qemu-img", "measure", "-f", "qcow2", "-O", "raw", "--output=json", file.toString()), INSPECTION_LIMIT);
            return ((Number) JSON.readValue(json, Map.class).get("required")).longValue();
        } catch (io.bessemer.core.program.CommandFailedException e) {
            throw new ImageImportException("image_source %s is not a sound qcow2 image: %s".formatted(source, e.getMessage()), false, e);
        }
    }

    static void convertQcow2(Path from, Path to, String source) throws IOException {
        try {
            confined(List.of("qemu-img", "convert", "-f", "qcow2", "-O", "raw", "-W", "-m", "4", from.toString(), to.toString()), Duration.ofHours(2));
        } catch (io.bessemer.core.program.CommandFailedException e) {
            if (Room.isFull(e)) {
                throw e;
            }
            throw new ImageImportException("image_source %s could not be converted: %s".formatted(source, e.getMessage()), false, e);
        }
    }

    private static String confined(List<String> words, Duration limit) throws IOException {
        DebianPackages.require(List.of(words.getFirst()), Progress.SILENT);
        var all = new ArrayList<>(List.of("prlimit", "--as=" + MEMORY_LIMIT_BYTES, "--core=0"));
        all.addAll(words);
        // glibc gives each thread a malloc arena of 64 MB address space, and aborts qemu-img when the limit has none left for a thread
        return Command.of(all).env("MALLOC_ARENA_MAX", "1").timeout(limit).run();
    }
}
