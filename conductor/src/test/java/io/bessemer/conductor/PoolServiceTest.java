package io.bessemer.conductor;

import static io.bessemer.core.pool.HypervisorEvent.DEPLOYED;
import static io.bessemer.core.pool.HypervisorEvent.DRAIN;
import static io.bessemer.core.pool.HypervisorEvent.ENABLE;
import static io.bessemer.core.pool.HypervisorEvent.FAIL;
import static io.bessemer.core.pool.HypervisorEvent.JOINED;
import static io.bessemer.core.pool.HypervisorEvent.REMOVE;
import static io.bessemer.core.pool.HypervisorEvent.VERIFIED;
import static io.bessemer.core.pool.HypervisorEvent.VERIFY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bessemer.core.fault.Failure;
import io.bessemer.core.node.Node;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.pool.AvailabilityZone;
import io.bessemer.core.pool.Bootstrap;
import io.bessemer.core.pool.HostPool;
import io.bessemer.core.pool.HostPool.Limits;
import io.bessemer.core.pool.HostPool.Selector;
import io.bessemer.core.pool.HostProfile;
import io.bessemer.core.pool.HostProfile.Deadlines;
import io.bessemer.core.pool.Hypervisor;
import io.bessemer.core.pool.HypervisorEvent;
import io.bessemer.core.pool.HypervisorKind;
import io.bessemer.core.pool.HypervisorLifecycle;
import io.bessemer.core.pool.HypervisorState;
import io.bessemer.core.timeline.TimelineEvent;
import io.bessemer.db.Database;
import io.bessemer.db.DatabaseSettings;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PoolServiceTest {
    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");

    private static final Map<HypervisorState, List<HypervisorEvent>> TO = Map.of(
            HypervisorState.DEPLOYING, List.of(),
            HypervisorState.BOOTSTRAPPING, List.of(DEPLOYED),
            HypervisorState.VERIFYING, List.of(DEPLOYED, JOINED),
            HypervisorState.ENABLED, List.of(DEPLOYED, JOINED, VERIFIED),
            HypervisorState.DRAINING, List.of(DEPLOYED, JOINED, VERIFIED, DRAIN),
            HypervisorState.REMOVING, List.of(REMOVE),
            HypervisorState.QUARANTINED, List.of(DEPLOYED, JOINED, FAIL));

    private final AtomicInteger rings = new AtomicInteger();
    private Database database;
    private PoolService service;

    @BeforeEach
    void open(@TempDir Path directory) {
        Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);
        database = Database.open(DatabaseSettings.embedded(), directory, clock);
        service = new PoolService(database.pools(), database.hypervisors(), clock, rings::incrementAndGet);
        service.create(new AvailabilityZone("az1", null, null, null));
        service.create(new HostProfile("kvm", null, "debian-12", HypervisorKind.KVM, Bootstrap.IMAGE, List.of(), null, List.of(), List.of(), List.of(), null,
                Deadlines.DEFAULT, 0, null, null));
        service.create(new HostPool("p", null, "az1", "kvm", Selector.ANY, 2, Limits.DEFAULT, "left over", 7, null, null));
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void what_is_created_begins_at_the_first_generation_and_goes_on() {
        assertThat(database.pools().profile("kvm").orElseThrow().generation()).isEqualTo(1);
        HostPool pool = database.pools().pool("p").orElseThrow();
        assertThat(pool.halted()).isNull();
        assertThat(pool.createdAt()).isEqualTo(NOW);
        assertThat(rings).hasPositiveValue();
    }

    @Test
    void a_pool_is_halted_with_a_reason_and_resumed() {
        assertThat(service.halt("p", "wrong image").halted()).isEqualTo("wrong image");
        assertThat(service.resume("p").halted()).isNull();
        int rung = rings.get();
        assertThat(service.resume("p")).isEqualTo(database.pools().pool("p").orElseThrow());
        assertThat(rings).hasValue(rung); // nothing changed
        assertThatThrownBy(() -> service.halt("q", "x")).isInstanceOf(Failure.NotFound.class).hasMessage("Host pool q could not be found.");
    }

    @Test
    void a_pool_that_shall_have_hosts_is_not_deleted() {
        assertThatThrownBy(() -> service.deletePool("p")).isInstanceOf(Failure.Conflict.class).hasMessageContaining("Set its size to 0 first");
        service.updatePool("p", pool -> pool.toBuilder().size(0).build());
        service.deletePool("p");
        assertThat(database.pools().pools()).isEmpty();
    }

    @Test
    void a_reimage_marks_those_that_serve_and_leaves_those_that_go_or_are_looked_at() {
        NodeId enabled = member(HypervisorState.ENABLED);
        NodeId fresh = member(HypervisorState.DEPLOYING);
        NodeId leaving = member(HypervisorState.REMOVING);
        NodeId broken = member(HypervisorState.QUARANTINED);
        assertThat(service.reimage("p")).isEqualTo(1);
        assertThat(database.hypervisors().find(enabled).orElseThrow().reimage()).isTrue();
        assertThat(List.of(fresh, leaving, broken)).noneMatch(node -> database.hypervisors().find(node).orElseThrow().reimage());
        assertThat(database.timeline().read(enabled, null, 9)).extracting(TimelineEvent::event).containsExactly("reimage");
        service.updateProfile("kvm", profile -> profile.toBuilder().image("debian-13").build());
        assertThat(service.reimage("p")).isEqualTo(2); // what is being deployed now has the old image
    }

    @Test
    void hosts_of_another_profile_are_outdated_even_when_its_generation_is_the_same() {
        NodeId enabled = member(HypervisorState.ENABLED);
        NodeId deploying = member(HypervisorState.DEPLOYING);
        service.create(database.pools().profile("kvm").orElseThrow().toBuilder().name("other").build());
        service.updatePool("p", pool -> pool.toBuilder().size(1).build());
        service.updatePool("p", pool -> pool.toBuilder().profile("other").build());
        HostProfile other = database.pools().profile("other").orElseThrow();
        assertThat(List.of(enabled, deploying)).noneMatch(node -> database.hypervisors().find(node).orElseThrow().imaged().isOf(other));
        Hypervisor up = List.of(DEPLOYED, JOINED, VERIFIED).stream().reduce(database.hypervisors().find(deploying).orElseThrow(),
                (one, event) -> one.moved(event, "test", other, NOW), (one, _) -> one);
        assertThat(up.imaged().profile()).as("it came up with the old profile").isEqualTo("kvm");
    }

    @Test
    void verbs_move_as_the_table_says_and_others_are_refused_by_naming_what_is_possible() {
        for (HypervisorState from : HypervisorState.values()) {
            for (HypervisorEvent event : List.of(VERIFY, DRAIN, ENABLE, REMOVE)) {
                NodeId node = member(from);
                var transition = HypervisorLifecycle.find(from, event).filter(HypervisorLifecycle.Transition::verb);
                if (transition.isPresent()) {
                    assertThat(service.ask(node, event).state()).isEqualTo(transition.get().to());
                    assertThat(database.timeline().read(node, null, 9)).hasSize(1);
                } else {
                    assertThatThrownBy(() -> service.ask(node, event)).isInstanceOf(Failure.InvalidState.class)
                            .hasMessageContaining("\"%s\" can not be performed".formatted(event.wire()));
                    assertThat(database.hypervisors().find(node).orElseThrow().state()).isEqualTo(from);
                }
            }
        }
    }

    @Test
    void a_verification_gets_a_new_number_and_a_deadline() {
        NodeId node = member(HypervisorState.QUARANTINED);
        Hypervisor verifying = service.ask(node, HypervisorEvent.VERIFY);
        assertThat(verifying.verification()).isEqualTo(2);
        assertThat(verifying.checks()).isEmpty();
        assertThat(verifying.deadline()).isEqualTo(NOW.plus(Duration.ofMinutes(20)));
        assertThat(verifying.reason()).isEqualTo("asked for 'verify'");
    }

    @Test
    void a_drain_that_is_called_off_leaves_nothing_behind() {
        NodeId node = member(HypervisorState.ENABLED);
        assertThat(service.ask(node, HypervisorEvent.DRAIN).deadline()).isEqualTo(NOW.plus(Duration.ofHours(1)));
        Hypervisor back = service.ask(node, HypervisorEvent.ENABLE);
        assertThat(back.deadline()).isNull();
        assertThat(back.state()).isEqualTo(HypervisorState.ENABLED);
    }

    @Test
    void a_host_that_is_told_to_leave_is_not_imaged_again() {
        NodeId node = member(HypervisorState.ENABLED);
        service.reimage("p");
        assertThat(service.ask(node, HypervisorEvent.DRAIN).reimage()).isFalse();
    }

    private NodeId member(HypervisorState state) {
        Node node = database.nodes().create(Node.builder(NodeId.random(), "fake").build());
        HostProfile profile = database.pools().profile("kvm").orElseThrow();
        Hypervisor chosen = Hypervisor.chosen(node.id(), database.pools().pool("p").orElseThrow(), profile, NOW);
        Hypervisor member = TO.get(state).stream().reduce(chosen, (one, event) -> one.moved(event, "test", profile, NOW), (one, _) -> one);
        return database.hypervisors().create(member, List.of()).orElseThrow().node();
    }
}
