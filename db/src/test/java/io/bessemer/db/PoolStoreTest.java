package io.bessemer.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bessemer.core.fault.Failure;
import io.bessemer.core.node.Node;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.pool.AuthorityStore;
import io.bessemer.core.pool.AvailabilityZone;
import io.bessemer.core.pool.Bootstrap;
import io.bessemer.core.pool.HostCheck;
import io.bessemer.core.pool.HostPool;
import io.bessemer.core.pool.HostPool.Limits;
import io.bessemer.core.pool.HostPool.Selector;
import io.bessemer.core.pool.HostProfile;
import io.bessemer.core.pool.HostProfile.Deadlines;
import io.bessemer.core.pool.HostProfile.Network;
import io.bessemer.core.pool.HostProfile.StoragePool;
import io.bessemer.core.pool.Hypervisor;
import io.bessemer.core.pool.Hypervisor.Capacity;
import io.bessemer.core.pool.Hypervisor.CheckResult;
import io.bessemer.core.pool.Hypervisor.Guest;
import io.bessemer.core.pool.HypervisorKind;
import io.bessemer.core.pool.HypervisorState;
import io.bessemer.core.timeline.BootPhase;
import io.bessemer.core.timeline.TimelineEvent;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// What the stores of zones, profiles, pools and hypervisors promise, whichever database is below.
abstract class PoolStoreTest extends DatabaseCase {
    private static final Instant START = StoreTest.START;
    private static final Instant LATER = START.plusSeconds(7);

    private final AtomicReference<Instant> time = new AtomicReference<>(START);

    @Override
    Clock clock() {
        return ticking(time::get);
    }

    @Test
    void zones_profiles_and_pools_are_read_as_they_were_stored() {
        AvailabilityZone zone = zone();
        assertThat(database.pools().zone(zone.name())).contains(zone);
        assertThat(database.pools().zones()).contains(zone);
        HostProfile full = full(unique());
        HostProfile profile = database.pools().create(full);
        assertThat(profile).usingRecursiveComparison().ignoringFields("createdAt", "updatedAt").isEqualTo(full);
        assertThat(database.pools().profile(profile.name())).contains(profile);
        assertThat(database.pools().profiles()).contains(profile);
        HostPool pool = pool(zone, profile);
        assertThat(database.pools().pool(pool.name())).contains(pool);
        assertThat(database.pools().pools()).contains(pool);
        assertThat(pool.selector()).isEqualTo(new Selector("gold", Set.of("HW_A", "CUSTOM_B"), Set.of("r1", "r2"), "ops"));
        assertThat(pool.createdAt()).isEqualTo(Micros.of(START));
    }

    @Test
    void names_are_taken_once_and_compared_by_code_point() {
        AvailabilityZone zone = zone();
        HostProfile profile = database.pools().create(bare(unique()));
        HostPool pool = pool(zone, profile);
        assertThatThrownBy(() -> database.pools().create(zone)).isInstanceOf(Failure.NameAlreadyExists.class)
                .hasMessage("A zone with name %s already exists.".formatted(zone.name()));
        assertThatThrownBy(() -> database.pools().create(profile)).isInstanceOf(Failure.NameAlreadyExists.class);
        assertThatThrownBy(() -> database.pools().create(pool)).isInstanceOf(Failure.NameAlreadyExists.class);
        assertThat(database.pools().zone(zone.name().toUpperCase(java.util.Locale.ROOT))).isEmpty();
    }

    @Test
    void a_pool_needs_a_zone_and_a_profile_that_exist() {
        AvailabilityZone zone = zone();
        HostProfile profile = database.pools().create(bare(unique()));
        assertThatThrownBy(() -> database.pools().create(pool("p", "nowhere", profile.name()))).isInstanceOf(Failure.Invalid.class)
                .hasMessage("zone: there is no availability zone 'nowhere'. Create it first.");
        assertThatThrownBy(() -> database.pools().create(pool("p", zone.name(), "nothing"))).isInstanceOf(Failure.Invalid.class)
                .hasMessage("profile: there is no host profile 'nothing'. Create it first.");
        HostPool pool = pool(zone, profile);
        HostPool stray = pool.toBuilder().profile("nothing").build();
        assertThatThrownBy(() -> database.pools().update(stray)).isInstanceOf(Failure.Invalid.class).hasMessageStartingWith("profile: ");
    }

