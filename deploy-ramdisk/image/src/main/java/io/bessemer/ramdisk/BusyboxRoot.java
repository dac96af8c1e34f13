package io.bessemer.ramdisk;

import io.bessemer.core.program.Command;
import io.bessemer.core.program.DebianPackages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;

/// The least root file system: folders, and busybox under all its names.
public final class BusyboxRoot {
    private BusyboxRoot() {}

    public static void create(Path root) throws IOException {
        for (String directory : new String[] {"bin", "dev", "proc", "sys", "run", "tmp", "etc", "mnt", "root", "var", "lib", "usr"}) {
            Files.createDirectories(root.resolve(directory));
        }
        Files.setPosixFilePermissions(root.resolve("tmp"), PosixFilePermissions.fromString("rwxrwxrwx"));
        Files.createSymbolicLink(root.resolve("sbin"), Path.of("bin"));
        Files.createSymbolicLink(root.resolve("lib64"), Path.of("lib"));
        Files.createSymbolicLink(root.resolve("var/run"), Path.of("../run"));
        Path busybox = DebianPackages.find("busybox");
        Files.copy(busybox, root.resolve("bin/busybox"), StandardCopyOption.COPY_ATTRIBUTES, StandardCopyOption.REPLACE_EXISTING);
        for (String applet : Command.of(busybox.toString(), "--list").run().split("\n")) {
            Path link = root.resolve("bin").resolve(applet.strip());
            if (!applet.isBlank() && Files.notExists(link, LinkOption.NOFOLLOW_LINKS)) {
                Files.createSymbolicLink(link, Path.of("busybox"));
            }
        }
        Files.writeString(root.resolve("etc/passwd"), "root:x:0:0:root:/root:/bin/sh\n");
        Files.writeString(root.resolve("etc/group"), "root:x:0:\n");
    }
}
