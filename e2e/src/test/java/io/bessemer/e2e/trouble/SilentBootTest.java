package io.bessemer.e2e.trouble;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.lab.simulated.SimulatedMachine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Boots that stop on their way, under deadlines of seconds.
class SilentBootTest {
    @TempDir
    private static Path directory;
    private static Site site;

    @BeforeAll
    static void start() throws IOException {
        site = Site.start(directory, 3401, 3, "--bessemer.conductor.boot.power=2s", "--bessemer.conductor.boot.kernel=2s", "--bessemer.conductor.max-boots=2");
    }

    @AfterAll
    static void stop() {
        site.close();
    }

    @Test
    void an_agent_that_never_starts_fails_the_job_with_the_phase_and_what_to_look_at() {
        SimulatedMachine machine = site.machine(0);
        machine.faults().agentNeverStarts = true;
        String error = failedInspection(machine);
        assertThat(error).contains("phase 'kernel'").contains("2 attempts").contains("serial console");

        machine.faults().agentNeverStarts = false;
        inspectsNow(machine);
    }

    @Test
    void a_wrong_mac_address_may_be_corrected_while_the_node_waits_for_its_machine() {
        SimulatedMachine machine = site.machine(2);
        String name = machine.spec().name();
        site.enrol(machine);
        String port = site.call("GET", "/v1/nodes/" + name + "/ports", null).expect(200).body().path("ports").get(0).path("uuid").asString();
        address(port, "52:54:00:bb:00:01").expect(200);
        site.provision(name, "manage");
        site.await(name, "manageable");
        site.provision(name, "inspect");
        site.await(name, "inspect wait");
        Site.until("the address is corrected", () -> address(port, machine.spec().mac()).status() == 200); // 409 for as long as a step runs
        site.await(name, "manageable");
        assertThat(site.node(name).path("inspection_finished_at").isNull()).isFalse();
    }

    private static Site.Answer address(String port, String mac) {
        return site.call("PATCH", "/v1/ports/" + port, List.of(Map.of("op", "replace", "path", "/address", "value", mac)));
    }

    @Test
    void a_machine_that_nobody_hears_points_to_its_port() {
        SimulatedMachine machine = site.machine(1);
        machine.faults().silentOnNetwork = true;
        String error = failedInspection(machine);
        assertThat(error).contains("phase 'power'").contains("MAC address");

        machine.faults().silentOnNetwork = false;
        inspectsNow(machine);
    }

    private static String failedInspection(SimulatedMachine machine) {
        String name = machine.spec().name();
        site.enrol(machine);
        site.provision(name, "manage");
        site.await(name, "manageable");
        site.provision(name, "inspect");
        site.await(name, "inspect failed");
        assertThat(site.explain(name).path("advice").toString()).contains("baremetal node manage " + name);
        return site.node(name).path("last_error").asString();
    }

    private static void inspectsNow(SimulatedMachine machine) {
        String name = machine.spec().name();
        site.provision(name, "manage");
        site.await(name, "manageable");
        site.provision(name, "inspect");
        site.await(name, "manageable");
        assertThat(site.node(name).path("last_error").isNull()).isTrue();
    }
}
