package io.bessemer.images.build;

import com.github.luben.zstd.ZstdOutputStream;
import io.bessemer.core.program.DebianPackages;
import io.bessemer.core.program.Progress;
import io.bessemer.ramdisk.AgentRuntime;
import io.bessemer.ramdisk.BusyboxRoot;
import io.bessemer.ramdisk.CpioArchive;
import io.bessemer.ramdisk.Stamp;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;

/// All that a host has of the compute agent, at the places where it has it: runtime, jars, unit, and the guest that proves the host. Host images
/// and the archive for hosts that are made on their first boot hold the same.
///
/// @param build folder with the agent's jar and, in `lib`, its libraries
record ComputeAgentFiles(Path build) {
    private static final String UNIT = "bessemer-compute-agent.service";
    private static final String FOLDER = "/opt/bessemer/compute-agent";
    private static final String CANARY = "usr/lib/bessemer/canary";

    void describe(Stamp stamp, Progress progress) throws IOException {
        DebianPackages.require(List.of("busybox", "objcopy"), progress);
        stamp.text(AgentRuntime.optionsForStamp().toString()).content(javaHome().resolve("release"))
                .content(UNIT, DebianTree.resource(UNIT)).content("canary-init", DebianTree.resource("canary-init")).sizeAndTime(DebianPackages.find("busybox"));
        stamp.content(jar());
        for (Path library : libraries()) {
            stamp.content(library);
        }
    }

    /// @param root of the system, or a folder that stands for it
    /// @param work for files on the way
    void install(Path root, Path work) throws IOException {
        var runtime = new AgentRuntime(javaHome(), jar(), libraries(), root, FOLDER);
        Files.createDirectories(root.resolve(FOLDER.substring(1)));
        runtime.link();
        runtime.installAgent();
        runtime.train();
        Path units = Files.createDirectories(root.resolve("etc/systemd/system"));
        Files.write(units.resolve(UNIT), DebianTree.resource(UNIT));
        installCanary(root, work);
    }

    /// So that it starts with the system.
    static void enable(Path root) throws IOException {
        Path wanted = Files.createDirectories(root.resolve("etc/systemd/system/multi-user.target.wants")).resolve(UNIT);
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

    private Path jar() throws IOException {
        return jars(build).stream().filter(jar -> jar.getFileName().toString().startsWith("bessemer-compute-agent-")).findFirst().orElseThrow(
                () -> new IOException("The compute agent is not built: no jar in %s. Run ./bessemer build.".formatted(build)));
    }

    private List<Path> libraries() throws IOException {
        return jars(build.resolve("lib"));
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
