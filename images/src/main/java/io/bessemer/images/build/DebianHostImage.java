package io.bessemer.images.build;

import io.bessemer.core.program.DebianPackages;
import io.bessemer.core.program.Progress;
import io.bessemer.ramdisk.Stamp;
import io.bessemer.ramdisk.Trees;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// Debian 12 with systemd, cloud-init and an SSH server, made by mmdebstrap from the package sources of this machine. Configured only by
/// its config drive; tuned so that a first boot waits for nothing it does not need.
///
/// @param kernel the package of the kernel: the cloud kernel for machines with virtio, NVMe or IDE, `linux-image-amd64` for all others
public record DebianHostImage(String kernel) implements HostImage {
    public static final String NAME = "debian-12";

    private static final int ESP_MIB = 64;
    private static final int ROOT_MIB = 1400;
    static final String MENU = """
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
        stamp.text(MENU);
        tree().describe(stamp);
    }

    @Override
    public Path make(Path work, Path cache, Progress progress) throws IOException {
        DebianPackages.require(WholeDisk.NEEDED, progress);
        var disk = new WholeDisk(work, ESP_MIB, ROOT_MIB);
        Path root = work.resolve("root");
        tree().make(root, work, progress);
        DebianTree.mounts(root, disk.rootId());
        Path raw = disk.write(root, MENU.formatted(disk.rootId()), progress);
        Trees.delete(root);
        return raw;
    }

    private DebianTree tree() {
        return new DebianTree(NAME, kernel, List.of(), List.of());
    }
}
