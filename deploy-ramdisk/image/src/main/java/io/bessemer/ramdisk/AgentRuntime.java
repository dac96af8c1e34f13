package io.bessemer.ramdisk;

import io.bessemer.core.program.Command;
import io.bessemer.core.program.CommandFailedException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/// The Java runtime and an agent as they lie below a folder of a ramdisk or a host: `jre`, `agent/agent.jar`, `agent/lib/*.jar`, and an
/// ahead-of-time cache that is trained on a run of the agent.
public final class AgentRuntime {
    /// Kept equal between training and running, else the cache is refused. Half of a 512 MB machine must stay free for the
    /// page cache and the ramdisk itself.
    ///
    /// Both compilers stay on: SHA-256, which every byte written passes, is an order of magnitude slower without the second.
    ///
    /// The cache must hold no machine code: JDK 25 keeps adapters in it that are made for the CPU that trained, and a machine with an older one dies of
    /// SIGILL (seen on QEMU's `qemu64`).
    private static final List<String> OPTIONS = List.of("-XX:+UseSerialGC", "-Xms24m", "-Xmx96m", "-Xss512k", "-XX:-UsePerfData",
            "-XX:+ExitOnOutOfMemoryError", "-XX:+UnlockDiagnosticVMOptions", "-XX:-AOTAdapterCaching", "-XX:-AOTStubCaching", "--enable-native-access=ALL-UNNAMED", "-Dsun.net.http.retryPost=false");
    /// jdk.unsupported has O_DIRECT.
    private static final String MODULES = "java.base,jdk.unsupported";
    private static final String ZSTD_NATIVE = "linux/amd64/";

    private final Path javaHome;
    private final Path agentJar;
    private final List<Path> libraries;
    private final Path root;
    private final String folder;
    private final Path home;
    private final Path agent;

    /// @param javaHome  a JDK
    /// @param agentJar  with a `Main-Class` that knows `--train`
    /// @param libraries jars that the agent needs
    /// @param root      of the system that is put together
    /// @param folder    in it: empty, or as in `/opt/agent`
    public AgentRuntime(Path javaHome, Path agentJar, List<Path> libraries, Path root, String folder) {
        this.javaHome = javaHome;
        this.agentJar = agentJar;
        this.libraries = List.copyOf(libraries);
        this.root = root;
        this.folder = folder;
        Path here = folder.isEmpty() ? root : root.resolve(folder.substring(1));
        this.home = here.resolve("jre");
        this.agent = here.resolve("agent");
    }

    public void link() throws IOException {
        Path jlink = javaHome.resolve("bin/jlink");
        if (!Files.isExecutable(jlink)) {
            throw new IOException("%s is not a JDK: bin/jlink is missing. Run Bessemer with a JDK 25.".formatted(javaHome));
        }
        // not compressed: the initramfs compresses better as a whole, and classes load faster
        Command.of(jlink.toString(), "--add-modules", MODULES, "--strip-debug", "--no-header-files", "--no-man-pages",
                "--compress", "zip-0", "--output", home.toString()).run();
        // the base archive that training starts from
        Command.of(java(), "-XX:+UseSerialGC", "-Xshare:dump").run();
    }

    public void installAgent() throws IOException {
        Files.createDirectories(agent.resolve("lib"));
        copyJar(agentJar, agent.resolve("agent.jar"));
        for (Path library : libraries) {
            Path target = agent.resolve("lib").resolve(library.getFileName().toString());
            if (library.getFileName().toString().startsWith("zstd-jni")) {
                splitZstd(library, target);
            } else {
                copyJar(library, target);
            }
        }
    }

    /// Runs the agent's training (`--train`: it plays both sides on loopback) and writes the cache, then drops what only
    /// training needed.
    public void train() throws IOException {
        Path cache = agent.resolve("agent.aot");
        var words = new ArrayList<String>();
        words.add(java());
        words.addAll(options(root.toString()));
        words.addAll(List.of("-XX:AOTCacheOutput=" + cache, "-cp", classPath(root.toString()), mainClass(), "--train"));
        try {
            Command.of(words).timeout(Duration.ofMinutes(3)).run();
        } catch (CommandFailedException e) {
            throw new IOException("The agent's training run failed, so it would start slowly. " + e.getMessage(), e);
        }
        if (Files.notExists(cache)) {
            throw new IOException("The Java runtime wrote no ahead-of-time cache after the agent's training run");
        }
        try (Stream<Path> files = Files.walk(home)) {
            for (Path file : files.filter(AgentRuntime::unused).toList()) {
                Files.delete(file);
            }
        }
        Trees.delete(home.resolve("legal"));
        var arguments = new ArrayList<>(options(""));
        arguments.addAll(List.of("-XX:AOTCache=" + folder + "/agent/agent.aot", "-cp", classPath(""), mainClass()));
        Files.writeString(agent.resolve("java.arguments"), String.join("\n", arguments) + "\n");
    }

