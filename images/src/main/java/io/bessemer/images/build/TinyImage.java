package io.bessemer.images.build;

import com.github.luben.zstd.ZstdOutputStream;
import io.bessemer.core.program.DebianPackages;
import io.bessemer.core.program.Progress;
import io.bessemer.ramdisk.BusyboxRoot;
import io.bessemer.ramdisk.CpioArchive;
import io.bessemer.ramdisk.Flavour;
import io.bessemer.ramdisk.KernelPackage;
import io.bessemer.ramdisk.SharedLibraries;
import io.bessemer.ramdisk.Stamp;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/// The least system that proves a deploy: Debian's cloud kernel and busybox. It takes an address by DHCP, reads its config drive, posts
/// to the `report_url` it finds there, and gives a shell on the serial line. Built in seconds, boots in seconds.
public record TinyImage() implements HostImage {
    public static final String NAME = "tiny";

    private static final int ESP_MIB = 16;
    private static final int ROOT_MIB = 64;
    private static final List<String> MODULES = List.of("virtio_pci", "virtio_blk", "virtio_net", "virtio_scsi", "virtio_rng", "sd_mod", "ata_piix", "nvme", "ahci",
            "md-mod", "raid0", "raid1", "raid10", "raid456", "e1000", "e1000e", "ext4", "isofs", "vfat", "nls_ascii", "nls_cp437", "nls_utf8", "efivarfs", "af_packet");
    /// of GRUB: finds the system on an array of partitions
    private static final List<String> GRUB_MODULES = List.of("mdraid1x", "raid5rec", "raid6rec");
    private static final List<String> SCRIPTS = List.of("tiny-initramfs", "tiny-init", "tiny-udhcpc");
    private static final String MENU = """
            serial --unit=0 --speed=115200
            terminal_input serial console
            terminal_output serial console
            linux /boot/vmlinuz root=UUID=%s console=tty0 console=ttyS0,115200n8 quiet
            initrd /boot/initramfs
            boot
            """;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void describe(Stamp stamp, Path cache, Progress progress) throws IOException {
        DebianPackages.require(List.of("busybox", "mdadm", "ldd"), progress);
        KernelPackage kernel = KernelPackage.fetch(Flavour.CLOUD, cache, progress);
        stamp.text(kernel.version()).sizeAndTime(kernel.image()).sizeAndTime(DebianPackages.find("busybox")).sizeAndTime(DebianPackages.find("mdadm"))
                .text(MODULES.toString()).text(MENU).text(GRUB_MODULES.toString());
        for (String script : SCRIPTS) {
            stamp.content(script, resource(script));
        }
    }

    @Override
    public Path make(Path work, Path cache, Progress progress) throws IOException {
        KernelPackage kernel = KernelPackage.fetch(Flavour.CLOUD, cache, progress);
        progress.report("root file system", 0, 0);
        Path root = Files.createDirectory(work.resolve("root"));
        Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxr-xr-x"));
        BusyboxRoot.create(root);
        kernel.installModules(MODULES, root);
        Path mdadm = root.resolve("bin/mdadm");
        Files.copy(DebianPackages.find("mdadm"), mdadm, StandardCopyOption.COPY_ATTRIBUTES);
        SharedLibraries.install(List.of(mdadm), root, root);

        // the modules are needed once, early: the initramfs is the same tree with another first program
        script("tiny-initramfs", root.resolve("init"));
        Path initramfs = work.resolve("initramfs");
        try (var out = new ZstdOutputStream(new BufferedOutputStream(Files.newOutputStream(initramfs)), 9)) {
            CpioArchive.write(root, out);
        }
        Files.delete(root.resolve("init"));

        Files.deleteIfExists(root.resolve("bin/init"));
        script("tiny-init", root.resolve("bin/init"));
        script("tiny-udhcpc", root.resolve("etc/udhcpc.sh"));
        Files.createDirectories(root.resolve("boot"));
        Files.copy(kernel.image(), root.resolve("boot/vmlinuz"));
        Files.move(initramfs, root.resolve("boot/initramfs"), StandardCopyOption.ATOMIC_MOVE);
        var disk = new WholeDisk(work, ESP_MIB, ROOT_MIB, GRUB_MODULES);
        return disk.write(root, MENU.formatted(disk.rootId()), progress);
    }

    private static void script(String name, Path target) throws IOException {
        Files.write(target, resource(name));
        Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = TinyImage.class.getResourceAsStream(name)) {
            return in.readAllBytes();
        }
    }
}
