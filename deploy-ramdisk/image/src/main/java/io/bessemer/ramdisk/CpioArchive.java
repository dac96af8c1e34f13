package io.bessemer.ramdisk;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// Writes a folder as the `newc` cpio archive that the kernel unpacks (Documentation/driver-api/early-userspace/buffer-format.rst).
/// All files belong to root; modification times are kept.
public final class CpioArchive {
    private static final int DIRECTORY = 0040000;
    private static final int FILE = 0100000;
    private static final int LINK = 0120000;

    private final OutputStream out;
    private int inode;

    private CpioArchive(OutputStream out) {
        this.out = out;
    }

    public static void write(Path root, OutputStream out) throws IOException {
        var archive = new CpioArchive(out);
        List<Path> files;
        try (Stream<Path> walk = Files.walk(root)) {
            files = walk.filter(file -> !file.equals(root)).sorted().toList(); // a folder sorts before its files
        }
        for (Path file : files) {
            archive.add(root.relativize(file).toString(), file);
        }
        archive.entry("TRAILER!!!", 0, 0, 0, 1);
    }

    private void add(String name, Path file) throws IOException {
        var attributes = Files.readAttributes(file, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        long seconds = attributes.lastModifiedTime().toMillis() / 1000;
        int permissions = bits(attributes.permissions());
        if (attributes.isDirectory()) {
            entry(name, DIRECTORY | permissions, seconds, 0, 2);
            return;
        }
        if (attributes.isSymbolicLink()) {
            byte[] target = Files.readSymbolicLink(file).toString().getBytes(StandardCharsets.UTF_8);
            entry(name, LINK | 0777, seconds, target.length, 1);
            out.write(target);
            pad(target.length);
            return;
        }
        entry(name, FILE | permissions, seconds, attributes.size(), 1);
        long copied = Files.copy(file, out);
        if (copied != attributes.size()) {
            throw new IOException("%s changed while it was packed".formatted(file));
        }
        pad(copied);
    }

    private void entry(String name, int mode, long modified, long size, int links) throws IOException {
        if (size > 0xffff_ffffL) {
            throw new IOException("%s is too large for an initramfs".formatted(name));
        }
        byte[] path = name.getBytes(StandardCharsets.UTF_8);
        // magic, inode, mode, uid, gid, links, mtime, size, device and special device (major, minor each), name length, checksum
        String header = "070701%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X"
                .formatted(++inode, mode, 0, 0, links, modified, size, 0, 0, 0, 0, path.length + 1, 0);
        out.write(header.getBytes(StandardCharsets.US_ASCII));
        out.write(path);
        out.write(0);
        pad(header.length() + path.length + 1L);
    }

    private void pad(long written) throws IOException {
        for (long i = written; i % 4 != 0; i++) {
            out.write(0);
        }
    }

    private static int bits(Set<PosixFilePermission> permissions) {
        int bits = 0;
        for (PosixFilePermission permission : PosixFilePermission.values()) {
            bits = bits << 1 | (permissions.contains(permission) ? 1 : 0);
        }
        return bits;
    }
}
