package io.bessemer.images.build;

import io.bessemer.core.pool.HostPackages;
import io.bessemer.core.pool.HypervisorKind;
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

/// Debian 12 as a host for guests: a hypervisor, libvirt, cloud-init, and the compute agent with a Java runtime of its own. The config drive
/// brings who it is and the ticket by which it joins.
///
/// The packages are kept in the cache as an archive, so that a new agent does not unpack Debian anew.
///
/// @param name       in the image library
/// @param kernel     package of the kernel
/// @param hypervisor what runs guests
/// @param agentBuild folder with the agent's jar and, in `lib`, its libraries
public record LibvirtHostImage(String name, String kernel, Kind hypervisor, Path agentBuild) implements HostImage {
    private static final int ESP_MIB = 64;
    private static final int ROOT_MIB = 2000;
    private static final Duration UNPACK = Duration.ofMinutes(10);
    private static final String CLOUD_KERNEL = "linux-image-cloud-amd64";
    private static final String KERNEL = "linux-image-amd64";
    /// A first boot leaves the choice of a time daemon to the image it finds.
    private static final String TIME = "systemd-timesyncd";
    /// Xen is a multiboot kernel, and Linux its first module. The first domain has memory of its own, which guests cannot take from it; Xen's console is
    /// the serial line, on which it shows Linux's too.
    private static final String XEN_MENU = """
            serial --unit=0 --speed=115200
            terminal_input serial console
            terminal_output serial console
            set timeout=0
            multiboot2 /xen.gz dom0_mem=1024M,max:1024M com1=115200,8n1 console=com1,vga loglvl=warning guest_loglvl=none
            module2 /vmlinuz root=UUID=%s ro console=tty0 console=hvc0 net.ifnames=0 quiet
            module2 /initrd.img
            boot
            """;

    /// What differs between hypervisors.
    ///
    /// @param packages    that it and libvirt need
    /// @param scripts     resources that are run on the finished tree
    /// @param menu        GRUB commands, for the UUID of the root file system
    /// @param grubModules that these need beside the usual
    public record Kind(List<String> packages, List<String> scripts, String menu, List<String> grubModules) {
        /// QEMU, with KVM or without; and containers, whose driver is small.
        static final Kind QEMU = new Kind(with(HostPackages.of(HypervisorKind.KVM), "libvirt-daemon-driver-lxc", TIME), List.of("kvm-customize", "lxc-customize"), DebianHostImage.MENU, List.of());
        static final Kind LXC = new Kind(with(HostPackages.of(HypervisorKind.LXC), TIME), List.of("kvm-customize", "lxc-customize"), DebianHostImage.MENU, List.of());
        static final Kind XEN = new Kind(with(HostPackages.LIBVIRT, "libvirt-daemon-driver-xen", "xen-hypervisor-4.17-amd64", "xen-utils-4.17", "qemu-system-xen", "qemu-utils", TIME),
                List.of("kvm-customize", "xen-customize"), XEN_MENU, List.of("multiboot2", "gzio"));

        private static List<String> with(List<String> packages, String... more) {
            return Stream.concat(packages.stream(), Stream.of(more)).toList();
        }
    }

    /// For machines with virtio, NVMe or IDE.
    public static LibvirtHostImage kvm(Path agentBuild) {
        return new LibvirtHostImage("kvm-host", CLOUD_KERNEL, Kind.QEMU, agentBuild);
    }

    /// With Debian's kernel for all machines.
    public static LibvirtHostImage kvmGeneric(Path agentBuild) {
        return new LibvirtHostImage("kvm-host-generic", KERNEL, Kind.QEMU, agentBuild);
    }

    /// Containers alone, without an emulator, with Debian's kernel for all machines.
    public static LibvirtHostImage lxc(Path agentBuild) {
        return new LibvirtHostImage("lxc-host", KERNEL, Kind.LXC, agentBuild);
    }

    /// With Debian's kernel for all machines: the cloud kernel cannot be Xen's first domain.
    public static LibvirtHostImage xen(Path agentBuild) {
        return new LibvirtHostImage("xen-host", KERNEL, Kind.XEN, agentBuild);
    }

    @Override
    public void describe(Stamp stamp, Path cache, Progress progress) throws IOException {
        tree().describe(stamp);
        stamp.text(hypervisor.menu).text(hypervisor.grubModules.toString());
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
        var disk = new WholeDisk(work, ESP_MIB, ROOT_MIB, hypervisor.grubModules);
        DebianTree.mounts(root, disk.rootId());
        progress.report("compute agent", 0, 0);
        agent().install(root, work);
        ComputeAgentFiles.enable(root);
        Path raw = disk.write(root, hypervisor.menu.formatted(disk.rootId()), progress);
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
        return new DebianTree(name, kernel, hypervisor.packages, hypervisor.scripts);
    }

    private ComputeAgentFiles agent() {
        return new ComputeAgentFiles(agentBuild);
    }
}