    /// Programs and libraries whose shared libraries the ramdisk needs.
    List<Path> binaries() throws IOException {
        var binaries = new ArrayList<Path>();
        try (Stream<Path> files = Files.walk(root)) {
            files.filter(file -> file.startsWith(home) || file.startsWith(agent))
                    .filter(file -> file.toString().endsWith(".so") || file.endsWith("bin/java") || file.endsWith("jspawnhelper"))
                    .forEach(binaries::add);
        }
        return binaries;
    }

    public static List<String> optionsForStamp() {
        return OPTIONS;
    }

    private String java() {
        return home.resolve("bin/java").toString();
    }

    private List<String> options(String prefix) throws IOException {
        var options = new ArrayList<>(OPTIONS);
        Path zstd = agent.resolve("lib/libzstd-jni.so");
        if (Files.exists(zstd)) {
            options.add("-DZstdNativePath=" + prefix + folder + "/agent/lib/libzstd-jni.so");
        }
        return options;
    }

    private String classPath(String prefix) throws IOException {
        var jars = new ArrayList<String>();
        jars.add(prefix + folder + "/agent/agent.jar");
        try (Stream<Path> files = Files.list(agent.resolve("lib"))) {
            files.map(file -> file.getFileName().toString()).filter(name -> name.endsWith(".jar")).sorted()
                    .forEach(name -> jars.add(prefix + folder + "/agent/lib/" + name));
        }
        return String.join(":", jars);
    }

    private String mainClass() throws IOException {
        try (var jar = new JarFile(agentJar.toFile())) {
            var manifest = jar.getManifest();
            String name = manifest == null ? null : manifest.getMainAttributes().getValue("Main-Class");
            if (name == null) {
                throw new IOException("%s has no Main-Class in its manifest".formatted(agentJar));
            }
            return name;
        }
    }

    private static boolean unused(Path file) {
        String path = file.toString();
        return path.endsWith(".jsa") || path.endsWith("/bin/keytool") || path.endsWith("/lib/classlist") || path.endsWith("/jrt-fs.jar")
                || path.endsWith("/libsaproc.so");
    }

    /// Whole seconds: a cpio archive holds no fractions, and the cache remembers the time of each jar.
    private static void copyJar(Path from, Path to) throws IOException {
        Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
        Files.setLastModifiedTime(to, FileTime.fromMillis(Files.getLastModifiedTime(from).toMillis() / 1000 * 1000));
    }

    /// zstd-jni carries its native library for a dozen systems, and unpacks it at each start: take out the one we run on.
    private void splitZstd(Path from, Path to) throws IOException {
        try (var jar = new JarFile(from.toFile())) {
            try (var out = new JarOutputStream(Files.newOutputStream(to))) {
                for (JarEntry entry : Collections.list(jar.entries())) {
                    String name = entry.getName();
                    if (entry.isDirectory() || !(name.endsWith(".class") || name.startsWith("META-INF/MANIFEST"))) {
                        continue;
                    }
                    var copy = new JarEntry(name);
                    copy.setTime(0);
                    out.putNextEntry(copy);
                    try (InputStream in = jar.getInputStream(entry)) {
                        in.transferTo(out);
                    }
                }
            }
            JarEntry library = Collections.list(jar.entries()).stream()
                    .filter(entry -> entry.getName().startsWith(ZSTD_NATIVE) && entry.getName().endsWith(".so")).findFirst()
                    .orElseThrow(() -> new IOException("%s has no native library for %s".formatted(from, ZSTD_NATIVE)));
            try (InputStream in = jar.getInputStream(library)) {
                Files.copy(in, agent.resolve("lib/libzstd-jni.so"), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        Files.setLastModifiedTime(to, FileTime.fromMillis(Files.getLastModifiedTime(from).toMillis() / 1000 * 1000));
    }

}