    @Test
    void what_is_in_use_is_not_deleted_and_the_users_are_named() {
        AvailabilityZone zone = zone();
        HostProfile profile = database.pools().create(bare(unique()));
        HostPool pool = pool(zone, profile);
        Node node = database.nodes().create(Node.builder(NodeId.random(), "fake").build());
        assertThat(database.hypervisors().create(Hypervisor.chosen(node.id(), pool, profile, START), List.of())).isPresent();

        assertThatThrownBy(() -> database.pools().deleteZone(zone.name())).isInstanceOf(Failure.Conflict.class).hasMessageContaining(pool.name());
        assertThatThrownBy(() -> database.pools().deleteProfile(profile.name())).isInstanceOf(Failure.Conflict.class).hasMessageContaining(pool.name());
        assertThatThrownBy(() -> database.pools().deletePool(pool.name())).isInstanceOf(Failure.Conflict.class)
                .hasMessageContaining(node.id().toString());

        assertThat(database.hypervisors().delete(node.id(), List.of())).isTrue();
        assertThat(database.pools().deletePool(pool.name())).isTrue();
        assertThat(database.pools().deletePool(pool.name())).isFalse();
        assertThat(database.pools().deleteZone(zone.name())).isTrue();
        assertThat(database.pools().deleteProfile(profile.name())).isTrue();
    }

    @Test
    void a_profile_raises_its_generation_only_when_hosts_must_be_imaged_again() {
        HostProfile first = database.pools().create(bare(unique()));
        time.set(LATER);
        HostProfile networks = database.pools().updateProfile(first.name(), before -> with(before, before.image(),
                List.of(new Network("default", "virbr0", null, "192.168.122.0/24")))).orElseThrow();
        assertThat(networks.generation()).isEqualTo(first.generation());
        assertThat(networks.updatedAt()).isEqualTo(Micros.of(LATER));
        HostProfile image = database.pools().updateProfile(first.name(), before -> with(before, "debian-13", before.networks())).orElseThrow();
        assertThat(image.generation()).isEqualTo(first.generation() + 1);
        assertThat(image.networks()).isEqualTo(networks.networks());
        assertThat(image.createdAt()).isEqualTo(first.createdAt());
        assertThat(database.pools().profile(first.name())).contains(image);
        assertThat(database.pools().updateProfile("nothing", before -> before)).isEmpty();
    }

    @Test
    void no_edit_of_a_profile_is_lost_to_another() throws Exception {
        HostProfile profile = database.pools().create(bare(unique()));
        together(8, writer -> database.pools().updateProfile(profile.name(), before -> {
            List<Network> networks = new ArrayList<>(before.networks());
            networks.add(new Network("n" + writer, "br" + writer, null, "10.0.0.0/24"));
            return with(before, before.image(), networks);
        }));
        assertThat(database.pools().profile(profile.name()).orElseThrow().networks()).hasSize(8);
    }

    @Test
    void of_two_changes_of_a_pool_at_once_one_wins() throws Exception {
        HostPool pool = pool(zone(), database.pools().create(bare(unique())));
        List<Optional<HostPool>> results = together(4, size -> database.pools().update(sized(pool, size)));
        assertThat(results).filteredOn(Optional::isPresent).hasSize(1);
        HostPool stored = database.pools().pool(pool.name()).orElseThrow();
        assertThat(results).contains(Optional.of(stored));
        assertThat(stored.version()).isEqualTo(pool.version() + 1);
        assertThat(database.pools().update(sized(pool, 9))).isEmpty();
        assertThat(database.pools().update(sized(stored, 9))).map(HostPool::size).contains(9);
    }

