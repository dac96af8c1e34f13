package io.bessemer.conductor.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.core.pool.AvailabilityZone;
import io.bessemer.core.pool.Bootstrap;
import io.bessemer.core.pool.HostPackages;
import io.bessemer.core.pool.HostPool;
import io.bessemer.core.pool.HostProfile;
import io.bessemer.core.pool.HypervisorKind;
import io.bessemer.db.Database;
import io.bessemer.db.DatabaseSettings;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class FirstBootTest {
    private static final HostProfile PROFILE = Hosts.PROFILE.toBuilder().bootstrap(Bootstrap.FIRST_BOOT).build();
    private static final AgentArchives.Archive ARCHIVE = new AgentArchives.Archive(URI.create("http://192.0.2.1:8088/boot/files/compute-agent-1.tar.gz"), "ab");

    @Test
    void cloud_init_lays_down_the_program_and_what_it_reads() {
        String userData = FirstBoot.userData(PROFILE, ARCHIVE);
        assertThat(userData).startsWith("#cloud-config\n");
        JsonNode files = JsonMapper.shared().readTree(userData.substring(userData.indexOf('\n'))).path("write_files");
        assertThat(files.size()).isEqualTo(2);
        JsonNode settings = JsonMapper.shared().readTree(files.get(0).path("content").asString(""));
        assertThat(files.get(0).path("path").asString("")).isEqualTo("/etc/bessemer/first-boot.json");
        assertThat(settings.path("archive").asString("")).isEqualTo(ARCHIVE.url().toString());
        assertThat(settings.path("sha256").asString("")).isEqualTo("ab");
        assertThat(settings.path("seconds").asInt(0)).isEqualTo(1800);
        assertThat(files.get(1).path("path").asString("")).isEqualTo("/var/lib/cloud/scripts/per-boot/bessemer-first-boot");
        assertThat(files.get(1).path("permissions").asString("")).isEqualTo("0700");
        assertThat(files.get(1).path("content").asString("")).startsWith("#!/usr/bin/python3\n").isEqualTo(FirstBoot.program());
    }

    @ParameterizedTest
    @ValueSource(strings = {"kvm", "qemu"})
    void a_profile_without_packages_gets_what_its_hypervisor_needs(String name) {
        var kind = new HypervisorKind(name);
        Map<String, Object> settings = FirstBoot.settings(PROFILE.toBuilder().hypervisor(kind).build(), ARCHIVE);
        assertThat(settings.get("packages")).isEqualTo(HostPackages.of(kind));
        assertThat(HostPackages.of(kind)).contains("qemu-system-x86", "libvirt-daemon-system", "libvirt-daemon-driver-qemu", "libvirt-clients");
        assertThat(settings).containsEntry("time_daemon", true);
        Map<String, Object> own = FirstBoot.settings(PROFILE.toBuilder().hypervisor(kind).packages(List.of("mine")).build(), ARCHIVE);
        assertThat(own).containsEntry("packages", List.of("mine")).containsEntry("time_daemon", false);
    }

    @Test
    void no_machine_is_taken_while_there_is_no_agent_to_install_and_the_pool_says_so(@TempDir Path directory) {
        Clock clock = Clock.fixed(Hosts.NOW, ZoneOffset.UTC);
        var archive = new AtomicReference<AgentArchives.Archive>();
        var settings = new HostSettings(6387, Duration.ofHours(24), Duration.ofDays(30), Duration.ofSeconds(10), Duration.ofSeconds(25), new AgentArchives() {
            @Override
            public Optional<Archive> find(URI server) {
                return Optional.ofNullable(archive.get());
            }

            @Override
            public String cure() {
                return "Build it";
            }
        });
        try (Database database = Database.open(DatabaseSettings.embedded(), directory, clock)) {
            database.pools().create(new AvailabilityZone("az1", null, Hosts.NOW, null));
            database.pools().create(PROFILE);
            HostPool pool = Hosts.pool(1);
            database.pools().create(pool);
            database.nodes().create(Hosts.node(1).build());
            var hosts = new HostService(database.pools(), database.hypervisors(), database.nodes(), database.timeline(),
                    new CertificateAuthority(database.authority(), clock), Map.of(), () -> {}, clock, settings);
            var reconciler = new Reconciler(database.pools(), database.hypervisors(), database.nodes(), null, hosts.orders(), Map.of(), Runnable::run, () -> {},
                    hosts, Optional.empty(), clock, hosts::obstacle);

            reconciler.pass();
            assertThat(database.hypervisors().list()).isEmpty();
            assertThat(reconciler.status(pool)).isEqualTo("profile kvm has bootstrap 'first-boot', but there is no archive of the compute agent for its hosts. Build it");

            archive.set(ARCHIVE);
            assertThat(reconciler.status(pool)).as("the machine will be taken").isEmpty();
        }
    }
}
