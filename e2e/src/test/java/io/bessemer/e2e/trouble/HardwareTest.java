package io.bessemer.e2e.trouble;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.agent.command.CommandFailedException;
import io.bessemer.agent.disk.Disk;
import io.bessemer.agent.disk.RootDevice;
import io.bessemer.images.ImageDirectory;
import io.bessemer.lab.simulated.SimulatedMachine;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// BMCs and disks that do not do as they should.
class HardwareTest {
    @TempDir
    private static Path directory;
    private static Site site;
    private static ImageHost images;

    @BeforeAll
    static void start() throws IOException {
        images = new ImageHost();
        site = Site.start(directory, 3101, 7, "--bessemer.conductor.max-retries=1", "--bessemer.ipmi.retries=1");
    }

    @AfterAll
    static void stop() throws IOException {
        site.close();
        images.close();
    }

    @Test
    void a_wrong_password_is_told_and_once_it_is_right_the_node_is_managed() {
        SimulatedMachine machine = site.machine(0);
        String name = machine.spec().name();
        site.enrol(machine);
        site.set(name, "/driver_info/ipmi_password", "tr0ub4dor");
        site.provision(name, "manage");

        assertThat(site.awaitError(name)).contains(machine.spec().bmcAddress()).contains("ipmi_password").doesNotContain("tr0ub4dor");
        assertThat(site.node(name).path("provision_state").asString()).isEqualTo("enroll");

        site.set(name, "/driver_info/ipmi_password", "secret");
        site.provision(name, "manage");
        site.await(name, "manageable");
        assertThat(site.node(name).path("last_error").isNull()).isTrue();
    }

    @Test
    void a_dead_bmc_holds_nobody_up() {
        SimulatedMachine machine = site.machine(1);
        String name = machine.spec().name();
        site.enrol(machine);
        site.provision(name, "manage");
        site.await(name, "manageable");
        machine.faults().deadBmc = true;
        site.provision(name, "inspect");
        Instant begin = Instant.now();
        site.call("PUT", "/v1/nodes/" + name + "/maintenance", Map.of("reason", "the BMC is dead")).expect(202);
        assertThat(site.node(name).path("maintenance").asBoolean()).isTrue();
        assertThat(Duration.between(begin, Instant.now())).isLessThan(Duration.ofSeconds(3));

        // while a step talks to the BMC, the node is locked; a client that wants its ports waits for three seconds, as with Ironic
        site.await(name, "locked", node -> !node.path("reservation").isNull());
        String port = site.call("GET", "/v1/nodes/" + name + "/ports", null).body().path("ports").get(0).path("uuid").asString();
        assertThat(site.call("DELETE", "/v1/ports/" + port, null).expect(409).fault()).contains("is locked");

        begin = Instant.now();
        site.provision(name, "abort");
        site.await(name, "inspect failed");
        assertThat(site.node(name).path("last_error").asString()).contains("Aborted");
        site.call("DELETE", "/v1/nodes/" + name, null).expect(204);
        site.call("GET", "/v1/nodes/" + name, null).expect(404);
        assertThat(Duration.between(begin, Instant.now())).isLessThan(Duration.ofSeconds(3));
        machine.faults().deadBmc = false;
    }

    @Test
    void whatever_works_at_a_dead_bmc_is_aborted_at_once_and_the_next_verb_does_not_wait_for_it() {
        SimulatedMachine machine = site.machine(6);
        String name = machine.spec().name();
        site.enrol(machine);
        machine.faults().deadBmc = true;
        abortAtOnce(name, "manage", "verifying", "enroll");
        machine.faults().deadBmc = false;
        Instant begin = Instant.now();
        site.provision(name, "manage");
        site.await(name, "manageable");
        assertThat(Duration.between(begin, Instant.now())).isLessThan(Duration.ofSeconds(4));

        machine.faults().deadBmc = true;
        abortAtOnce(name, "inspect", "inspecting", "inspect failed");
        site.provision(name, "manage");
        abortAtOnce(name, "provide", "cleaning", "clean failed");
        machine.faults().deadBmc = false;
        site.provision(name, "manage");
        site.provision(name, "provide");
        site.await(name, "available");
        machine.faults().deadBmc = true;
        site.set(name, "/instance_info", Map.of("image_source", images.url()));
        abortAtOnce(name, "active", "deploying", "deploy failed");
        abortAtOnce(name, "deleted", "deleting", "error");
        assertThat(site.call("PUT", "/v1/nodes/" + name + "/states/provision", Map.of("target", "abort")).expect(400).fault())
                .contains("abort").contains("error").contains("delete");
        machine.faults().deadBmc = false;
        site.provision(name, "deleted");
        site.await(name, "available");
    }

