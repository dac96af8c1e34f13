package io.bessemer.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.core.program.Command;
import io.bessemer.host.check.HostChecks;
import io.bessemer.host.kind.Canary;
import io.bessemer.host.kind.Hypervisor;
import io.bessemer.host.protocol.HostOrders;
import io.bessemer.host.protocol.HostPhase;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A vendor's hypervisor as docs/adding-a-hypervisor.md tells it: that page's code in a jar on the agent's class path.
class VendorKindTest {
    private static final Path PAGE = Path.of("../../docs/adding-a-hypervisor.md");
    private static final Pattern EXAMPLE = Pattern.compile("```java\npackage ([a-z.]+);(.*?)```", Pattern.DOTALL);
    private static final Pattern CLASS = Pattern.compile("public final class (\\w+)");

    @TempDir
    Path directory;

    private Path jar;

    @BeforeEach
    void build() throws Exception {
        Matcher example = EXAMPLE.matcher(Files.readString(PAGE));
        assertThat(example.find()).as("%s has an example", PAGE).isTrue();
        String code = "package " + example.group(1) + ";" + example.group(2);
        Matcher name = CLASS.matcher(code);
        assertThat(name.find()).isTrue();
        Path source = Files.writeString(directory.resolve(name.group(1) + ".java"), code);
        Path classes = Files.createDirectory(directory.resolve("classes"));
        var compiler = ToolProvider.getSystemJavaCompiler();
        var said = new StringWriter();
        try (var files = compiler.getStandardFileManager(null, null, null)) {
            boolean compiled = compiler.getTask(said, files, null, List.of("-d", classes.toString(), "-cp", System.getProperty("java.class.path")), null,
                    files.getJavaFileObjects(source)).call();
            assertThat(compiled).as(said.toString()).isTrue();
        }
        String binary = example.group(1) + "." + name.group(1);
        String entry = binary.replace('.', '/') + ".class";
        jar = directory.resolve("vendor.jar");
        try (var out = new JarOutputStream(Files.newOutputStream(jar))) {
            out.putNextEntry(new JarEntry(entry));
            out.write(Files.readAllBytes(classes.resolve(entry)));
            out.putNextEntry(new JarEntry("META-INF/services/" + Hypervisor.class.getName()));
            out.write(binary.getBytes(StandardCharsets.UTF_8));
        }
    }

    @Test
    void an_agent_with_the_jar_on_its_class_path_knows_the_kind() throws Exception {
        String java = Path.of(System.getProperty("java.home"), "bin/java").toString();
        String own = System.getProperty("java.class.path");
        assertThat(Command.of(java, "-cp", own, Main.class.getName(), "--kinds").run().lines()).containsExactly("kvm", "qemu", "lxc", "xen");
        assertThat(Command.of(java, "-cp", own + ":" + jar, Main.class.getName(), "--kinds").run().lines()).containsExactly("kvm", "qemu", "lxc", "xen", "ch");
    }

    @Test
    void its_checks_ask_what_the_kind_needs() throws Exception {
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        try (var loader = new URLClassLoader(new URL[] {jar.toUri().toURL()}, before)) {
            Thread.currentThread().setContextClassLoader(loader); // where ServiceLoader looks; of a real agent it is the class path's
            Hypervisor kind = Hypervisor.find("ch").orElseThrow();
            assertThat(kind.domainType()).isEqualTo("kvm");
            assertThat(kind.emulates()).isFalse();
            assertThat(kind.canaryXml(new Canary("c", Path.of("/k"), Path.of("/i"), Path.of("/r"), Path.of("/run/console"), "word-17"))).contains("word-17", "/run/console");

            var files = new HostFiles(directory);
            files.write("/proc/cpuinfo", "flags : fpu vmx\n", "rw-r--r--");
            var checks = new HostChecks(files, Optional::empty, OptionalLong::empty, Optional::empty);
            assertThat(checks.run("cpu", orders("ch"), Duration.ofSeconds(10))).isEqualTo("vmx");
            assertThat(checks.run("virt-host-validate", orders("ch"), Duration.ofSeconds(10))).isEqualTo("virt-host-validate does not know ch");
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
    }

    private static HostOrders orders(String hypervisor) {
        return HostOrders.of(HostPhase.VERIFYING, "az1", "p", hypervisor, new HostOrders.Verification(1, List.of("cpu"), Duration.ofMinutes(1)), List.of(), List.of(), false,
                Duration.ofSeconds(10));
    }
}
