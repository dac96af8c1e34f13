package io.bessemer.e2e.trouble;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.bessemer.core.driver.HardwareType;
import java.io.IOException;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A vendor's hardware type as docs/adding-a-driver.md tells it: that page's code in a jar in the `plugins/` of a server.
class VendorDriverTest {
    private static final Path PAGE = Path.of("../docs/adding-a-driver.md");
    private static final Pattern EXAMPLE = Pattern.compile("```java\n(package ([a-z.]+);.*?public final class (\\w+).*?)```", Pattern.DOTALL);

    @TempDir
    Path directory;

    @Test
    void a_jar_in_plugins_brings_a_driver_that_powers_a_node() throws Exception {
        build(Files.createDirectories(directory.resolve("data/plugins")).resolve("power-strip.jar"));
        List<String> switched = new CopyOnWriteArrayList<>();
        HttpServer strip = strip(switched);
        try (Site site = Site.start(directory, 3801, 1)) {
            assertThat(site.call("GET", "/v1/drivers", null).body().path("drivers").valueStream().map(driver -> driver.path("name").asString(""))).contains("power-strip", "ipmi");
            assertThat(site.call("GET", "/v1/drivers/power-strip/properties", null).body().path("strip_outlet").asString("")).contains("Required");
            String outlet = "http://127.0.0.1:%d/outlets/3".formatted(strip.getAddress().getPort());
            Site.Answer enrolled = site.call("POST", "/v1/nodes", Map.of("name", "plugged", "driver", "power-strip", "driver_info", Map.of("strip_outlet", outlet)));
            assertThat(enrolled.status()).as(enrolled.toString()).isEqualTo(201);
            site.provision("plugged", "manage");
            site.await("plugged", "manageable");
            assertThat(site.call("PUT", "/v1/nodes/plugged/states/power", Map.of("target", "power on")).status()).isEqualTo(202);
            Site.until("the node is on", () -> site.node("plugged").path("power_state").asString("").equals("power on"));
            assertThat(switched).containsExactly("on");
        } finally {
            strip.stop(0);
        }
    }

    private static HttpServer strip(List<String> switched) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/outlets/3", exchange -> {
            if (exchange.getRequestMethod().equals("PUT")) {
                switched.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            }
            byte[] state = (switched.isEmpty() ? "off" : switched.getLast()).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, state.length);
            exchange.getResponseBody().write(state);
            exchange.close();
        });
        server.start();
        return server;
    }

    private void build(Path jar) throws IOException {
        Matcher example = EXAMPLE.matcher(Files.readString(PAGE));
        assertThat(example.find()).as("%s has an example", PAGE).isTrue();
        Path source = Files.writeString(directory.resolve(example.group(3) + ".java"), example.group(1));
        Path classes = Files.createDirectory(directory.resolve("classes"));
        var compiler = ToolProvider.getSystemJavaCompiler();
        var said = new StringWriter();
        try (var files = compiler.getStandardFileManager(null, null, null)) {
            boolean compiled = compiler.getTask(said, files, null, List.of("-d", classes.toString(), "-cp", System.getProperty("java.class.path")), null,
                    files.getJavaFileObjects(source)).call();
            assertThat(compiled).as(said.toString()).isTrue();
        }
        try (var out = new JarOutputStream(Files.newOutputStream(jar)); Stream<Path> made = Files.walk(classes)) {
            for (Path file : made.filter(Files::isRegularFile).toList()) {
                out.putNextEntry(new JarEntry(classes.relativize(file).toString()));
                out.write(Files.readAllBytes(file));
            }
            out.putNextEntry(new JarEntry("META-INF/services/" + HardwareType.class.getName()));
            out.write((example.group(2) + "." + example.group(3)).getBytes(StandardCharsets.UTF_8));
        }
    }
}