    /// A verb is refused by nothing but the dead BMC, and ended while that is asked.
    private static void abortAtOnce(String name, String verb, String during, String after) {
        site.provision(name, verb);
        site.await(name, during + " at work", node -> node.path("provision_state").asString().equals(during) && !node.path("reservation").isNull());
        Instant begin = Instant.now();
        site.provision(name, "abort");
        var node = site.node(name);
        assertThat(Duration.between(begin, Instant.now())).isLessThan(Duration.ofSeconds(1));
        assertThat(node.path("provision_state").asString()).isEqualTo(after);
        assertThat(node.path("last_error").asString()).isEqualTo("Aborted in '%s' by request.".formatted(during));
    }

    @Test
    void a_bmc_that_never_answers_is_given_up_with_its_address_and_what_to_check() {
        SimulatedMachine machine = site.machine(2);
        String name = machine.spec().name();
        machine.faults().deadBmc = true;
        site.enrol(machine);
        site.provision(name, "manage");
        assertThat(site.awaitError(name)).contains(machine.spec().bmcAddress()).contains("driver_info/ipmi_address");
        assertThat(site.node(name).path("provision_state").asString()).isEqualTo("enroll");

        machine.faults().deadBmc = false;
        site.provision(name, "manage");
        site.await(name, "manageable");
    }

    @Test
    void what_a_disk_or_a_hint_refuses_is_told_and_a_second_deploy_succeeds() throws Exception {
        SimulatedMachine machine = site.machine(3);
        String name = machine.spec().name();
        site.makeAvailable(machine);
        site.set(name, "/instance_info", Map.of("image_source", images.url(), "image_os_hash_algo", "sha256", "image_os_hash_value", images.sha256()));
        for (String fault : List.of("writing 4194304 bytes at 8388608 of /dev/vda failed: Input/output error",
                hints(Map.of("serial", "NONE-SUCH")), hints(Map.of("rotational", true)))) {
            machine.faults().writeError = fault;
            site.provision(name, "active");
            site.await(name, "deploy failed");
            assertThat(site.node(name).path("last_error").asString()).contains("write image").contains(fault);
        }
        machine.faults().writeError = "";
        site.provision(name, "active");
        site.await(name, "active");
        Site.until("the host reports", machine::hostUp);

        String port = site.call("GET", "/v1/ports?address=" + machine.spec().mac(), null).expect(200).body().path("ports").get(0).path("uuid").asString();
        for (Map<String, Object> edit : List.<Map<String, Object>>of(Map.of("op", "replace", "path", "/address", "value", "52:54:00:aa:00:08"),
                Map.of("op", "replace", "path", "/pxe_enabled", "value", false))) {
            assertThat(site.call("PATCH", "/v1/ports/" + port, List.of(edit)).expect(409).fault()).contains("maintenance");
        }
    }

    /// The words of the agent itself on a machine with two disks.
    private static String hints(Map<String, Object> hints) {
        try {
            RootDevice.choose(List.of(disk("/dev/sda", "S1"), disk("/dev/sdb", "S2")), hints);
            throw new AssertionError("the hints were to match no single disk");
        } catch (CommandFailedException e) {
            return e.getMessage();
        }
    }

    private static Disk disk(String name, String serial) {
        return new Disk(name, "SPINNER", 500L << 30, true, "", "", "", serial, "", "", "", false, false);
    }

    @Test
    void an_image_that_is_larger_than_the_disk_is_refused_with_both_sizes() throws Exception {
        SimulatedMachine machine = site.machine(4);
        String name = machine.spec().name();
        Path large = directory.resolve("large.qcow2");
        Process create = new ProcessBuilder("qemu-img", "create", "-q", "-f", "qcow2", large.toString(), "300M").inheritIO().start();
        assertThat(create.waitFor()).as("qemu-img, of the package qemu-utils").isZero();
        try (var library = new ImageDirectory(io.bessemer.images.ImageSettings.of(site.data().resolve("images")))) {
            library.importImage("large", new io.bessemer.core.image.ImageLibrary.ImageSource(large.toString(), null, null, "qcow2"), false, (_, _, _) -> { });
        }
        site.makeAvailable(machine);
        site.set(name, "/instance_info", Map.of("image_source", "large"));
        site.provision(name, "active");
        site.await(name, "deploy failed");
        assertThat(site.node(name).path("last_error").asString()).contains(Long.toString(300L << 20)).contains(Long.toString(Site.DISK_BYTES));
    }

    @Test
    void a_write_shows_how_far_it_is_and_may_be_ended() {
        SimulatedMachine machine = site.machine(5);
        String name = machine.spec().name();
        site.makeAvailable(machine);
        machine.faults().chunkDelay = Duration.ofMillis(1500);
        site.set(name, "/instance_info", Map.of("image_source", images.url()));
        site.provision(name, "active");
        Site.until("progress is told", () -> site.explain(name).path("progress").path("done").asLong() > 0);
        var progress = site.explain(name).path("progress");
        assertThat(progress.path("phase").asString()).isEqualTo("write");
        assertThat(progress.path("total").asLong()).isEqualTo(images.bytes());

        site.provision(name, "deleted");
        machine.faults().chunkDelay = Duration.ZERO;
        site.await(name, "available");
        assertThat(site.explain(name).path("progress").isNull()).isTrue();
    }
}
