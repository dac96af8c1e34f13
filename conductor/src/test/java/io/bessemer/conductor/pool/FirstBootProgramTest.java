package io.bessemer.conductor.pool;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.bessemer.core.pool.Bootstrap;
import io.bessemer.core.pool.HostProfile;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/// The program that runs on hosts, as it runs there, but for apt, dpkg and the config drive's device, which are ours.
class FirstBootProgramTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final HostProfile PROFILE = Hosts.PROFILE.toBuilder().bootstrap(Bootstrap.FIRST_BOOT).packageMirror("deb http://mirror.example/ ./").build();
    private static final String TOKEN = "very-secret";

    @TempDir
    private Path root;

    @TempDir
    private Path programs;

    private final List<String> reports = new CopyOnWriteArrayList<>();
    private final List<String> fetched = new CopyOnWriteArrayList<>();
    private HttpServer server;
    private byte[] archive;
    private int archiveStatus = 200;
    private String output = "";

    @BeforeEach
    void start() throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/boot/files/agent.tar.gz", exchange -> {
            fetched.add(exchange.getRequestURI().toString());
            exchange.sendResponseHeaders(archiveStatus, archiveStatus == 200 ? archive.length : -1);
            if (archiveStatus == 200) {
                exchange.getResponseBody().write(archive);
            }
            exchange.close();
        });
        server.createContext("/failed", exchange -> {
            reports.add(exchange.getRequestURI().getQuery() + " " + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        server.start();
        archive = archive("#!/bin/sh\necho installs for \"$1\"\n");
        write("etc/apt/sources.list", "deb http://far.example/ bookworm main\n");
        write("etc/apt/sources.list.d/debian.sources", "Types: deb\n");
        write("drive/openstack/latest/meta_data.json", JSON.writeValueAsString(Map.of("bessemer",
                Map.of("failure_url", "http://127.0.0.1:%d/failed?token=%s".formatted(server.getAddress().getPort(), TOKEN)))));
        program("apt-get", "echo \"$@\" >> %s/apt.log; case \"$*\" in *missing-thing*) echo 'Reading package lists...'; echo 'E: Unable to locate package missing-thing'; exit 100;; esac");
        program("dpkg", "echo dpkg \"$@\" >> %s/apt.log");
        program("blkid", "echo /dev/fake");
        program("mount", "cp -a %s/drive/. \"$4\"/");
        program("umount", "rm -rf \"$1\"/*");
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void packages_and_agent_are_installed_once() throws Exception {
        assertThat(run(PROFILE, sha256())).as(() -> output).isZero();
        assertThat(Files.readString(root.resolve("etc/apt/sources.list"))).contains("deb http://mirror.example/ ./").doesNotContain("far.example");
        assertThat(root.resolve("etc/apt/sources.list.d/debian.sources")).as("what the image names is not asked").doesNotExist();
        assertThat(Files.readString(root.resolve("apt.log"))).contains("update", "install", "--no-install-recommends", "libvirt-daemon-system", "qemu-system-x86", "systemd-timesyncd");
        assertThat(output).contains("installs for kvm");
        assertThat(root.resolve("opt/bessemer/first-boot")).as("the space is given back").doesNotExist();
        assertThat(reports).isEmpty();
        Files.delete(root.resolve("apt.log"));
        assertThat(run(PROFILE, sha256())).isZero();
        assertThat(root.resolve("apt.log")).as("in a later boot there is nothing to do").doesNotExist();
    }

    @Test
    void a_package_that_does_not_exist_is_told_with_what_apt_says() throws Exception {
        assertThat(run(PROFILE.toBuilder().packages(List.of("missing-thing")).build(), sha256())).isEqualTo(1);
        HostFailure failure = told();
        assertThat(failure.part()).isEqualTo("install packages");
        assertThat(failure.text()).isEqualTo("The first boot failed at 'install packages': apt-get install ended with 100. It said: "
                + "E: Unable to locate package missing-thing. More is on the host, in /var/log/cloud-init-output.log");
        assertThat(output).contains("E: Unable to locate package missing-thing").doesNotContain(TOKEN);
        assertThat(fetched).isEmpty();
        assertThat(run(PROFILE, sha256())).as("the next boot tries again: " + output).isZero();
    }

    @Test
    void an_operators_time_daemon_is_kept() throws Exception {
        write("lib/systemd/system/chrony.service", "");
        assertThat(run(PROFILE, sha256())).as(() -> output).isZero();
        assertThat(Files.readString(root.resolve("apt.log"))).contains("ovmf").doesNotContain("systemd-timesyncd");
    }

    @Test
    void an_archive_with_another_hash_is_not_unpacked() throws Exception {
        String other = "0".repeat(64);
        assertThat(run(PROFILE, other)).isEqualTo(1);
        assertThat(told().text()).contains("failed at 'fetch the compute agent'", "the SHA-256 of http://", sha256(), "expected is " + other);
        assertThat(output).doesNotContain("installs for");
    }

    @Test
    void an_archive_that_is_not_there_is_told_with_its_address() throws Exception {
        archiveStatus = 404;
        assertThat(run(PROFILE, sha256())).isEqualTo(1);
        assertThat(told().text()).contains("failed at 'fetch the compute agent': http://", "agent.tar.gz cannot be fetched: HTTP Error 404");
        assertThat(fetched).hasSize(3);
    }

    @Test
    void a_failing_installation_is_told_with_its_last_words() throws Exception {
        archive = archive("#!/bin/sh\necho looking around\necho 'Failed to enable unit: libvirtd.socket does not exist' >&2\nexit 3\n");
        assertThat(run(PROFILE, sha256())).isEqualTo(1);
        assertThat(told().text()).contains("failed at 'install the compute agent'", "ended with 3", "Failed to enable unit: libvirtd.socket does not exist");
    }

    @Test
    void what_does_not_end_is_ended_before_the_server_gives_the_host_up() throws Exception {
        program("apt-get", "echo 'waits for a mirror'; exec sleep 600");
        HostProfile hasty = PROFILE.toBuilder().deadlines(new HostProfile.Deadlines(Duration.ofMinutes(1), Duration.ofSeconds(1), Duration.ofMinutes(1),
                Duration.ofMinutes(1), Duration.ofMinutes(1))).build();
        assertThat(run(hasty, sha256())).isEqualTo(1);
        assertThat(told().text()).contains("failed at 'read the package lists': apt-get update did not end in time. It said: waits for a mirror");
    }

    private int run(HostProfile profile, String sha256) throws Exception {
        URI url = URI.create("http://127.0.0.1:%d/boot/files/agent.tar.gz".formatted(server.getAddress().getPort()));
        write("etc/bessemer/first-boot.json", JSON.writeValueAsString(FirstBoot.settings(profile, new AgentArchives.Archive(url, sha256))));
        Path program = Files.writeString(programs.resolve("first-boot.py"), FirstBoot.program());
        Path log = programs.resolve("output");
        ProcessBuilder builder = new ProcessBuilder("python3", program.toString(), root.toString()).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().put("PATH", programs + ":" + System.getenv("PATH"));
        Process process = builder.start();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("the program still runs. It said: " + Files.readString(log));
        }
        output = Files.readString(log);
        return process.exitValue();
    }

    @SuppressWarnings("unchecked")
    private HostFailure told() {
        assertThat(reports).as(() -> output).hasSize(1);
        String prefix = "token=" + TOKEN + " ";
        assertThat(reports.getFirst()).startsWith(prefix);
        return HostFailure.parse(JSON.readValue(reports.getFirst().substring(prefix.length()), Map.class), TOKEN);
    }

    private String sha256() throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(archive));
    }

    private byte[] archive(String install) throws Exception {
        Path tree = Files.createDirectories(programs.resolve("tree"));
        Files.writeString(tree.resolve("install"), install);
        Path file = programs.resolve("archive");
        var command = new ArrayList<>(List.of("tar", "-czf", file.toString(), "-C", tree.toString(), "."));
        assertThat(new ProcessBuilder(command).start().waitFor()).isZero();
        return Files.readAllBytes(file);
    }

    private void write(String name, String content) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }

    private void program(String name, String script) throws IOException {
        Path file = Files.writeString(programs.resolve(name), "#!/bin/sh\n" + script.replace("%s", root.toString()) + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
