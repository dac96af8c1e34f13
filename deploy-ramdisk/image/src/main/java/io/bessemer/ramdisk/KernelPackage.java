package io.bessemer.ramdisk;

import io.bessemer.core.program.Command;
import io.bessemer.core.program.DebianPackages;
import io.bessemer.core.program.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.stream.Stream;

/// One of Debian's kernels, downloaded and unpacked but not installed.
public final class KernelPackage {
    private static final String PREFIX = "linux-image-";

    private final Path tree;
    private final String version;

    private KernelPackage(Path tree, String version) {
        this.tree = tree;
        this.version = version;
    }

    /// Fetches the newest kernel of a flavour that the machine's package lists know, unless the cache has it.
    public static KernelPackage fetch(Flavour flavour, Path cache, Progress progress) throws IOException {
        DebianPackages.require(List.of("apt-get", "dpkg-deb", "depmod"), progress);
        String name = kernelName(flavour);
        String version = name.substring(PREFIX.length());
        Path tree = cache.toAbsolutePath().resolve("kernel-" + version);
        if (Files.notExists(tree)) {
            Files.createDirectories(cache);
            Path work = Files.createTempDirectory(cache.toAbsolutePath(), "kernel-");
            try {
                Command.of("apt-get", "-q", "download", name).in(work).run();
                Path unpacked = Files.createDirectory(work.resolve("tree"));
                Command.of("dpkg-deb", "-x", onlyPackage(work).toString(), unpacked.toString()).run();
                Command.of(DebianPackages.find("depmod").toString(), "-b", unpacked.toString(), version).run();
                Files.move(unpacked, tree, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Trees.delete(work);
            }
        }
        return new KernelPackage(tree, version);
    }

    public String version() {
        return version;
    }

    public Path image() {
        return tree.resolve("boot/vmlinuz-" + version);
    }

    /// Copies modules with all they depend on into a root file system, with the lists that `modprobe` and aliases need.
    public void installModules(List<String> names, Path root) throws IOException {
        Path from = tree.resolve("lib/modules").resolve(version);
        Path to = root.resolve("lib/modules").resolve(version);
        for (String module : closure(names)) {
            Path target = to.resolve(module);
            Files.createDirectories(target.getParent());
            Files.copy(from.resolve(module), target, StandardCopyOption.REPLACE_EXISTING);
        }
        Files.createDirectories(to);
        for (String list : List.of("modules.builtin", "modules.builtin.modinfo", "modules.order")) {
            Files.copy(from.resolve(list), to.resolve(list), StandardCopyOption.REPLACE_EXISTING);
        }
        Command.of(DebianPackages.find("depmod").toString(), "-b", root.toString(), version).run();
        // busybox reads the plain lists; the binary ones are for kmod
        try (Stream<Path> lists = Files.list(to)) {
            for (Path list : lists.filter(file -> file.getFileName().toString().endsWith(".bin")).toList()) {
                Files.delete(list);
            }
        }
        for (String list : List.of("modules.builtin.modinfo", "modules.order", "modules.softdep", "modules.devname")) {
            Files.deleteIfExists(to.resolve(list));
        }
    }

    /// Paths of modules below `lib/modules/VERSION`, dependencies included.
    private SequencedSet<String> closure(List<String> names) throws IOException {
        Map<String, List<String>> dependencies = new HashMap<>();
        Map<String, String> pathOf = new HashMap<>();
        for (String line : Files.readAllLines(tree.resolve("lib/modules").resolve(version).resolve("modules.dep"))) {
            int colon = line.indexOf(':');
            String path = line.substring(0, colon);
            String needed = line.substring(colon + 1).strip();
            dependencies.put(path, needed.isEmpty() ? List.of() : List.of(needed.split(" +")));
            pathOf.put(moduleName(path), path);
        }
        var chosen = new LinkedHashSet<String>();
        for (String name : names) {
            List<String> paths = name.endsWith("/")
                    ? dependencies.keySet().stream().filter(path -> path.startsWith("kernel/" + name)).sorted().toList()
                    : Stream.ofNullable(pathOf.get(name.replace('-', '_'))).toList();
            for (String path : paths) {
                chosen.addAll(dependencies.get(path)); // modules.dep lists the whole closure
                chosen.add(path);
            }
        }
        return chosen;
    }

    private static String moduleName(String path) {
        String file = path.substring(path.lastIndexOf('/') + 1);
        return file.substring(0, file.indexOf('.')).replace('-', '_');
    }

    private static String kernelName(Flavour flavour) throws IOException {
        String depends = Command.of("apt-cache", "depends", flavour.metaPackage()).run();
        return depends.lines().map(String::strip).filter(line -> line.startsWith("Depends: " + PREFIX))
                .map(line -> line.substring("Depends: ".length())).findFirst()
                .orElseThrow(() -> new IOException("The package lists of this machine do not know %s. Run: apt-get update"
                        .formatted(flavour.metaPackage())));
    }

    private static Path onlyPackage(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            List<Path> packages = new ArrayList<>(files.filter(file -> file.toString().endsWith(".deb")).toList());
            packages.sort(Comparator.naturalOrder());
            if (packages.isEmpty()) {
                throw new IOException("apt-get download left no package in " + directory);
            }
            return packages.getLast();
        }
    }
}
