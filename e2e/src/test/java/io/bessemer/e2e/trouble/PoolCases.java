package io.bessemer.e2e.trouble;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.lab.simulated.SimulatedMachine;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import tools.jackson.databind.JsonNode;

/// Pools that cannot be as they shall be, and what they say then.
abstract class PoolCases {
    private static final String OUTPUT = "QEMU: Checking for hardware virtualization: FAIL (only emulated CPUs are available)";

    private final PoolSite pools;

    PoolCases(PoolSite pools) {
        this.pools = pools;
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void a_host_whose_agent_never_joins_tells_where_its_log_is() {
        SimulatedMachine machine = pools.one("no-join", Map.of("bootstrap", 8), one -> one.faults().agentNeverJoins = true);

        assertThat(pools.awaitQuarantine(machine)).startsWith("No compute agent joined within 8 s. The operating system reported at ")
                .contains("journalctl -u bessemer-compute-agent");
        JsonNode pool = pools.awaitPool("no-join", "a halt", now -> !now.path("halted").isNull());
        assertThat(pool.path("halted").asString("")).contains("the first host of profile no-join, generation 1, failed", machine.spec().name());
        machine.faults().agentNeverJoins = false;
        machine.host().startAgent();
        pools.ask(machine, "verify");
        pools.await(machine, "enabled");
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void cloud_init_that_failed_is_quoted() {
        SimulatedMachine machine = pools.one("first-boot", Map.of(), one -> one.faults().firstBootErrors = List.of("('package_update', 'apt-get failed')"));
        assertThat(pools.awaitQuarantine(machine)).startsWith("cloud-init failed on the host: [('package_update', 'apt-get failed')]")
                .contains("/var/log/cloud-init-output.log");
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void a_host_that_is_imaged_behind_our_back_is_none_of_ours_any_more() {
        SimulatedMachine machine = pools.one("reimaged", Map.of());
        pools.await(machine, "enabled");
        pools.site.provision(machine.spec().name(), "rebuild");
        assertThat(pools.awaitQuarantine(machine)).matches("Its node (left 'active'|was imaged) behind our back: .*");
        assertThat(pools.explanation(machine)).contains("behind our back").contains("`./bessemer hypervisor verify " + machine.spec().name());
        pools.site.await(machine.spec().name(), "active");
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void a_host_that_is_undeployed_behind_our_back_is_replaced() {
        List<SimulatedMachine> two = pools.machines("undeployed", 2);
        pools.pool("undeployed", 1, Map.of(), Map.of());
        pools.awaitEnabled("undeployed", 1);
        SimulatedMachine host = two.stream().filter(one -> pools.state(one).equals("enabled")).findFirst().orElseThrow();
        pools.site.provision(host.spec().name(), "deleted");

        Site.until("its timeline tells", () -> Stream.concat(pools.events(host, "fail").stream(), pools.events(host, "left").stream())
                .anyMatch(text -> text.contains("behind our back") || text.contains("torn down")));
        pools.site.await(host.spec().name(), "available");
        pools.awaitPool("undeployed", "one host again", now -> now.at("/counts/enabled").asInt(0) == 1 && now.at("/counts/quarantined").asInt(9) == 0);
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void a_pool_larger_than_the_rack_says_what_is_missing_and_goes_on_when_it_comes() {
        pools.machines("large", 1);
        pools.pool("large", 2, Map.of(), Map.of());
        pools.awaitEnabled("large", 1);
        assertThat(pools.poolNow("large").path("status").asString("")).startsWith("1 of 2 hosts are missing and no machine can be taken: of ")
                .contains("in none of the racks [large]").endsWith("Enrol more, free some, widen the selector, or scale the pool down");
        pools.machines("large", 1);
        assertThat(pools.awaitEnabled("large", 2).path("status").isNull()).isTrue();
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void what_is_in_use_is_not_deleted_and_its_users_are_named() {
        SimulatedMachine machine = pools.one("used", Map.of());
        pools.await(machine, "enabled");
        assertThat(pools.site.call("DELETE", "/v1/availability_zones/az1", null).expect(409).fault()).contains("used");
        assertThat(pools.site.call("DELETE", "/v1/host_profiles/used", null).expect(409).fault()).contains("used");
        assertThat(pools.site.call("DELETE", "/v1/host_pools/used", null).expect(409).fault()).contains("Set its size to 0 first");
        assertThat(pools.site.call("DELETE", "/v1/nodes/" + machine.spec().name(), null).expect(409).fault()).contains(machine.spec().name());
        machine.host().startGuest("g1", 1, 256);
        pools.await(machine, "a host with a guest", member -> member.path("guests").size() == 1);
        pools.scale("used", 0);
        pools.await(machine, "draining");
        assertThat(pools.site.call("DELETE", "/v1/host_pools/used", null).expect(409).fault())
                .contains(pools.member(machine).path("node_uuid").asString("")).contains("Scale it to 0 and wait until they have left");
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void a_host_that_fails_a_check_is_replaced_by_a_spare_and_its_output_kept() {
        List<SimulatedMachine> three = pools.machines("spare", 3);
        pools.pool("spare", 1, Map.of(), Map.of());
        pools.awaitEnabled("spare", 1);
        List<SimulatedMachine> rest = three.stream().filter(one -> pools.state(one).equals("none")).toList();
        rest.getFirst().faults().failingChecks.put("cpu", OUTPUT); // the first that can be taken
        pools.scale("spare", 2);

        assertThat(pools.awaitQuarantine(rest.getFirst())).isEqualTo("check cpu failed: " + OUTPUT);
        assertThat(pools.explanation(rest.getFirst())).contains("quarantined").contains(OUTPUT).contains("Cure what the reason names");
        pools.awaitEnabled("spare", 2);
        pools.await(rest.getFirst(), "none"); // the pool has its hosts without it
        pools.site.await(rest.getFirst().spec().name(), "set aside", node -> node.path("maintenance").asBoolean(false));
        assertThat(pools.site.node(rest.getFirst().spec().name()).path("maintenance_reason").asString("")).contains("it left pool spare in quarantine").contains(OUTPUT);
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void the_first_host_that_fails_halts_its_pool_until_it_is_resumed() {
        List<SimulatedMachine> three = pools.machines("canary", 3);
        three.forEach(machine -> machine.faults().failingChecks.put("canary", "the guest did not boot"));
        pools.pool("canary", 3, Map.of(), Map.of());
        JsonNode halted = pools.awaitPool("canary", "a halt", now -> !now.path("halted").isNull());
        assertThat(halted.path("halted").asString("")).contains("the first host of profile canary").contains("the guest did not boot").contains("`rollout resume`");
        assertThat(halted.path("status").asString("")).startsWith("halted: ");
        assertThat(pools.members("canary")).as("no other was begun").hasSize(1);

        three.forEach(machine -> machine.faults().failingChecks.clear());
        SimulatedMachine first = three.stream().filter(one -> pools.state(one).equals("quarantined")).findFirst().orElseThrow();
        pools.ask(first, "verify");
        pools.await(first, "enabled");
        assertThat(pools.members("canary")).as("it is halted still").hasSize(1);
        pools.rollout("canary", "resume");
        pools.awaitEnabled("canary", 3);
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void a_rollout_takes_two_at_a_time_and_a_smaller_pool_gives_up_its_emptiest() {
        List<SimulatedMachine> six = pools.machines("rolling", 6);
        pools.pool("rolling", 6, Map.of(), Map.of("max_changing", 6, "canary", false));
        pools.awaitEnabled("rolling", 6);
        pools.site.call("PATCH", "/v1/host_pools/rolling", List.of(Map.of("op", "add", "path", "/limits", "value", Map.of("max_changing", 2, "canary", false)))).expect(200);
        Map<String, String> before = tokens(six);
        pools.rollout("rolling", "reimage");
        int[] fewest = {6};
        pools.awaitPool("rolling", "six that are imaged anew", now -> {
            fewest[0] = Math.min(fewest[0], now.at("/counts/enabled").asInt(0));
            return now.at("/counts/enabled").asInt(0) == 6 && now.path("to_reimage").asInt(9) == 0;
        });
        assertThat(fewest[0]).as("enabled at any time").isBetween(4, 5);
        assertThat(tokens(six)).hasSize(6).allSatisfy((name, token) -> assertThat(token).as(name).isNotEqualTo(before.get(name)));
        assertThat(six).allSatisfy(machine -> assertThat(machine.host().joins()).isEqualTo(2));

        SimulatedMachine emptiest = six.get(4);
        six.stream().filter(machine -> machine != emptiest).forEach(machine -> machine.host().startGuest("g-" + machine.spec().name(), 1, 256));
        pools.awaitPool("rolling", "five guests", now -> now.at("/capacity/guests").asInt(0) == 5);
        pools.scale("rolling", 5);
        pools.await(emptiest, "none");
        assertThat(pools.poolNow("rolling").at("/capacity/guests").asInt(0)).isEqualTo(5);
        assertThat(pools.poolNow("rolling").at("/counts/enabled").asInt(0)).isEqualTo(5);
    }

    /// What each host joined by.
    private static Map<String, String> tokens(List<SimulatedMachine> machines) {
        return machines.stream().collect(Collectors.toMap(machine -> machine.spec().name(), machine -> machine.host().ticket().orElseThrow().token()));
    }
}
