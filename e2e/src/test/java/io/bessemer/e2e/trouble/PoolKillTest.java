package io.bessemer.e2e.trouble;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bessemer.host.protocol.JoinTicket;
import io.bessemer.host.protocol.key.Keys;
import io.bessemer.lab.simulated.HostWire;
import io.bessemer.lab.simulated.SimulatedMachine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `kill -9` of the server in each phase of eight hosts.
class PoolKillTest {
    private static final String POOL = "killed";
    private static final int HOSTS = 8;
    private static final Duration LONG_ENOUGH = Duration.ofSeconds(8);

    @TempDir
    private Path directory;
    private PoolSite pools;
    private final List<String> figures = new ArrayList<>();

    @Test
    void eight_hosts_come_up_are_renewed_and_replaced_by_a_server_that_is_killed_in_each_phase() throws Exception {
        try (PoolSite started = PoolSite.startProcess(directory, 3701, HOSTS)) {
            pools = started;
            List<SimulatedMachine> machines = pools.machines(POOL, HOSTS);
            machines.forEach(machine -> {
                machine.faults().chunkDelay = LONG_ENOUGH;
                machine.faults().hostDelay = LONG_ENOUGH;
                machine.faults().checkDurations.put("canary", LONG_ENOUGH);
            });
            pools.pool(POOL, HOSTS, Map.of(), Map.of("max_changing", HOSTS, "canary", false));
            Site.until("an image is written", () -> machines.stream().anyMatch(machine -> !pools.events(machine, "write_image").isEmpty()));
            kill("deploying");
            killOnceAnyIs("bootstrapping");
            killOnceAnyIs("verifying");
            pools.awaitEnabled(POOL, HOSTS);
            machines.forEach(machine -> {
                machine.faults().chunkDelay = Duration.ZERO;
                machine.faults().hostDelay = Duration.ZERO;
                machine.faults().checkDurations.clear();
            });
            machines.forEach(machine -> machine.host().startGuest("g1", 1, 256));
            kill("enabled");
            pools.awaitPool(POOL, "eight guests", now -> now.at("/capacity/guests").asInt(0) == HOSTS && now.at("/counts/enabled").asInt(0) == HOSTS);

            pools.rollout(POOL, "reimage");
            killOnceAnyIs("draining");
            machines.forEach(machine -> machine.host().shutDownGuest("g1"));
            pools.awaitPool(POOL, "eight that were imaged anew", now -> now.at("/counts/enabled").asInt(0) == HOSTS && now.path("to_reimage").asInt(9) == 0);

            pools.site.set(machines.getFirst().spec().name(), "/automated_clean", true);
            pools.ask(machines.getFirst(), "remove");
            killOnceAnyIs("removing");
            pools.await(machines.getFirst(), "a new member", member -> member.path("state").asString("").equals("enabled"));
            pools.awaitEnabled(POOL, HOSTS);
            figures.forEach(System.out::println);

            for (SimulatedMachine machine : machines) {
                // an old system that runs while its machine is deployed anew is turned away; no host ever is for its token
                assertThat(machine.host().refusal()).as("what %s was refused", machine.spec().name()).doesNotContain("join token");
                assertThat(pools.events(machine, "refused")).noneMatch(text -> text.contains("with another key"));
                JoinTicket ticket = machine.host().ticket().orElseThrow();
                assertThatThrownBy(() -> HostWire.anonymous(ticket).join(ticket.node(), ticket.token(), Keys.generate(), "thief"))
                        .isInstanceOf(HostWire.RefusedException.class);
            }
            assertNoSecretIn("the server's log", Files.readString(directory.resolve("server.log")), machines);
            StringBuilder answers = new StringBuilder();
            Stream<String> paths = Stream.concat(Stream.of("nodes/detail", "host_pools", "host_pools/" + POOL, "host_profiles/" + POOL, "hypervisors", "availability_zones/az1"),
                    machines.stream().map(machine -> machine.spec().name()).flatMap(name -> Stream.of("nodes/" + name, "nodes/" + name + "/timeline",
                            "nodes/" + name + "/explain", "nodes/" + name + "/history", "hypervisors/" + name)));
            paths.forEach(path -> answers.append(pools.site.call("GET", "/v1/" + path, null).expect(200).body()).append('\n'));
            assertThat(answers.length()).isGreaterThan(HOSTS * 1000);
            assertNoSecretIn("the API's answers", answers.toString(), machines);
        }
    }

    private static void assertNoSecretIn(String where, String text, List<SimulatedMachine> machines) {
        assertThat(text).contains(machines.getFirst().spec().name());
        for (SimulatedMachine machine : machines) {
            JoinTicket ticket = machine.host().ticket().orElseThrow();
            String key = Keys.pem(machine.host().member().orElseThrow().keys()).lines().skip(1).findFirst().orElseThrow();
            for (String secret : List.of(ticket.token(), key, "BEGIN PRIVATE KEY", "BEGIN EC PRIVATE KEY")) {
                assertThat(text.contains(secret)).as("a secret of %s in %s", machine.spec().name(), where).isFalse();
            }
        }
    }

    private void killOnceAnyIs(String state) throws Exception {
        pools.awaitPool(POOL, "one that is " + state, now -> now.at("/counts/" + state).asInt(0) > 0);
        kill(state);
    }

    private void kill(String moment) throws Exception {
        String before = pools.poolNow(POOL).path("counts").toString();
        pools.site.kill();
        long begin = System.nanoTime();
        pools.site.startAgain(directory.resolve("server.log"));
        figures.add("killed while %s (%s): API back after %.1f s".formatted(moment, before, (System.nanoTime() - begin) / 1e9));
    }
}
