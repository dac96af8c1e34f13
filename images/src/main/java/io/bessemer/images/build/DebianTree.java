package io.bessemer.images.build;

import io.bessemer.core.program.Command;
import io.bessemer.core.program.DebianPackages;
import io.bessemer.core.program.Progress;
import io.bessemer.ramdisk.Stamp;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/// The files of a Debian 12 system with systemd, cloud-init and an SSH server, made by mmdebstrap from the package sources of this machine.
///
/// @param image    name of the image, for messages
/// @param kernel   its package
/// @param packages more of them
/// @param scripts  resources that are run on the finished tree, after our own
record DebianTree(String image, String kernel, List<String> packages, List<String> scripts) {
    private static final String SCRIPT = "debian-customize";
    private static final List<String> PACKAGES = List.of("systemd-sysv", "dbus", "udev", "kmod", "initramfs-tools", "zstd", "systemd-resolved", "netbase", "iproute2",
            "iputils-ping", "login", "passwd", "sudo", "ca-certificates", "openssh-server", "cloud-init", "cloud-guest-utils", "fdisk", "gdisk", "e2fsprogs", "procps", "less");

    /// The newest versions of packages are not asked for: an image is rebuilt when its recipe changes, or by removing it.
    void describe(Stamp stamp) throws IOException {
        stamp.text(kernel).text(PACKAGES.toString()).text(packages.toString());
        for (String script : allScripts()) {
            stamp.content(script, resource(script));
        }
    }

    /// @param target a folder, or an archive whose name says how it is packed
    void make(Path target, Path work, Progress progress) throws IOException {
        DebianPackages.require(List.of("mmdebstrap", "apt-get"), progress);
        if (!System.getProperty("user.name", "").equals("root")) {
            throw new IOException("Building a Debian image needs root: mmdebstrap makes files of other owners. Run: sudo ./bessemer image build " + image);
        }
        // mmdebstrap gives up its rights while it downloads
        Files.setPosixFilePermissions(work, PosixFilePermissions.fromString("rwxr-xr-x"));
        progress.report("mmdebstrap (some minutes)", 0, 0);
        var all = new ArrayList<>(PACKAGES);
        all.addAll(packages);
        var words = new ArrayList<>(List.of("mmdebstrap", "--mode=root", "--variant=minbase", "--include=" + kernel + "," + String.join(",", all),
                "--aptopt=APT::Install-Recommends \"false\"", "--aptopt=Acquire::Languages \"none\"",
                "--dpkgopt=force-unsafe-io", "--dpkgopt=path-exclude=/usr/share/man/*", "--dpkgopt=path-exclude=/usr/share/locale/*",
                "--dpkgopt=path-exclude=/usr/share/doc/*", "--dpkgopt=path-include=/usr/share/doc/*/copyright",
                "--essential-hook=mkdir -p \"$1/etc/initramfs-tools/conf.d\"; printf 'COMPRESS=zstd\\nMODULES=most\\n' > \"$1/etc/initramfs-tools/conf.d/bessemer\""));
        for (String script : allScripts()) {
            Path file = Files.write(work.resolve(script), resource(script));
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
            words.add("--customize-hook=sh %s \"$1\"".formatted(file));
        }
        words.addAll(List.of("bookworm", target.toString(), "-"));
        Command.of(words).input(sources()).timeout(Duration.ofMinutes(30)).run();
    }

    /// What a tree mounts once it is on a disk.
    ///
    /// @param rootId UUID of its file system
    static void mounts(Path root, UUID rootId) throws IOException {
        Files.createDirectories(root.resolve("boot/efi"));
        Files.writeString(root.resolve("etc/fstab"), """
                UUID=%s / ext4 errors=remount-ro 0 1
                LABEL=ESP /boot/efi vfat umask=0077,nofail,x-systemd.device-timeout=10,noauto,x-systemd.automount 0 2
                """.formatted(rootId));
    }

    static byte[] resource(String name) throws IOException {
        try (InputStream in = DebianTree.class.getResourceAsStream(name)) {
            return in.readAllBytes();
        }
    }

    private List<String> allScripts() {
        var all = new ArrayList<>(List.of(SCRIPT));
        all.addAll(scripts);
        return all;
    }

    /// The package sources of this machine: a site has its own.
    private static String sources() throws IOException {
        String targets = Command.of("apt-get", "indextargets", "--format", "deb $(REPO_URI) $(RELEASE) $(COMPONENT)", "Created-By: Packages").run();
        String sources = String.join("\n", targets.lines().filter(line -> line.contains("bookworm")).sorted().distinct().toList()) + "\n";
        if (sources.isBlank()) {
            throw new IOException("This machine has no package sources for Debian 12 (bookworm). Run: apt-get update");
        }
        return sources;
    }
}
