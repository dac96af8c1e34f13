package io.bessemer.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bessemer.core.fault.Failure;
import io.bessemer.core.node.MacAddress;
import io.bessemer.core.node.Node;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.node.NodeStore.ShardSize;
import io.bessemer.core.node.Port;
import io.bessemer.core.node.PortId;
import io.bessemer.core.node.Portgroup;
import io.bessemer.core.node.Vif;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// What the stores of port groups and VIFs promise, whichever database is below.
abstract class PortgroupStoreTest extends DatabaseCase {
    private static final Instant START = StoreTest.START;
    private static final AtomicInteger MACS = new AtomicInteger();

    @Override
    Clock clock() {
        return ticking(() -> START.plusSeconds(7));
    }

    @Test
    void a_group_is_read_as_it_was_stored_and_replaced_whole() {
        NodeId node = node();
        Portgroup full = new Portgroup(UUID.randomUUID(), node, mac(), "802.3ad", Map.of("miimon", 100), Map.of("a", List.of(1)), Map.of("b", true), false,
                unique(), "physnet1", "storage", true, START, null);
        Portgroup created = database.portgroups().create(full);
        assertThat(created).usingRecursiveComparison().ignoringFields("createdAt").isEqualTo(full);
        Portgroup bare = database.portgroups().create(Portgroup.of(node, START));
        assertThat(bare.address()).isNull();
        assertThat(bare.mode()).isEqualTo("active-backup");
        assertThat(database.portgroups().find(full.id())).contains(created);
        assertThat(database.portgroups().findByName(full.name())).contains(created);
        assertThat(database.portgroups().findByAddress(full.address())).contains(created);
        assertThat(database.portgroups().ofNode(node)).containsExactly(created, bare);
        assertThat(database.portgroups().list()).containsSubsequence(created, bare);

        NodeId other = node();
        Portgroup changed = database.portgroups().update(new Portgroup(full.id(), other, null, "balance-rr", Map.of(), Map.of("c", 2), Map.of(), true, null, null, null, false, START, null));
        assertThat(changed.updatedAt()).isEqualTo(Micros.of(START.plusSeconds(7)));
        assertThat(database.portgroups().find(full.id())).contains(changed);
        assertThat(database.portgroups().ofNode(other)).containsExactly(changed);
        assertThat(database.portgroups().delete(full.id())).isTrue();
        assertThat(database.portgroups().delete(full.id())).isFalse();
        assertThatThrownBy(() -> database.portgroups().update(changed)).isInstanceOf(Failure.NotFound.class).hasMessageContaining("Portgroup " + full.id());
    }

    @Test
    void what_is_unique_of_a_group_is_refused_by_its_name() {
        NodeId node = node();
        Portgroup one = database.portgroups().create(new Portgroup(UUID.randomUUID(), node, mac(), "m", Map.of(), Map.of(), Map.of(), true, unique(), null, null, false, START, null));
        Portgroup two = database.portgroups().create(Portgroup.of(node, START));
        assertThatThrownBy(() -> database.portgroups().create(two)).isInstanceOf(Failure.Conflict.class)
                .hasMessage("A portgroup with UUID %s already exists.".formatted(two.id()));
        assertThatThrownBy(() -> database.portgroups().create(with(Portgroup.of(node, START), one.address(), null)))
                .isInstanceOf(Failure.Conflict.class).hasMessage("A portgroup with MAC address %s already exists.".formatted(one.address().value()));
        assertThatThrownBy(() -> database.portgroups().create(with(Portgroup.of(node, START), null, one.name())))
                .isInstanceOf(Failure.NameAlreadyExists.class).hasMessage("A portgroup with name %s already exists.".formatted(one.name()));
        assertThatThrownBy(() -> database.portgroups().update(with(two, null, one.name()))).isInstanceOf(Failure.NameAlreadyExists.class);
        assertThatThrownBy(() -> database.portgroups().create(Portgroup.of(NodeId.random(), START))).isInstanceOf(Failure.NotFound.class).hasMessageContaining("Node");
    }

    @Test
    void a_group_with_ports_stays_and_goes_with_its_node() {
        NodeId node = node();
        Portgroup group = database.portgroups().create(Portgroup.of(node, START));
        Port port = database.ports().create(member(node, group.id()));
        assertThat(port.portgroup()).isEqualTo(group.id());
        assertThatThrownBy(() -> database.portgroups().delete(group.id())).isInstanceOf(Failure.Invalid.class).hasMessageContaining("contains ports");
        assertThatThrownBy(() -> database.ports().create(member(node, UUID.randomUUID()))).isInstanceOf(Failure.NotFound.class).hasMessageContaining("Portgroup");
        assertThatThrownBy(() -> database.ports().create(member(NodeId.random(), group.id()))).isInstanceOf(Failure.NotFound.class).hasMessageContaining("Node");
        database.vifs().attach(new Vif(node, "v", port.id(), null, START));
        assertThat(database.nodes().delete(node)).isTrue();
        assertThat(database.portgroups().find(group.id())).isEmpty();
        assertThat(database.ports().find(port.id())).isEmpty();
        assertThat(database.vifs().ofNode(node)).isEmpty();
    }

