package io.bessemer.images.build;

import io.bessemer.core.program.Command;
import io.bessemer.core.program.DebianPackages;
import io.bessemer.core.program.Progress;
import io.bessemer.ramdisk.Stamp;
import io.bessemer.ramdisk.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/// Debian 12 as a host for guests: QEMU, libvirt, cloud-init, and the compute agent with a Java runtime of its own. The config drive brings who
/// it is and the ticket by which it joins.
///
/// The packages are kept in the cache as an archive, so that a new agent does not unpack Debian anew.
///
/// @param name       in the image library
/// @param kernel     package of the kernel
/// @param agentBuild folder with the agent's jar and, in `lib`, its libraries
public record KvmHostImage(String name, String kernel, Path agentBuild) implements HostImage {
    private static final int ESP_MIB = 64;
    private static final int ROOT_MIB = 2000;
    private static final Duration UNPACK = Duration.ofMinutes(10);
    static final List<String> PACKAGES = List.of("qemu-system-x86", "qemu-utils", "ovmf", "libvirt-daemon-system", "libvirt-daemon-driver-qemu",
            "libvirt-daemon-driver-lxc", "libvirt-clients", "dnsmasq-base", "iptables", "openssl", "systemd-timesyncd");

    /// With the cloud kernel: for machines with virtio, NVMe or IDE.
    public static KvmHostImage cloud(Path agentBuild) {
        return new KvmHostImage("kvm-host", "linux-image-cloud-amd64", agentBuild);
    }

    /// With Debian's kernel for all machines.
    public static KvmHostImage generic(Path agentBuild) {
        return new KvmHostImage("kvm-host-generic", "linux-image-amd64", agentBuild);
    }

    @Override
    public void describe(Stamp stamp, Path cache, Progress progress) throws IOException {
        tree().describe(stamp);
        stamp.text(DebianHostImage.MENU);
        agent().describe(stamp, progress);
    }

    @Override
    public Path make(Path work, Path cache, Progress progress) throws IOException {
        DebianPackages.require(WholeDisk.NEEDED, progress);
        Path root = Files.createDirectory(work.resolve("root"));
        Path packages = packages(work, cache, progress);
        progress.report("unpack", 0, 0);
        Command.of("tar", "--extract", "--numeric-owner", "--xattrs", "--xattrs-include=*", "--file", packages.toString(), "--directory", root.toString())
                .timeout(UNPACK).run();
        var disk = new WholeDisk(work, ESP_MIB, ROOT_MIB);
        DebianTree.mounts(root, disk.rootId());
        progress.report("compute agent", 0, 0);
        agent().install(root, work);
        ComputeAgentFiles.enable(root);
        Path raw = disk.write(root, DebianHostImage.MENU.formatted(disk.rootId()), progress);
        Trees.delete(root);
        return raw;
    }

    /// All that comes from Debian, as an archive. Made once for a recipe.
    private Path packages(Path work, Path cache, Progress progress) throws IOException {
        var stamp = new Stamp();
        tree().describe(stamp);
        Path archive = cache.resolve("%s-%s.tar.zst".formatted(name, stamp.value().substring(0, 16)));
        if (Files.exists(archive)) {
            return archive;
        }
        Path next = work.resolve("packages.tar.zst");
        tree().make(next, work, progress);
        try (Stream<Path> files = Files.list(cache)) { // of older recipes
            for (Path old : files.filter(file -> file.getFileName().toString().matches(name + "-[0-9a-f]{16}\\.tar\\.zst")).toList()) {
                Files.delete(old);
            }
        }
        return Files.move(next, archive, StandardCopyOption.ATOMIC_MOVE);
    }

    private DebianTree tree() {
        return new DebianTree(name, kernel, PACKAGES, List.of("kvm-customize"));
    }

    private ComputeAgentFiles agent() {
        return new ComputeAgentFiles(agentBuild);
    }
}
