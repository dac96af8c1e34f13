package io.bessemer.images.build;

import io.bessemer.core.program.Command;
import io.bessemer.core.program.DebianPackages;
import io.bessemer.core.program.Progress;
import io.bessemer.ramdisk.Stamp;
import io.bessemer.ramdisk.Trees;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Debian 12 with systemd, cloud-init and an SSH server, made by mmdebstrap from the package sources of this machine. Configured only by
/// its config drive; tuned so that a first boot waits for nothing it does not need.
///
/// @param kernel the package of the kernel: the cloud kernel for machines with virtio, NVMe or IDE, `linux-image-amd64` for all others
public record DebianHostImage(String kernel) implements HostImage {
    public static final String NAME = "debian-12";

    private static final int ESP_MIB = 64;
    private static final int ROOT_MIB = 1400;
    private static final List<String> PACKAGES = List.of("systemd-sysv", "dbus", "udev", "kmod", "initramfs-tools", "zstd", "systemd-resolved", "netbase", "iproute2",
            "iputils-ping", "login", "passwd", "sudo", "ca-certificates", "openssh-server", "cloud-init", "cloud-guest-utils", "fdisk", "gdisk", "e2fsprogs", "procps", "less");
    private static final String MENU = """
            serial --unit=0 --speed=115200
            terminal_input serial console
            terminal_output serial console
            set timeout=0
            linux /vmlinuz root=UUID=%s ro console=tty0 console=ttyS0,115200n8 net.ifnames=0 quiet
            initrd /initrd.img
            boot
            """;

    /// With the cloud kernel.
    public DebianHostImage() {
        this("linux-image-cloud-amd64");
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void describe(Stamp stamp, Path cache, Progress progress) throws IOException {
        // the newest versions of packages are not asked for: an image is rebuilt when its recipe changes, or by removing it
        stamp.text(kernel).text(PACKAGES.toString()).text(MENU).content("debian-customize", resource("debian-customize"));
    }

    @Override
    public Path make(Path work, Path cache, Progress progress) throws IOException {
        var needed = new ArrayList<>(WholeDisk.NEEDED);
        needed.addAll(List.of("mmdebstrap", "apt-get"));
        DebianPackages.require(needed, progress);
        if (!System.getProperty("user.name", "").equals("root")) {
            throw new IOException("Building the Debian image needs root: mmdebstrap makes files of other owners. Run: sudo ./bessemer image build " + NAME);
        }
        var disk = new WholeDisk(work, ESP_MIB, ROOT_MIB);
        Path root = work.resolve("root");
        Path hook = Files.write(work.resolve("customize"), resource("debian-customize"));
        Files.setPosixFilePermissions(hook, PosixFilePermissions.fromString("rwxr-xr-x"));
        // mmdebstrap gives up its rights while it downloads
        Files.setPosixFilePermissions(work, PosixFilePermissions.fromString("rwxr-xr-x"));
        progress.report("mmdebstrap (some minutes)", 0, 0);
        Command.of("mmdebstrap", "--mode=root", "--variant=minbase", "--include=" + kernel + "," + String.join(",", PACKAGES),
                "--aptopt=APT::Install-Recommends \"false\"", "--aptopt=Acquire::Languages \"none\"",
                "--dpkgopt=force-unsafe-io", "--dpkgopt=path-exclude=/usr/share/man/*", "--dpkgopt=path-exclude=/usr/share/locale/*",
                "--dpkgopt=path-exclude=/usr/share/doc/*", "--dpkgopt=path-include=/usr/share/doc/*/copyright",
                "--essential-hook=mkdir -p \"$1/etc/initramfs-tools/conf.d\"; printf 'COMPRESS=zstd\\nMODULES=most\\n' > \"$1/etc/initramfs-tools/conf.d/bessemer\"",
                "--customize-hook=sh %s \"$1\" %s".formatted(hook, disk.rootId()),
                "bookworm", root.toString(), "-").input(sources()).timeout(Duration.ofMinutes(30)).run();
        Path raw = disk.write(root, MENU.formatted(disk.rootId()), progress);
        Trees.delete(root);
        return raw;
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

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = DebianHostImage.class.getResourceAsStream(name)) {
            return in.readAllBytes();
        }
    }
}
