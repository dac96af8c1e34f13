package io.bessemer.e2e.rack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bessemer.cli.CommandFailure;
import io.bessemer.cli.demo.MachineRun;
import io.bessemer.cli.demo.PhaseTable;
import io.bessemer.cli.demo.PoolTour;
import io.bessemer.cli.terminal.Terminal;
import io.bessemer.core.program.Command;
import io.bessemer.lab.qemu.MachineSpec;
import io.bessemer.lab.qemu.MachineSpec.Firmware;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Two machines become hypervisors of the pools of two zones, run a guest, and one leaves again. Many minutes, and a build before.
@Tag("root")
@Tag("qemu")
@Tag("slow")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PoolJobTest {
    private static final String IMAGE = "kvm-host";
    private static final Duration LIMIT = Duration.ofMinutes(20);
    private static final int MEMORY_MIB = 2048;
    private static final List<String> NODES = List.of("bios-1", "uefi-2");

    private static TestRack rack;
    private static PoolTour tour;

    @RegisterExtension
    static final TestRack.Witness WITNESS = new TestRack.Witness(() -> rack);

    @TempDir
    private static Path directory;

    @BeforeAll
    static void start() throws Exception {
        rack = TestRack.startWith(IMAGE, "pool", List.of("--bessemer.hosts.certificate-life=6m"), MachineSpec.of(1, Firmware.BIOS).withMemoryMib(MEMORY_MIB),
                MachineSpec.of(2, Firmware.UEFI).withMemoryMib(MEMORY_MIB));
        tour = new PoolTour(rack.client(), rack::inNetwork, Files.createDirectories(directory.resolve("pki")));
    }

    @AfterAll
    static void stop() {
        if (rack != null) {
            rack.close();
        }
    }

    @Test
    @Order(1)
    void powered_off_machines_become_enabled_hypervisors_of_two_zones() throws Exception {
        tour.definePools(IMAGE, NODES.size());
        List<MachineRun> runs = IntStream.range(0, NODES.size())
                .mapToObj(i -> new MachineRun(rack.target(NODES.get(i)), rack.client(), PoolTour.goal(i), LIMIT)).toList();
        List<Thread> threads = runs.stream().map(run -> Thread.ofVirtual().start(() -> quietly(run))).toList();
        for (Thread thread : threads) {
            thread.join();
        }
        PhaseTable.stages(runs).print(Terminal.ofProcess());
        assertThat(runs).extracting(MachineRun::failure).containsOnly("");
        assertThat(hypervisor("bios-1").path("zone").asString("")).isEqualTo("az1");
        assertThat(hypervisor("uefi-2").path("zone").asString("")).isEqualTo("az2");
        for (String node : NODES) {
            JsonNode checks = hypervisor(node).path("checks");
            assertThat(checks.size()).as("checks of %s", node).isGreaterThan(5);
            checks.forEach(check -> assertThat(check.path("status").asString("")).as("%s: %s", node, check).isEqualTo("passed"));
            assertThat(rack.client().node(node).path("provision_state").asString("")).isEqualTo("active");
        }
    }

    @Test
    @Order(2)
    void a_guest_runs_and_is_seen_by_those_with_a_certificate_and_by_nobody_else() throws Exception {
        assertThat(tour.startGuest("bios-1")).contains("first-guest").contains("running");
        assertThat(rack.client().get("/v1/availability_zones/az1").at("/capacity/guests").asInt(0)).isEqualTo(1);
        String address = hypervisor("bios-1").path("address").asString("");
        assertThatThrownBy(() -> tour.virsh("qemu+tls://" + address + "/system?no_verify=1", "list"))
                .isInstanceOf(CommandFailure.class).hasMessageContaining("failed");
    }

    @Test
    @Order(3)
    void a_certificate_is_renewed_before_it_ends_and_libvirt_shows_the_new_one() throws Exception {
        String address = hypervisor("bios-1").path("address").asString("");
        Operator.await("a renewed certificate", LIMIT, () -> {
            boolean told = false;
            for (JsonNode event : rack.client().get("/v1/nodes/bios-1/timeline").path("timeline")) {
                told |= event.path("event").asString("").equals("certificate");
            }
            return new Operator.Look(told, "certificate %s ends at %s".formatted(hypervisor("bios-1").path("certificate_serial").asString(""),
                    hypervisor("bios-1").path("certificate_expires_at").asString("")));
        });
        Operator.await("libvirt to show the certificate that its agent got", Duration.ofMinutes(2), () -> {
            String wanted = hypervisor("bios-1").path("certificate_serial").asString("");
            String shown = Command.of("sh", "-c", String.join(" ", rack.inNetwork(List.of("openssl", "s_client", "-connect", address + ":16514")))
                    + " </dev/null 2>/dev/null | openssl x509 -noout -serial").run().strip();
            return new Operator.Look(new BigInteger(shown.replace("serial=", ""), 16).equals(new BigInteger(wanted, 16)), "it shows %s, the agent has %s".formatted(shown, wanted));
        });
        assertThat(tour.virsh(tour.uri(hypervisor("bios-1")), "list")).as("nobody is disturbed").contains("first-guest").contains("running");
        assertThat(hypervisor("bios-1").path("state").asString("")).isEqualTo("enabled");
    }

    @Test
    @Order(4)
    void a_pool_that_shrinks_gives_its_machine_back() throws Exception {
        rack.client().patch("/v1/host_pools/az2-kvm", List.of(Map.of("op", "replace", "path", "/size", "value", 0)));
        Operator.await("uefi-2 to leave its pool", LIMIT, () -> {
            String node = rack.client().node("uefi-2").path("provision_state").asString("");
            int members = rack.client().get("/v1/hypervisors?pool=az2-kvm").path("hypervisors").size();
            return new Operator.Look(node.equals("available") && members == 0, "its node is '%s', the pool has %d members".formatted(node, members));
        });
        assertThat(hypervisor("bios-1").path("state").asString("")).isEqualTo("enabled");
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
