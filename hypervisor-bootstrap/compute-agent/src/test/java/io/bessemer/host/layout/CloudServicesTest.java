package io.bessemer.host.layout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bessemer.host.HostFiles;
import io.bessemer.host.protocol.HostFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// systemd is a script that keeps which services run, as a folder of their names.
class CloudServicesTest {
    private static final List<String> SERVICES = List.of("nova-compute");

    @TempDir
    Path root;
    private CloudServices services;
    private String owner;

    @BeforeEach
    void systemd() throws IOException {
        Path systemctl = Files.writeString(root.resolve("systemctl"), """
                #!/bin/sh
                cd "$(dirname "$0")"
                shift
                case $1 in
                    show) shift 3; [ -e running.$1 ] && echo active || echo inactive; exit;;
                    stop) rm -f running.$2;;
                    *) [ ! -e broken ] || { echo "Job for $2.service failed." >&2; exit 1; }; touch running.$2;;
                esac
                echo "$@" >> done
                """);
        Files.setPosixFilePermissions(systemctl, PosixFilePermissions.fromString("rwx------"));
        services = new CloudServices(new HostFiles(root), systemctl.toString());
        var attributes = Files.readAttributes(systemctl, PosixFileAttributes.class);
        owner = attributes.owner().getName() + ":" + attributes.group().getName();
    }

    @Test
    void a_service_is_restarted_when_a_file_changed_and_else_left_alone() throws IOException {
        services.follow(conf("one"), SERVICES);
        assertThat(done()).containsExactly("restart nova-compute");
        services.follow(conf("one"), SERVICES);
        assertThat(done()).isEmpty();
        services.follow(conf("two"), SERVICES);
        assertThat(done()).containsExactly("restart nova-compute");
        Files.writeString(root.resolve("etc/nova/nova.conf"), "own"); // somebody on the host
        services.follow(conf("two"), SERVICES);
        assertThat(done()).containsExactly("restart nova-compute");
        assertThat(root.resolve("etc/nova/nova.conf")).hasContent("two");
    }

    @Test
    void a_service_that_does_not_run_is_started() throws IOException {
        services.follow(conf("one"), SERVICES);
        Files.delete(root.resolve("running.nova-compute"));
        done();
        services.follow(conf("one"), SERVICES);
        assertThat(done()).containsExactly("start nova-compute");
    }

    @Test
    void a_restart_that_failed_or_was_not_reached_is_made_up_for() throws IOException {
        services.follow(conf("one"), SERVICES);
        done();
        Files.createFile(root.resolve("broken"));
        assertThatThrownBy(() -> services.follow(conf("two"), SERVICES)).isInstanceOf(IOException.class).hasMessageContaining("Job for nova-compute.service failed");
        Files.delete(root.resolve("broken"));
        services.follow(conf("two"), SERVICES);
        assertThat(done()).containsExactly("restart nova-compute");
    }

    @Test
    void files_have_their_mode_from_the_beginning() throws IOException {
        services.follow(List.of(new HostFile("/etc/nova/nova.conf", "0640", owner, "hush")), SERVICES);
        Path file = root.resolve("etc/nova/nova.conf");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-r-----");
        done();
        services.follow(List.of(new HostFile("/etc/nova/nova.conf", "0600", owner, "hush")), SERVICES);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-------");
        assertThat(done()).as("it may read it no more").containsExactly("restart nova-compute");
        try (var list = Files.list(file.getParent())) {
            assertThat(list).containsExactly(file);
        }
    }

    @Test
    void nothing_is_written_for_a_user_that_is_missing() {
        assertThatThrownBy(() -> services.follow(List.of(new HostFile("/etc/nova/nova.conf", "0640", "nobody-of-that-name:root", "hush")), SERVICES))
                .hasMessage("/etc/nova/nova.conf shall belong to user nobody-of-that-name, whom this host does not have. Install the package that brings it.");
        assertThat(root.resolve("etc")).doesNotExist();
        assertThat(root.resolve("done")).doesNotExist();
    }

    @Test
    void who_leaves_stops_what_it_was_told_to_run() throws IOException {
        services.stop();
        assertThat(root.resolve("done")).doesNotExist();
        services.follow(conf("one"), SERVICES);
        done();
        new CloudServices(new HostFiles(root), root.resolve("systemctl").toString()).stop();
        assertThat(done()).containsExactly("stop nova-compute");
        services.follow(conf("one"), SERVICES);
        assertThat(done()).as("it stays after all").containsExactly("start nova-compute");
    }

    private List<HostFile> conf(String content) {
        return List.of(new HostFile("/etc/nova/nova.conf", "0640", owner, content));
    }

    /// What systemd was asked for since the last look.
    private List<String> done() throws IOException {
        Path file = root.resolve("done");
        List<String> lines = Files.exists(file) ? Files.readAllLines(file) : List.of();
        Files.deleteIfExists(file);
        return lines;
    }
}
