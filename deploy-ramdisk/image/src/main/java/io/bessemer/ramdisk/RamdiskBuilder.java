package io.bessemer.ramdisk;

import com.github.luben.zstd.ZstdOutputStream;
import io.bessemer.core.program.Command;
import io.bessemer.core.program.DebianPackages;
import io.bessemer.core.program.MissingProgramException;
import io.bessemer.core.program.Progress;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Builds `vmlinuz` and `initramfs`, and puts the iPXE loaders beside them. Nothing happens when all inputs are as they were.
public final class RamdiskBuilder {
    private static final Logger LOG = LoggerFactory.getLogger(RamdiskBuilder.class);

    public static final String KERNEL = "vmlinuz";
    public static final String INITRAMFS = "initramfs";
    /// what a BMC shows its machine as a CD; UEFI boots it
    public static final String BOOT_ISO = "ipxe.iso";
    /// Debian's ipxe.efi has 0.9 MB
    private static final int ESP_KIB = 2048;
    private static final String STAMP = "ramdisk.stamp";
    private static final Path IPXE = Path.of("/usr/lib/ipxe");
    private static final List<String> LOADERS = List.of("snponly.efi", "ipxe.efi", "undionly.kpxe");
    private static final List<String> SCRIPTS = List.of("init", "udhcpc.sh");
    /// 12 packs 15 % better than 3 and costs two seconds; beyond it the gain is small.
    private static final int COMPRESSION_LEVEL = 12;
    private static final int STEPS = 8;

    private final RamdiskSettings settings;
    private final Progress progress;

    public RamdiskBuilder(RamdiskSettings settings, Progress progress) {
        this.settings = settings;
        this.progress = progress;
    }

