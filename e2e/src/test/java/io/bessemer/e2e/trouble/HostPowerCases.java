package io.bessemer.e2e.trouble;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.lab.simulated.SimulatedMachine;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/// A machine loses its power while it becomes a host, is one, or leaves. Where its BMC is alive it is switched on again and goes on; where
/// the BMC is as dead as the machine, it says what it was at, and what to do.
abstract class HostPowerCases {
    private static final String JOURNAL = "journalctl -u bessemer-compute-agent";

    private final PoolSite pools;

    HostPowerCases(PoolSite pools) {
        this.pools = pools;
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void while_the_image_is_written_the_machine_boots_again_and_its_disk_is_written_anew() {
        SimulatedMachine machine = writing("power-image");
        machine.losePower();
        machine.faults().chunkDelay = Duration.ZERO;

        pools.await(machine, "enabled");
        assertThat(pools.events(machine, "agent-lost")).singleElement().asString().contains("Lost the agent during 'write image'");
        assertThat(machine.host().joins()).isEqualTo(1);
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void while_the_image_is_written_and_for_good_the_bmc_is_named() {
        SimulatedMachine machine = writing("gone-image");
        die(machine);

        assertThat(pools.awaitQuarantine(machine)).startsWith("The deploy failed: ").contains(machine.spec().bmcAddress()).contains("Check the BMC's power and cable");
        assertThat(pools.explanation(machine)).contains("quarantined").contains("./bessemer hypervisor verify " + machine.spec().name());
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void while_it_boots_its_own_disk_it_is_switched_on_again() {
        SimulatedMachine machine = pools.one("power-boot", Map.of(), one -> one.faults().hostDelay = Duration.ofHours(1));
        pools.await(machine, "bootstrapping");
        machine.losePower();
        machine.faults().hostDelay = Duration.ZERO;

        pools.await(machine, "enabled");
        assertThat(pools.events(machine, "joined")).hasSize(1);
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void while_it_boots_its_own_disk_and_for_good_the_console_is_where_to_look() {
        SimulatedMachine machine = pools.one("gone-boot", Map.of("bootstrap", 8), one -> one.faults().hostDelay = Duration.ofHours(1));
        pools.await(machine, "bootstrapping");
        die(machine);

        assertThat(pools.awaitQuarantine(machine)).startsWith("No compute agent joined within 8 s").contains("look at the machine's console");
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void during_its_checks_they_are_run_once_it_is_back() {
        SimulatedMachine machine = verifying("power-checks");
        machine.losePower();
        machine.faults().checkDurations.clear();

        assertThat(pools.await(machine, "enabled").path("verification").asInt(0)).as("the same verification").isEqualTo(1);
        assertThat(machine.host().joins()).as("its certificate is on its disk").isEqualTo(1);
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void during_its_checks_and_for_good_it_is_silent() {
        SimulatedMachine machine = verifying("gone-checks");
        pools.deadline("gone-checks", "silence", 4);
        die(machine);

        assertThat(pools.awaitQuarantine(machine)).startsWith("Its agent has not reported for 4 s, last at ").contains(JOURNAL);
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void an_enabled_host_that_is_back_in_time_stays_one_and_its_guests_are_gone() {
        SimulatedMachine machine = withGuest("power-enabled");
        machine.losePower();

        pools.await(machine, "an enabled host without guests", member -> member.path("guests").isEmpty());
        assertThat(pools.state(machine)).isEqualTo("enabled");
        assertThat(machine.poweredOn()).isTrue();
        assertThat(machine.host().joins()).isEqualTo(1);
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void an_enabled_host_that_stays_away_is_left_alone_with_its_guests() {
        SimulatedMachine machine = withGuest("gone-enabled");
        pools.deadline("gone-enabled", "silence", 4);
        die(machine);

        assertThat(pools.awaitQuarantine(machine)).startsWith("Its agent has not reported for 4 s").contains(JOURNAL);
        assertThat(pools.poolNow("gone-enabled").path("status").asString("")).contains("It is left alone, because it has the guests g1 (running)")
                .contains("1 of 1 hosts are missing and no machine can be taken");
        machine.faults().deadBmc = false;
        machine.pressPower();
        Site.until("its agent reports again", () -> pools.member(machine).path("guests").isEmpty());
        pools.ask(machine, "verify");
        pools.await(machine, "enabled");
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void a_draining_host_that_is_back_has_lost_what_it_waited_for_and_leaves() {
        SimulatedMachine machine = draining("power-drain");
        machine.losePower();

        pools.await(machine, "none");
        pools.site.await(machine.spec().name(), "available");
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void a_draining_host_that_stays_away_is_not_torn_down_with_its_guests() {
        SimulatedMachine machine = draining("gone-drain");
        pools.deadline("gone-drain", "silence", 4);
        die(machine);

        assertThat(pools.awaitQuarantine(machine)).startsWith("Its agent has not reported for 4 s");
        assertThat(pools.site.node(machine.spec().name()).path("provision_state").asString()).isEqualTo("active");
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void a_host_that_is_torn_down_is_torn_down_all_the_same() {
        SimulatedMachine machine = removing("power-remove");
        machine.losePower();

        pools.await(machine, "none");
        pools.site.await(machine.spec().name(), "available");
        assertThat(pools.events(machine, "left")).singleElement().asString().contains("the pool shrank to 0");
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void a_machine_that_dies_while_it_is_wiped_has_left_its_pool_and_says_so_as_a_node() {
        SimulatedMachine machine = removing("gone-remove");
        die(machine);

        assertThat(pools.site.await(machine.spec().name(), "clean failed").path("last_error").asString("")).contains(machine.spec().bmcAddress());
        assertThat(pools.state(machine)).isEqualTo("none");
        assertThat(pools.explanation(machine)).contains("clean failed").contains("baremetal node manage " + machine.spec().name());
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void a_host_that_cannot_be_switched_off_has_left_its_pool_and_says_so_as_a_node() {
        SimulatedMachine machine = pools.one("no-bmc", Map.of());
        pools.await(machine, "enabled");
        machine.faults().deadBmc = true;
        pools.scale("no-bmc", 0);

        assertThat(pools.site.await(machine.spec().name(), "error").path("last_error").asString("")).contains(machine.spec().bmcAddress());
        pools.await(machine, "none");
        assertThat(pools.explanation(machine)).contains("error").contains("baremetal node undeploy " + machine.spec().name());
        machine.faults().deadBmc = false;
        pools.site.provision(machine.spec().name(), "deleted");
        pools.site.await(machine.spec().name(), "available");
    }

    /// Power and BMC at once, as when a power supply burns.
    private static void die(SimulatedMachine machine) {
        machine.faults().deadBmc = true;
        machine.losePower();
    }

    private SimulatedMachine writing(String pool) {
        SimulatedMachine machine = pools.one(pool, Map.of(), one -> one.faults().chunkDelay = Duration.ofHours(1));
        Site.until("the image is written", () -> !pools.events(machine, "write_image").isEmpty());
        return machine;
    }

    private SimulatedMachine verifying(String pool) {
        SimulatedMachine machine = pools.one(pool, Map.of(), one -> one.faults().checkDurations.put("canary", Duration.ofHours(1)));
        pools.await(machine, "the canary check", member -> member.at("/checks/2/status").asString("").equals("running"));
        return machine;
    }

    private SimulatedMachine withGuest(String pool) {
        SimulatedMachine machine = pools.one(pool, Map.of());
        pools.await(machine, "enabled");
        machine.host().startGuest("g1", 1, 256);
        pools.await(machine, "a host with a guest", member -> member.at("/guests/0/name").asString("").equals("g1"));
        return machine;
    }

    private SimulatedMachine draining(String pool) {
        SimulatedMachine machine = withGuest(pool);
        pools.scale(pool, 0);
        pools.await(machine, "draining");
        return machine;
    }

    private SimulatedMachine removing(String pool) {
        SimulatedMachine machine = pools.one(pool, Map.of(), one -> pools.site.set(one.spec().name(), "/automated_clean", true));
        pools.await(machine, "enabled");
        machine.faults().kernelDelay = Duration.ofHours(1);
        pools.scale(pool, 0);
        pools.site.await(machine.spec().name(), "clean wait");
        machine.faults().kernelDelay = Duration.ofMillis(50);
        return machine;
    }
}
