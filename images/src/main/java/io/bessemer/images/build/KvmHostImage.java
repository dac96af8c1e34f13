package io.bessemer.images.build;

import com.github.luben.zstd.ZstdOutputStream;
import io.bessemer.core.program.Command;
import io.bessemer.core.program.DebianPackages;
import io.bessemer.core.program.Progress;
import io.bessemer.ramdisk.AgentRuntime;
import io.bessemer.ramdisk.BusyboxRoot;
import io.bessemer.ramdisk.CpioArchive;
import io.bessemer.ramdisk.Stamp;
import io.bessemer.ramdisk.Trees;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
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
    private static final String FOLDER = "/opt/bessemer/compute-agent";
    private static final String UNIT = "bessemer-compute-agent.service";
    private static final String CANARY = "usr/lib/bessemer/canary";
    private static final Duration UNPACK = Duration.ofMinutes(10);
    private static final List<String> PACKAGES = List.of("qemu-system-x86", "qemu-utils", "ovmf", "libvirt-daemon-system", "libvirt-daemon-driver-qemu",
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
        DebianPackages.require(List.of("busybox", "objcopy"), progress);
        tree().describe(stamp);
        stamp.text(DebianHostImage.MENU).text(AgentRuntime.optionsForStamp().toString()).content(javaHome().resolve("release"))
                .content(UNIT, DebianTree.resource(UNIT)).content("canary-init", DebianTree.resource("canary-init")).sizeAndTime(DebianPackages.find("busybox"));
        stamp.content(agentJar());
        for (Path library : libraries()) {
            stamp.content(library);
        }
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
        installAgent(root);
        installCanary(root, work);
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

    private void installAgent(Path root) throws IOException {
        var runtime = new AgentRuntime(javaHome(), agentJar(), libraries(), root, FOLDER);
        Files.createDirectories(root.resolve(FOLDER.substring(1)));
        runtime.link();
        runtime.installAgent();
        runtime.train();
        Path units = root.resolve("etc/systemd/system");
        Files.write(units.resolve(UNIT), DebianTree.resource(UNIT));
        Path wanted = Files.createDirectories(units.resolve("multi-user.target.wants")).resolve(UNIT);
        Files.createSymbolicLink(wanted, Path.of("..", UNIT));
    }

    /// The guest that proves a host: the same tree as an initramfs and as a container's root.
    private static void installCanary(Path root, Path work) throws IOException {
        Path tree = Files.createDirectories(root.resolve(CANARY));
        BusyboxRoot.create(tree);
        Files.createDirectories(tree.resolve("console"));
        Files.write(tree.resolve("init"), DebianTree.resource("canary-init"));
        Files.setPosixFilePermissions(tree.resolve("init"), PosixFilePermissions.fromString("rwxr-xr-x"));
        Path initrd = work.resolve("canary.initrd");
        try (var out = new ZstdOutputStream(new BufferedOutputStream(Files.newOutputStream(initrd)), 9)) {
            CpioArchive.write(tree, out);
        }
        Files.move(initrd, root.resolve(CANARY + ".initrd"));
    }

    private DebianTree tree() {
        return new DebianTree(name, kernel, PACKAGES, List.of("kvm-customize"));
    }

    private Path agentJar() throws IOException {
        return jars(agentBuild).stream().filter(jar -> jar.getFileName().toString().startsWith("bessemer-compute-agent-")).findFirst().orElseThrow(
                () -> new IOException("The compute agent is not built: no jar in %s. Run ./bessemer build.".formatted(agentBuild)));
    }

    private List<Path> libraries() throws IOException {
        return jars(agentBuild.resolve("lib"));
    }

    private static List<Path> jars(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
        }
    }

    private static Path javaHome() {
        return Path.of(System.getProperty("java.home"));
    }
}