    /// @throws io.bessemer.core.program.MissingProgramException a program is missing and may not be installed
    public Ramdisk build() throws IOException {
        step(1, "programs");
        DebianPackages.require(LOADERS.stream().map(loader -> IPXE.resolve(loader).toString()).toList(), progress);
        List<String> tools = tools();
        step(2, "kernel");
        KernelPackage kernel = KernelPackage.fetch(settings.flavour(), settings.cache(), progress);
        Files.createDirectories(settings.output());
        copyLoaders();
        makeBootIso();
        String stamp = stamp(kernel, tools);
        Path stampFile = settings.output().resolve(STAMP);
        if (Files.exists(stampFile) && Files.readString(stampFile).strip().equals(stamp) && Files.exists(output(KERNEL)) && Files.exists(output(INITRAMFS))) {
            return ramdisk(kernel, false);
        }
        Path work = Files.createTempDirectory(settings.cache().toAbsolutePath(), "ramdisk-");
        try {
            Path root = assemble(work, kernel, tools);
            step(7, "compress");
            Path initramfs = work.resolve(INITRAMFS);
            compress(root, initramfs);
            step(8, "publish");
            Files.deleteIfExists(stampFile);
            publish(kernel.image(), KERNEL);
            publish(initramfs, INITRAMFS);
            Path next = settings.output().resolve(STAMP + ".tmp");
            Files.writeString(next, stamp + "\n");
            Files.move(next, stampFile, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Trees.delete(work);
        }
        Ramdisk ramdisk = ramdisk(kernel, true);
        LOG.atInfo().addKeyValue("kernel", kernel.version()).addKeyValue("bytes", ramdisk.kernelBytes() + ramdisk.initramfsBytes()).log("Ramdisk built");
        return ramdisk;
    }

    private Path assemble(Path work, KernelPackage kernel, List<String> tools) throws IOException {
        Path root = Files.createDirectory(work.resolve("root"), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        BusyboxRoot.create(root);
        for (String script : SCRIPTS) {
            Path target = root.resolve(script.equals("init") ? "init" : "etc/" + script);
            Files.write(target, resource(script));
            Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        step(3, "modules");
        kernel.installModules(settings.flavour().modules(), root);
        step(4, "Java runtime");
        var runtime = new AgentRuntime(settings.javaHome(), settings.agentJar(), settings.libraries(), root, "");
        runtime.link();
        step(5, "agent");
        runtime.installAgent();
        runtime.train();
        step(6, "tools");
        Path programs = Files.createDirectories(root.resolve("usr/sbin"));
        var binaries = new ArrayList<>(runtime.binaries());
        for (String tool : tools) {
            Path source = DebianPackages.find(tool).toRealPath();
            Files.copy(source, programs.resolve(Path.of(tool).getFileName().toString()), StandardCopyOption.REPLACE_EXISTING);
            if (isElf(source)) {
                binaries.add(source);
            }
        }
        SharedLibraries.install(binaries, root.toRealPath(), root);
        return root;
    }

    /// The agent says which programs it calls: `tools.txt` in its jar, one name a line, `#` begins a comment, ` ?` after a name says
    /// that the agent can do without. What busybox brings is not copied.
    private List<String> tools() throws IOException {
        if (Files.notExists(settings.agentJar())) {
            throw new IOException("The agent's jar %s does not exist. Build it first: ./bessemer build"
                    .formatted(settings.agentJar()));
        }
        DebianPackages.require(List.of("busybox", "depmod", "objcopy", "ldd"), progress);
        List<String> applets = Command.of(DebianPackages.find("busybox").toString(), "--list").run().lines().map(String::strip).toList();
        var tools = new ArrayList<String>();
        for (String line : toolLines()) {
            String[] words = line.split("\\s+");
            if (applets.contains(words[0]) || tools.contains(words[0])) {
                continue;
            }
            try {
                DebianPackages.require(List.of(words[0]), progress);
                tools.add(words[0]);
            } catch (MissingProgramException e) {
                if (words.length < 2 || !words[1].equals("?")) {
                    throw e;
                }
                LOG.atInfo().addKeyValue("tool", words[0]).log("The ramdisk goes without an optional tool");
            }
        }
        return tools;
    }

    private List<String> toolLines() throws IOException {
        try (var jar = new JarFile(settings.agentJar().toFile())) {
            var entry = jar.getEntry("tools.txt");
            if (entry == null) {
                return List.of();
            }
            try (InputStream in = jar.getInputStream(entry)) {
                return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines()
                        .map(line -> line.replaceFirst("#.*", "").strip()).filter(line -> !line.isEmpty()).toList();
            }
        }
    }

    private void copyLoaders() throws IOException {
        for (String loader : LOADERS) {
            Path source = IPXE.resolve(loader);
            Path target = settings.output().resolve(loader);
            if (Files.notExists(target) || Files.mismatch(source, target) >= 0) {
                publish(source, loader);
            }
        }
    }

    /// For machines whose BMC shows them an image as a drive: iPXE, which then asks the network as everywhere. It has no secret and no address in it, so it is the
    /// same for all machines; and being 2 MB where the ramdisk is 40, it comes quickly through the slow virtual drives of BMCs.
    private void makeBootIso() throws IOException {
        Path loader = IPXE.resolve("ipxe.efi");
        Path made = output(BOOT_ISO);
        if (Files.exists(made) && !Files.getLastModifiedTime(made).toInstant().isBefore(Files.getLastModifiedTime(loader).toInstant())) {
            return;
        }
        DebianPackages.require(List.of("genisoimage", "mkfs.vfat", "mmd", "mcopy"), progress);
        Path work = Files.createTempDirectory("bessemer-iso-");
        try {
            Path tree = Files.createDirectory(work.resolve("tree"));
            Path esp = tree.resolve("esp.img");
            Command.of("mkfs.vfat", "-F", "12", "-n", "BESSEMER", "-C", esp.toString(), Long.toString(ESP_KIB)).run();
            Command.of("mmd", "-i", esp.toString(), "::/EFI", "::/EFI/BOOT").run();
            Command.of("mcopy", "-i", esp.toString(), loader.toString(), "::/EFI/BOOT/BOOTX64.EFI").run();
            Path iso = work.resolve(BOOT_ISO);
            Command.of("genisoimage", "-quiet", "-o", iso.toString(), "-V", "BESSEMER", "-r", "-e", "esp.img", "-no-emul-boot", tree.toString()).run();
            publish(iso, BOOT_ISO);
        } finally {
            Trees.delete(work);
        }
    }

    private String stamp(KernelPackage kernel, List<String> tools) throws IOException {
        var stamp = new Stamp().text(kernel.version()).text(settings.flavour().modules().toString()).sizeAndTime(kernel.image())
                .text(AgentRuntime.optionsForStamp().toString()).text(Integer.toString(COMPRESSION_LEVEL));
        for (String script : SCRIPTS) {
            stamp.content(script, resource(script));
        }
        stamp.content(settings.agentJar());
        for (Path library : settings.libraries()) {
            stamp.content(library);
        }
        stamp.content(settings.javaHome().resolve("release"));
        stamp.sizeAndTime(DebianPackages.find("busybox"));
        for (String tool : tools) {
            stamp.sizeAndTime(DebianPackages.find(tool));
        }
        return stamp.value();
    }

    private static void compress(Path root, Path target) throws IOException {
        try (var zstd = new ZstdOutputStream(new BufferedOutputStream(Files.newOutputStream(target), 1 << 20))) {
            zstd.setLevel(COMPRESSION_LEVEL);
            zstd.setWorkers(Runtime.getRuntime().availableProcessors());
            try (var out = new BufferedOutputStream(zstd, 1 << 20)) {
                CpioArchive.write(root, out);
            }
        }
    }

    private void publish(Path file, String name) throws IOException {
        Path next = settings.output().resolve(name + ".tmp");
        Files.copy(file, next, StandardCopyOption.REPLACE_EXISTING);
        Files.setPosixFilePermissions(next, PosixFilePermissions.fromString("rw-r--r--"));
        Files.move(next, output(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private Path output(String name) {
        return settings.output().resolve(name);
    }

    private Ramdisk ramdisk(KernelPackage kernel, boolean built) throws IOException {
        return new Ramdisk(output(KERNEL), output(INITRAMFS), kernel.version(), Files.size(output(KERNEL)), Files.size(output(INITRAMFS)), built);
    }

    private static boolean isElf(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            byte[] magic = in.readNBytes(4);
            return magic.length == 4 && magic[0] == 0x7f && magic[1] == 'E' && magic[2] == 'L' && magic[3] == 'F';
        }
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = RamdiskBuilder.class.getResourceAsStream(name)) {
            return in.readAllBytes();
        }
    }

    private void step(int number, String what) {
        progress.report(what, number, STEPS);
    }
}