    @Test
    void a_vif_is_shown_where_it_is_attached_and_survives_an_edit_that_did_not_know_it() {
        NodeId node = node();
        Port before = database.ports().create(Port.of(node, mac(), START));
        Portgroup groupBefore = database.portgroups().create(Portgroup.of(node, START));
        assertThat(database.vifs().attach(new Vif(node, "vif-1", before.id(), null, START))).isTrue();
        assertThat(database.vifs().attach(new Vif(node, "vif-2", null, groupBefore.id(), START))).isTrue();
        database.ports().update(before);
        database.portgroups().update(groupBefore);
        assertThat(database.ports().find(before.id()).orElseThrow().internalInfo()).isEqualTo(Map.of("tenant_vif_port_id", "vif-1"));
        assertThat(database.portgroups().find(groupBefore.id()).orElseThrow().internalInfo()).isEqualTo(Map.of("tenant_vif_port_id", "vif-2"));
        assertThat(database.vifs().ofNode(node)).extracting(Vif::id).containsExactly("vif-1", "vif-2");

        Port attached = database.ports().find(before.id()).orElseThrow();
        assertThat(database.vifs().detach(node, "vif-1")).isTrue();
        assertThat(database.vifs().detach(node, "vif-1")).isFalse();
        database.ports().update(attached);
        assertThat(database.ports().find(before.id()).orElseThrow().internalInfo()).isEmpty();
        database.vifs().detachAll(node);
        database.vifs().detachAll(node);
        assertThat(database.vifs().ofNode(node)).isEmpty();
    }

    @Test
    void a_place_holds_one_vif_and_a_node_holds_a_vif_once() {
        NodeId node = node();
        Port one = database.ports().create(Port.of(node, mac(), START));
        Port two = database.ports().create(Port.of(node, mac(), START));
        Portgroup group = database.portgroups().create(Portgroup.of(node, START));
        assertThat(database.vifs().attach(new Vif(node, "a", one.id(), null, START))).isTrue();
        assertThat(database.vifs().attach(new Vif(node, "b", one.id(), null, START))).isFalse();
        assertThatThrownBy(() -> database.vifs().attach(new Vif(node, "a", two.id(), null, START))).isInstanceOf(Failure.Conflict.class)
                .hasMessageContaining("VIF a is already attached");
        assertThat(database.vifs().attach(new Vif(node, "b", null, group.id(), START))).isTrue();
        assertThat(database.vifs().attach(new Vif(node, "c", null, group.id(), START))).isFalse();
        assertThatThrownBy(() -> database.vifs().attach(new Vif(node, "d", PortId.random(), null, START))).isInstanceOf(Failure.NotFound.class);
        assertThat(database.ports().delete(one.id())).isTrue();
        assertThat(database.vifs().ofNode(node)).extracting(Vif::id).containsExactly("b");
    }

    @Test
    void of_eight_vifs_at_once_one_gets_the_port() throws Exception {
        NodeId node = node();
        Port port = database.ports().create(Port.of(node, mac(), START));
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            List<Future<Boolean>> all = threads.invokeAll(IntStream.range(0, 8)
                    .<Callable<Boolean>>mapToObj(i -> () -> database.vifs().attach(new Vif(node, "vif-" + i, port.id(), null, START))).toList());
            int won = 0;
            for (Future<Boolean> one : all) {
                won += one.get() ? 1 : 0;
            }
            assertThat(won).isEqualTo(1);
        }
        assertThat(database.vifs().ofNode(node)).hasSize(1);
    }

    @Test
    void shards_are_counted_the_largest_first() {
        String large = unique();
        String small = unique();
        IntStream.range(0, 3).forEach(_ -> database.nodes().create(Node.builder(NodeId.random(), "ipmi").createdAt(START).shard(large).build()));
        database.nodes().create(Node.builder(NodeId.random(), "ipmi").createdAt(START).shard(small).build());
        node();
        assertThat(database.nodes().shards()).containsSubsequence(new ShardSize(large, 3), new ShardSize(small, 1))
                .anySatisfy(none -> {
                    assertThat(none.name()).isNull();
                    assertThat(none.nodes()).isPositive();
                });
    }

    @Test
    void a_group_takes_its_ports_along_to_another_physical_network() {
        NodeId node = node();
        Portgroup group = database.portgroups().create(Portgroup.of(node, START));
        Port member = database.ports().create(member(node, group.id()));
        Port other = database.ports().create(Port.of(node, mac(), START).toBuilder().physicalNetwork("physnet9").build());
        database.portgroups().update(group.toBuilder().physicalNetwork("physnet2").build());
        assertThat(database.ports().find(member.id()).orElseThrow().physicalNetwork()).isEqualTo("physnet2");
        assertThat(database.ports().find(other.id())).contains(other);
        database.portgroups().update(group.toBuilder().physicalNetwork("physnet2").category("storage").build());
        database.portgroups().update(group.toBuilder().physicalNetwork(null).build());
        assertThat(database.ports().find(member.id()).orElseThrow().physicalNetwork()).isNull();
    }

    private NodeId node() {
        return database.nodes().create(Node.builder(NodeId.random(), "ipmi").createdAt(START).build()).id();
    }

    private static Port member(NodeId node, UUID group) {
        return Port.of(node, mac(), START).toBuilder().portgroup(group).build();
    }

    private static Portgroup with(Portgroup group, MacAddress address, String name) {
        return group.toBuilder().address(address).name(name).build();
    }

    private static MacAddress mac() {
        return new MacAddress("52:54:00:b0:%02x:%02x".formatted(MACS.incrementAndGet() >> 8, MACS.get() & 0xff));
    }

    private static String unique() {
        return "n-" + UUID.randomUUID();
    }
}
