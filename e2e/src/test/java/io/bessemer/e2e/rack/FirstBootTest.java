package io.bessemer.e2e.rack;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.cli.DataDirectory;
import io.bessemer.cli.agent.AgentWork;
import io.bessemer.cli.demo.Goal;
import io.bessemer.cli.demo.MachineRun;
import io.bessemer.cli.demo.PhaseTable;
import io.bessemer.cli.terminal.Terminal;
import io.bessemer.core.pool.HostPackages;
import io.bessemer.core.pool.HypervisorKind;
import io.bessemer.images.build.DebianHostImage;
import io.bessemer.lab.qemu.MachineSpec;
import io.bessemer.lab.qemu.MachineSpec.Firmware;
import io.bessemer.lab.qemu.ProvisioningNetwork;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Machines with a plain Debian, which has cloud-init and nothing of ours, become hosts on their first boot, or say why not. The packages come from a
/// mirror in the rack. Many minutes, and a build before.
@Tag("root")
@Tag("qemu")
@Tag("slow")
class FirstBootTest {
    private static final String NO_PACKAGE = "hypervisor-of-our-dreams";
    private static final Duration LIMIT = Duration.ofMinutes(25);
    private static final int MEMORY_MIB = 2048;
    private static final String MIRROR = ProvisioningNetwork.FIRST.address();

    private static TestRack rack;
    private static PackageMirror mirror;

    @RegisterExtension
    static final TestRack.Witness WITNESS = new TestRack.Witness(() -> rack);

    @TempDir
    private static Path directory;

    @BeforeAll
    static void start() throws Exception {
        var data = new DataDirectory();
        AgentWork.build(Terminal.ofProcess(), data);
        var packages = new ArrayList<>(HostPackages.of(HypervisorKind.KVM));
        packages.add("systemd-timesyncd"); // the image has no time daemon
        Path repository = PackageMirror.fill(data.cache().resolve("first-boot-debs"), packages);
        rack = TestRack.startWith(DebianHostImage.NAME, "first", List.of(), MachineSpec.of(1, Firmware.BIOS).withMemoryMib(MEMORY_MIB),
                MachineSpec.of(2, Firmware.UEFI).withMemoryMib(MEMORY_MIB));
        Path log = directory.resolve("mirror.log");
        mirror = PackageMirror.serve(rack, MIRROR, repository, log);
        mirror.await(log);
        rack.client().post("/v1/availability_zones", Map.of("name", "az1"));
    }

    @AfterAll
    static void stop() {
        if (mirror != null) {
            mirror.close();
        }
        if (rack != null) {
            rack.close();
        }
    }

    @Test
    void a_plain_image_becomes_a_hypervisor_and_one_that_lacks_a_package_is_quarantined_by_its_name() throws Exception {
        pool("good", List.of());
        pool("bad", List.of(NO_PACKAGE));
        var good = new MachineRun(rack.target("bios-1"), rack.client(), new Goal.Member("good"), LIMIT);
        var bad = new MachineRun(rack.target("uefi-2"), rack.client(), new Goal.Member("bad"), LIMIT);
        Thread other = Thread.ofVirtual().start(() -> quietly(bad));
        quietly(good);
        other.join();
        PhaseTable.stages(List.of(good)).print(Terminal.ofProcess());

        assertThat(good.failure()).isEmpty();
        JsonNode checks = hypervisor("bios-1").path("checks");
        assertThat(checks.size()).isGreaterThan(5);
        checks.forEach(check -> {
            System.out.printf("%-20s %6.1f s %s%n", check.path("check").asString(""), check.path("seconds").asDouble(0), check.path("detail").asString(""));
            assertThat(check.path("status").asString("")).as("%s", check).isEqualTo("passed");
        });
        assertThat(checks.valueStream().filter(check -> check.path("check").asString("").equals("canary")).findFirst().orElseThrow().path("detail").asString(""))
                .contains("a kvm guest with this host's kernel booted");

        System.out.println(bad.failure());
        assertThat(bad.failure()).contains("in quarantine: The first boot failed at 'install packages'").contains("Unable to locate package " + NO_PACKAGE);
        assertThat(hypervisor("uefi-2").path("state").asString("")).isEqualTo("quarantined");
        List<JsonNode> timeline = rack.operator().timeline("uefi-2");
        JsonNode told = timeline.stream().filter(event -> Operator.is(event, "host", "first-boot-failed")).findFirst().orElseThrow();
        JsonNode quarantined = timeline.stream().filter(event -> event.path("message").asString("").startsWith("bootstrapping → quarantined")).findFirst().orElseThrow();
        Duration noticed = Duration.between(Operator.at(told), Operator.at(quarantined));
        JsonNode begun = timeline.stream().filter(event -> event.path("message").asString("").startsWith("deploying → bootstrapping")).findFirst().orElseThrow();
        System.out.printf("told %d s after the deploy was done, in quarantine %d ms after that%n",
                Duration.between(Operator.at(begun), Operator.at(told)).toSeconds(), noticed.toMillis());
        assertThat(noticed).isLessThan(Duration.ofSeconds(30));
        assertThat(rack.console("uefi-2")).doesNotContain("failed?token=");
        assertThat(rack.serverLog()).doesNotContain("failed?token=");
    }

    /// @param name also of its profile, and of the rack whose machines it takes
    private static void pool(String name, List<String> packages) throws Exception {
        rack.client().post("/v1/host_profiles", Map.of("name", name, "image", DebianHostImage.NAME, "bootstrap", "first-boot", "packages", packages,
                "package_mirror", PackageMirror.line(MIRROR)));
        rack.client().post("/v1/host_pools", Map.of("name", name, "zone", "az1", "profile", name, "size", 1, "selector", Map.of("racks", List.of(name))));
    }

    private static JsonNode hypervisor(String node) throws Exception {
        return rack.client().get("/v1/hypervisors/" + node);
    }

    private static void quietly(MachineRun run) {
        try {
            run.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