    @Test
    void a_hypervisor_with_every_field_set_is_read_as_it_was_committed() {
        HostProfile profile = database.pools().create(bare(unique()));
        HostPool pool = pool(zone(), profile);
        Node node = database.nodes().create(Node.builder(NodeId.random(), "fake").build());
        Hypervisor chosen = database.hypervisors().create(Hypervisor.chosen(node.id(), pool, profile, START), List.of(event(node.id(), "chosen"))).orElseThrow();
        assertThat(database.hypervisors().find(node.id())).contains(chosen);
        Hypervisor full = full(chosen);
        Hypervisor stored = database.hypervisors().commit(full, List.of(event(node.id(), "joined"))).orElseThrow();
        assertThat(stored).usingRecursiveComparison().ignoringFields("version", "updatedAt", "stateSince", "deadline", "joinTokenExpires", "certificateExpires", "reportedAt")
                .isEqualTo(full);
        assertThat(stored.version()).isEqualTo(chosen.version() + 1);
        assertThat(stored.deadline()).isEqualTo(Micros.of(LATER));
        assertThat(database.hypervisors().ofPool(pool.name())).containsExactly(stored);
        assertThat(database.hypervisors().list()).contains(stored);
        assertThat(database.timeline().read(node.id(), null, 10)).extracting(TimelineEvent::event).containsExactly("chosen", "joined");

        assertThat(database.hypervisors().commit(full, List.of(event(node.id(), "late")))).isEmpty();
        assertThat(database.hypervisors().delete(node.id(), List.of(event(node.id(), "left")))).isTrue();
        assertThat(database.hypervisors().delete(node.id(), List.of(event(node.id(), "late")))).isFalse();
        assertThat(database.hypervisors().commit(stored, List.of(event(node.id(), "late")))).isEmpty();
        assertThat(database.timeline().read(node.id(), null, 10)).extracting(TimelineEvent::event).containsExactly("chosen", "joined", "left");
    }

    @Test
    void of_two_conductors_that_make_a_certificate_authority_at_once_both_get_the_same_and_its_key_is_sealed() throws Exception {
        List<AuthorityStore.Keys> kept = together(2, index ->
                database.authority().keep(new AuthorityStore.Keys("certificate " + index, "private key " + index), START));
        assertThat(kept.getFirst()).isEqualTo(kept.getLast());
        assertThat(database.authority().find()).contains(kept.getFirst());
        assertThat(kept.getFirst().privateKey()).startsWith("private key ");
        assertThat(kept.getFirst().toString()).doesNotContain("private key ");
        try (var connection = database.dataSource().getConnection(); var rows = connection.createStatement().executeQuery("SELECT sealed_key FROM certificate_authority")) {
            assertThat(rows.next()).isTrue();
            assertThat(rows.getString(1)).doesNotContain("private").contains(":");
        }
    }

    @Test
    void of_two_pools_that_choose_a_node_one_gets_it() throws Exception {
        HostProfile profile = database.pools().create(bare(unique()));
        List<HostPool> pools = List.of(pool(zone(), profile), pool(zone(), profile));
        Node node = database.nodes().create(Node.builder(NodeId.random(), "fake").build());
        List<Optional<Hypervisor>> results = together(2, index ->
                database.hypervisors().create(Hypervisor.chosen(node.id(), pools.get(index), profile, START), List.of(event(node.id(), "chosen"))));
        assertThat(results).filteredOn(Optional::isPresent).hasSize(1);
        assertThat(database.timeline().read(node.id(), null, 10)).hasSize(1);
    }

