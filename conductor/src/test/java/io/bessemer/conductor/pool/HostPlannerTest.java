package io.bessemer.conductor.pool;

import static io.bessemer.conductor.pool.Hosts.NOW;
import static io.bessemer.conductor.pool.Hosts.PROFILE;
import static io.bessemer.conductor.pool.Hosts.bootstrapping;
import static io.bessemer.conductor.pool.Hosts.chosen;
import static io.bessemer.conductor.pool.Hosts.deployed;
import static io.bessemer.conductor.pool.Hosts.enabled;
import static io.bessemer.conductor.pool.Hosts.failed;
import static io.bessemer.conductor.pool.Hosts.node;
import static io.bessemer.conductor.pool.Hosts.pool;
import static io.bessemer.conductor.pool.Hosts.verifying;
import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.core.lifecycle.ProvisionState;
import io.bessemer.core.node.Fault;
import io.bessemer.core.node.Node;
import io.bessemer.core.pool.HostPool;
import io.bessemer.core.pool.HostProfile;
import io.bessemer.core.pool.Hypervisor;
import io.bessemer.core.pool.HypervisorEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class HostPlannerTest {
    private static final HostPool POOL = pool(2);
    private static final String ORDERS = "0123";

    /// A member, its node, minutes that passed, and what is due.
    static Stream<Arguments> steps() {
        Hypervisor chosen = chosen(1, POOL);
        Hypervisor told = chosen.toBuilder().attempt(4).build();
        Map<String, Object> mark = Map.of(Deployments.MARK, chosen.stateSince().toString());
        Node.Builder begun = deployed(1).instanceInfo(mark);
        Hypervisor draining = enabled(1, POOL).moved(HypervisorEvent.DRAIN, "shrinks", PROFILE, NOW).toBuilder().facts(Map.of(Facts.ORDERS, ORDERS)).build();
        Hypervisor removing = enabled(1, POOL).moved(HypervisorEvent.REMOVE, "shrinks", PROFILE, NOW);
        return Stream.of(
                // deploying
                Arguments.of(chosen, node(1), 0, "DEPLOY"),
                Arguments.of(chosen, node(1).reservation("somebody"), 0, "rest"),
                Arguments.of(chosen, node(1).maintenance(true), 0, "forget: its node was put into maintenance or retired before it was deployed"),
                Arguments.of(chosen, node(1).instanceUuid(UUID.randomUUID()), 0, "forget: its node was torn down, or taken by an instance, before it was a host"),
                Arguments.of(chosen, node(1).provisionState(ProvisionState.MANAGEABLE), 0, "forget: its node was taken by somebody else: it is 'manageable'"),
                Arguments.of(told, begun.provisionState(ProvisionState.DEPLOY_WAIT), 10, "rest"),
                Arguments.of(told, deployed(1).instanceInfo(mark).provisionState(ProvisionState.DEPLOYING).attempt(5), 10,
                        "fail: Somebody else deploys its node: attempt 5, not 4"),
                Arguments.of(told, deployed(1).instanceInfo(mark).provisionState(ProvisionState.DEPLOY_WAIT), 61, "fail: It was not deployed within 60 min"),
                Arguments.of(told, deployed(1).instanceInfo(mark).provisionState(ProvisionState.DEPLOY_FAILED).lastError("no disk"), 1, "fail: The deploy failed: no disk"),
                Arguments.of(chosen, deployed(1).instanceInfo(Map.of(Deployments.MARK, "an earlier one")).provisionState(ProvisionState.DEPLOY_FAILED), 1, "REBUILD"),
                Arguments.of(chosen, deployed(1).instanceInfo(Map.of(Deployments.MARK, "an earlier one")), 1, "REBUILD"),
                Arguments.of(told, deployed(1).instanceInfo(mark), 1, "deployed"),
                Arguments.of(told, deployed(1).instanceInfo(mark).internal(Deployments.IMAGED, 9L), 1, "fail: Its node was imaged behind our back: by attempt 9, not 4"),
                // bootstrapping
                Arguments.of(bootstrapping(1, POOL), deployed(1), 29, "rest"),
                Arguments.of(bootstrapping(1, POOL), deployed(1), 31,
                        "fail: No compute agent joined within 30 min. Nor did the operating system report: look at the machine's console"),
                Arguments.of(bootstrapping(1, POOL), deployed(1).internal("host_up_at", "T"), 31, "fail: No compute agent joined within 30 min. The operating system "
                        + "reported at T, so the network works: look at `journalctl -u bessemer-compute-agent` on the host"),
                Arguments.of(bootstrapping(1, POOL).toBuilder().certificate("ab", NOW).build(), deployed(1), 1, "joined"),
                // verifying
                Arguments.of(verifying(1, POOL), deployed(1), 1, "rest"),
                Arguments.of(checked("failed", "failed", "no svm or vmx"), deployed(1), 1, "fail: check cpu failed: no svm or vmx"),
                Arguments.of(checked("passed", "passed", ""), deployed(1), 1, "verified"),
                Arguments.of(checked("passed", "waiting", ""), deployed(1), 1,
                        "fail: The agent says that the host passed, but did not run [cpu]. Its version, 0.9, may be too old"),
                Arguments.of(reporting(checked("running", "running", "boots"), 21), deployed(1), 21,
                        "fail: The checks did not end within 20 min; cpu is running: boots"),
                Arguments.of(verifying(1, POOL).toBuilder().facts(Map.of(Facts.FIRST_BOOT, Map.of("status", "error", "errors", List.of("apt"))))
                        .build(), deployed(1), 1, "fail: cloud-init failed on the host: [apt]. Look at /var/log/cloud-init-output.log there"),
                // enabled
                Arguments.of(enabled(1, POOL), deployed(1), 4, "rest"),
                Arguments.of(enabled(1, POOL), deployed(1), 6, "fail: Its agent has not reported for 5 min, last at 2026-01-01T00:00:00Z. "
                        + "Look at the machine's console and network, and at `journalctl -u bessemer-compute-agent` there"),
                Arguments.of(enabled(1, POOL), deployed(1).provisionState(ProvisionState.DEPLOYING), 1, "fail: Its node left 'active' behind our back: it is 'deploying'"),
                Arguments.of(enabled(1, POOL), deployed(1).internal(Deployments.IMAGED, 5L), 1, "fail: Its node was imaged behind our back: by attempt 5, not 4"),
                Arguments.of(enabled(1, POOL), deployed(1).attempt(9), 1, "rest"), // a power change is an attempt too
                Arguments.of(enabled(1, POOL), node(1).provisionState(ProvisionState.CLEANING), 1, "fail: Its node was torn down behind our back: it is 'cleaning'"),
                Arguments.of(enabled(1, POOL), deployed(1).maintenance(true).maintenanceReason("fan"), 1, "fail: Its node was put into maintenance: fan"),
                Arguments.of(enabled(1, POOL), deployed(1).maintenance(true).fault(Fault.POWER_FAILURE), 1, "rest"),
                // draining
                Arguments.of(draining, deployed(1), 1, "drained"),
                Arguments.of(draining, deployed(1).maintenance(true).maintenanceReason("it left pool p in quarantine"), 1, "drained"),
                Arguments.of(draining, deployed(1).internal(Deployments.IMAGED, 5L), 1, "fail: Its node was imaged behind our back: by attempt 5, not 4"),
                Arguments.of(draining.toBuilder().reimage(true).build(), deployed(1), 1, "emptied"),
                Arguments.of(draining.toBuilder().facts(Map.of(Facts.ORDERS, "older")).build(), deployed(1), 1, "rest"),
                Arguments.of(Hosts.with(draining, 1), deployed(1), 1, "rest"),
                Arguments.of(reporting(Hosts.with(draining, 1), 61), deployed(1), 61, "fail: After 60 min these guests are still there: g0 (running). "
                        + "Move them or shut them down and drain again, or `remove` the host with them"),
                Arguments.of(failed(1, POOL).moved(HypervisorEvent.DRAIN, null, PROFILE, NOW), deployed(1).provisionState(ProvisionState.DEPLOY_FAILED), 1, "drained"),
                // removing
                Arguments.of(removing, deployed(1), 0, "rest"),
                Arguments.of(removing.toBuilder().facts(Map.of(Facts.ORDERS, ORDERS)).build(), deployed(1), 0, "tear down"),
                Arguments.of(removing, deployed(1), 2, "tear down"),
                Arguments.of(removing, deployed(1).provisionState(ProvisionState.DELETING), 2, "rest"),
                Arguments.of(removing, node(1).provisionState(ProvisionState.CLEANING), 2, "forget: it left the pool: shrinks"),
                Arguments.of(removing, deployed(1).provisionState(ProvisionState.DELETING).lastError("no BMC"), 61,
                        "fail: It was not torn down within 60 min; its node is 'deleting': no BMC"),
                // quarantined
                Arguments.of(failed(1, POOL), deployed(1), 600, "rest"),
                Arguments.of(failed(1, POOL), node(1), 600, "forget: its node was torn down while it was in quarantine"));
    }

    private static Hypervisor checked(String state, String status, String detail) {
        Hypervisor member = verifying(1, POOL);
        return member.toBuilder().facts(Map.of(Facts.AGENT, "0.9", Facts.VERIFICATION, Map.of("id", member.verification(), "state", state)))
                .verification(member.verification(), List.of(new Hypervisor.CheckResult("cpu", status, detail, 1))).build();
    }

    private static Hypervisor reporting(Hypervisor member, int minutes) {
        return member.toBuilder().reportedAt(NOW.plus(Duration.ofMinutes(minutes))).build();
    }

    @ParameterizedTest(name = "{0} {1} after {2} min: {3}")
    @MethodSource("steps")
    void one_step_is_due(Hypervisor member, Node.Builder node, int minutes, String expected) {
        assertThat(text(step(member, Optional.of(node.build()), minutes, Instant.MIN))).isEqualTo(expected);
    }

    @Test
    void a_node_that_was_deleted_takes_its_member_along() {
        assertThat(text(step(enabled(1, POOL), Optional.empty(), 0, Instant.MIN))).isEqualTo("forget: its node was deleted");
    }

    @Test
    void time_in_which_the_server_was_away_is_no_silence_of_the_host() {
        Instant back = NOW.plus(Duration.ofHours(3));
        assertThat(text(step(enabled(1, POOL), Optional.of(deployed(1).build()), 181, back))).isEqualTo("rest");
        assertThat(text(step(enabled(1, POOL), Optional.of(deployed(1).build()), 186, back))).startsWith("fail: Its agent has not reported");
        assertThat(text(step(bootstrapping(1, POOL), Optional.of(deployed(1).build()), 180, back))).isEqualTo("rest");
        assertThat(text(step(bootstrapping(1, POOL), Optional.of(deployed(1).build()), 182, back))).startsWith("fail: No compute agent joined");
    }

    @Test
    void a_silence_that_was_just_shortened_counts_from_then() {
        var usual = PROFILE.deadlines();
        HostProfile shortened = PROFILE.toBuilder().updatedAt(NOW.plus(Duration.ofMinutes(3))).deadlines(new HostProfile.Deadlines(usual.deploy(), usual.bootstrap(),
                usual.verify(), usual.drain(), Duration.ofMinutes(1))).build();
        for (int minutes : List.of(3, 4, 5)) {
            var view = new HostPlanner.View(enabled(1, POOL), Optional.of(deployed(1).build()), shortened, ORDERS, NOW.plus(Duration.ofMinutes(minutes)), Instant.MIN);
            assertThat(text(HostPlanner.plan(view))).startsWith(minutes < 5 ? "rest" : "fail: Its agent has not reported for 60 s");
        }
    }

    @Test
    void a_cloud_is_asked_for_what_the_member_has_not_reached_there() {
        Hypervisor passed = checked("passed", "passed", "");
        assertThat(inCloud(passed, 1)).isEqualTo("JOIN then null");
        assertThat(inCloud(CloudState.with(passed, CloudState.joined(passed)), 1)).isEqualTo("ENABLE then VERIFIED");
        assertThat(inCloud(CloudState.with(passed, "joined 0"), 1)).as("after an earlier verification").isEqualTo("JOIN then null");
        assertThat(inCloud(reporting(passed, 21), 21)).startsWith("fail: The checks passed, but cloud stack did not take the host within 20 min");
        assertThat(inCloud(CloudState.with(enabled(1, POOL), CloudState.ENABLED), 1)).isEqualTo("rest");
        assertThat(inCloud(CloudState.with(enabled(1, POOL), CloudState.DRAINING), 1)).isEqualTo("ENABLE then null");
        Hypervisor quarantined = enabled(1, POOL).moved(HypervisorEvent.FAIL, "silent", PROFILE, NOW);
        assertThat(inCloud(quarantined, 1)).isEqualTo("DISABLE then null");
        assertThat(inCloud(CloudState.with(quarantined, CloudState.DISABLED), 1)).isEqualTo("rest");
        assertThat(inCloud(failed(1, POOL), 1)).as("it never joined").isEqualTo("rest");
    }

    @Test
    void a_host_that_comes_back_without_its_cloud_is_forgotten_there_first() {
        Hypervisor draining = enabled(1, POOL).moved(HypervisorEvent.DRAIN, "another profile", PROFILE, NOW).toBuilder().reimage(true)
                .facts(Map.of(Facts.ORDERS, ORDERS)).build();
        assertThat(inCloud(draining, 1)).isEqualTo("DRAIN then EMPTIED");
        assertThat(inCloud("other", draining, 1)).isEqualTo("LEAVE then EMPTIED");
        assertThat(inCloud("other", Hosts.with(draining, 1), 1)).as("its guests first").isEqualTo("DRAIN then null");
        assertThat(inCloud("other", draining.toBuilder().reimage(false).build(), 1)).as("it leaves when it is removed").isEqualTo("DRAIN then DRAINED");
    }

    private static String inCloud(Hypervisor member, int minutes) {
        return inCloud("stack", Hosts.inCloud(member, "stack"), minutes);
    }

    private static String inCloud(String cloud, Hypervisor host, int minutes) {
        Hypervisor member = Hosts.inCloud(host, "stack");
        return text(HostPlanner.plan(new HostPlanner.View(member, Optional.of(deployed(1).build()), PROFILE.toBuilder().cloud(cloud).build(), ORDERS,
                NOW.plus(Duration.ofMinutes(minutes)), Instant.MIN)));
    }

    private static HostPlanner.Step step(Hypervisor member, Optional<Node> node, int minutes, Instant aliveSince) {
        return HostPlanner.plan(new HostPlanner.View(member, node, PROFILE, ORDERS, NOW.plus(Duration.ofMinutes(minutes)), aliveSince));
    }

    private static String text(HostPlanner.Step step) {
        return switch (step) {
            case HostPlanner.Step.Rest() -> "rest";
            case HostPlanner.Step.Move(HypervisorEvent event, String reason) -> event == HypervisorEvent.FAIL ? "fail: " + reason : event.wire();
            case HostPlanner.Step.Deploy(var verb) -> verb.name();
            case HostPlanner.Step.TearDown() -> "tear down";
            case HostPlanner.Step.Forget(String reason) -> "forget: " + reason;
            case HostPlanner.Step.AskCloud(var wish, var then) -> wish + " then " + then;
        };
    }
}