    @Test
    void a_member_needs_its_node_and_goes_with_it() {
        HostProfile profile = database.pools().create(bare(unique()));
        HostPool pool = pool(zone(), profile);
        NodeId gone = NodeId.random();
        assertThatThrownBy(() -> database.hypervisors().create(Hypervisor.chosen(gone, pool, profile, START), List.of()))
                .isInstanceOf(Failure.NotFound.class).hasMessageContaining(gone.toString());
        Node node = database.nodes().create(Node.builder(NodeId.random(), "fake").build());
        HostPool missing = pool("nothing", pool.zone(), profile.name());
        assertThatThrownBy(() -> database.hypervisors().create(Hypervisor.chosen(node.id(), missing, profile, START), List.of()))
                .isInstanceOf(Failure.NotFound.class).hasMessage("Host pool nothing could not be found.");
        database.hypervisors().create(Hypervisor.chosen(node.id(), pool, profile, START), List.of());
        assertThat(database.nodes().delete(node.id())).isTrue();
        assertThat(database.hypervisors().find(node.id())).isEmpty();
    }

    private AvailabilityZone zone() {
        return database.pools().create(new AvailabilityZone(unique(), "the left half", START, null));
    }

    private HostPool pool(AvailabilityZone zone, HostProfile profile) {
        return database.pools().create(pool(unique(), zone.name(), profile.name()));
    }

    private static HostPool pool(String name, String zone, String profile) {
        return new HostPool(name, "d", zone, profile, new Selector("gold", Set.of("HW_A", "CUSTOM_B"), Set.of("r1", "r2"), "ops"), 3,
                new Limits(2, 1, false), "too many failed", 0, START, null);
    }

    private static HostPool sized(HostPool pool, int size) {
        return pool.toBuilder().size(size).build();
    }

    private static HostProfile bare(String name) {
        return new HostProfile(name, null, "debian-12", HypervisorKind.KVM, Bootstrap.IMAGE, List.of(), null, List.of(), List.of(), List.of(), null,
                Deadlines.DEFAULT, 1, START, null);
    }

    private static HostProfile full(String name) {
        return new HostProfile(name, "a host", "https://images/x.qcow2", HypervisorKind.QEMU, Bootstrap.FIRST_BOOT, List.of("qemu-system-x86", "ovmf"),
                "deb http://mirror bookworm main", List.of(new Network("default", "virbr0", null, "192.168.122.0/24"), new Network("prod", "br0", "eth1", null)),
                List.of(new StoragePool("default", "/var/lib/libvirt/images")), List.of(HostCheck.values()), "home",
                new Deadlines(Duration.ofMinutes(90), Duration.ofSeconds(61), Duration.ofMinutes(1), Duration.ofDays(2), Duration.ofMillis(1500)), 4,
                START, LATER);
    }

    private static HostProfile with(HostProfile profile, String image, List<Network> networks) {
        return profile.toBuilder().image(image).networks(networks).build();
    }

    private static Hypervisor full(Hypervisor chosen) {
        return new Hypervisor(chosen.node(), chosen.pool(), chosen.zone(), HypervisorState.QUARANTINED, "check cpu failed", START, LATER,
                new Hypervisor.Imaged("older", 7, HypervisorKind.LXC, "home"), true, 3,
                "ab".repeat(32), LATER, "cd".repeat(32), "0f", LATER, "fe80::1", Map.of("kvm", Map.of("device", true, "api_version", 12), "uptime", 5_000_000_000L),
                new Capacity(2, 2048, 8, 1, 1, 256, 3), List.of(new CheckResult("cpu", "failed", "x".repeat(100_000), 0.25)), 2,
                List.of(new Guest(UUID.randomUUID().toString(), "g1", "shut off", 1, 256)), LATER, chosen.version(), chosen.createdAt(), null);
    }

    private static TimelineEvent event(NodeId node, String event) {
        return new TimelineEvent(node, START, 1, BootPhase.HOST, "host", event, "in words", Map.of());
    }

    private static String unique() {
        return "x-" + UUID.randomUUID();
    }

    private static <T> List<T> together(int threads, java.util.function.IntFunction<T> work) throws Exception {
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            var futures = executor.invokeAll(IntStream.range(0, threads).mapToObj(i -> (Callable<T>) () -> work.apply(i)).toList());
            List<T> results = new ArrayList<>();
            for (var future : futures) {
                results.add(future.get());
            }
            return results;
        }
    }
}
