package io.bessemer.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bessemer.core.fault.Failure;
import io.bessemer.core.node.MacAddress;
import io.bessemer.core.node.Node;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.node.Port;
import io.bessemer.core.node.PortId;
import io.bessemer.core.node.PortQuery;
import io.bessemer.core.node.PortStore;
import io.bessemer.core.node.Portgroup;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// What the store of ports promises, whichever database is below.
abstract class PortStoreTest extends DatabaseCase {
    private static final Instant START = StoreTest.START;

    @Test
    void what_must_be_unique_is_refused_by_name() {
        Node one = database.nodes().create(StoreTest.bare().build());
        Node two = database.nodes().create(StoreTest.bare().build());
        Port port = database.ports().create(named(Port.of(one.id(), StoreTest.mac(), START), "p-" + UUID.randomUUID()));
        Port other = database.ports().create(Port.of(two.id(), StoreTest.mac(), START));
        assertThatThrownBy(() -> database.ports().create(Port.of(two.id(), port.address(), START)))
                .isInstanceOf(Failure.MacAlreadyExists.class).hasMessageContaining(port.address().value());
        assertThatThrownBy(() -> database.ports().create(named(Port.of(two.id(), StoreTest.mac(), START), port.name())))
                .isInstanceOf(Failure.NameAlreadyExists.class);
        assertThatThrownBy(() -> database.ports().update(named(other, port.name()))).isInstanceOf(Failure.NameAlreadyExists.class);
        assertThatThrownBy(() -> database.ports().update(other.toBuilder().address(port.address()).build())).isInstanceOf(Failure.MacAlreadyExists.class);
        assertThatThrownBy(() -> database.ports().create(Port.of(NodeId.random(), StoreTest.mac(), START))).isInstanceOf(Failure.NotFound.class);
    }

    @Test
    void ports_are_kept_in_order_and_replaced_whole() {
        Node node = database.nodes().create(StoreTest.bare().build());
        UUID group = database.portgroups().create(Portgroup.of(node.id(), START)).id();
        Port first = database.ports().create(Port.of(node.id(), StoreTest.mac(), START));
        Port second = database.ports().create(new Port(PortId.random(), node.id(), StoreTest.mac(), false, Map.of("a", List.of(1, "x")), Map.of("vif", "v"),
                Map.of("switch_id", "00:11:22:33:44:55"), "physnet1", group, true, "eth-" + UUID.randomUUID(), "uplink", "Mellanox", "storage", false, START, START));
        assertThat(database.ports().ofNode(node.id())).containsExactly(first, second);
        assertThat(database.ports().list(PortQuery.all())).containsSubsequence(first, second);
        assertThat(database.ports().findByAddress(second.address())).contains(second);
        assertThat(database.ports().ownerOf(second.address())).contains(new PortStore.Owner(second.node(), second.pxeEnabled()));
        assertThat(database.ports().ownerOf(new MacAddress("52:54:00:ff:ff:fe"))).isEmpty();
        assertThat(database.ports().findByName(second.name())).contains(second);

        Port changed = database.ports().update(new Port(first.id(), node.id(), StoreTest.mac(), false, Map.of("b", 2), Map.of(), Map.of(), null, null, false,
                null, null, null, null, true, START, START.plusSeconds(1)));
        assertThat(database.ports().find(first.id())).contains(changed);
        assertThat(database.ports().findByAddress(first.address())).isEmpty();
        assertThat(database.ports().delete(first.id())).isTrue();
        assertThat(database.ports().delete(first.id())).isFalse();
        assertThatThrownBy(() -> database.ports().update(changed)).isInstanceOf(Failure.NotFound.class);
    }

    @Test
    void a_page_goes_on_after_its_marker_whatever_it_is_sorted_by() {
        String shard = "s-" + UUID.randomUUID();
        NodeId node = database.nodes().create(StoreTest.bare().shard(shard).build()).id();
        List<PortId> ports = new ArrayList<>();
        for (String network : new String[] {"b", null, "a", "b", null}) {
            ports.add(database.ports().create(Port.of(node, StoreTest.mac(), START).toBuilder().physicalNetwork(network).build()).id());
        }
        List<PortId> byNetwork = List.of(ports.get(1), ports.get(4), ports.get(2), ports.get(0), ports.get(3));
        for (int limit : new int[] {0, 1, 2, 3}) {
            assertThat(paged(shard, null, false, limit)).isEqualTo(ports);
            assertThat(paged(shard, null, true, limit)).isEqualTo(ports.reversed());
            assertThat(paged(shard, "physical_network", false, limit)).isEqualTo(byNetwork);
            assertThat(paged(shard, "physical_network", true, limit)).isEqualTo(byNetwork.reversed());
        }
        for (String key : SortColumns.PORTS.keys()) {
            assertThat(paged(shard, key, false, 2)).as(key).containsExactlyInAnyOrderElementsOf(ports);
        }
        assertThatThrownBy(() -> paged(shard, "extra", false, 2)).isInstanceOf(Failure.Invalid.class).hasMessageContaining("physical_network");
        assertThatThrownBy(() -> database.ports().list(new PortQuery(null, null, null, null, PortId.random(), 1, null, false))).isInstanceOf(Failure.NotFound.class);
    }

    @Test
    void each_filter_of_a_listing_selects_what_it_says() {
        String mark = UUID.randomUUID().toString();
        Port wanted = port(StoreTest.bare().shard("s" + mark).conductorGroup("g" + mark).owner("o" + mark).lessee("l" + mark).build(), "Rack 7 " + mark);
        Port other = port(StoreTest.bare().shard("s").conductorGroup("g").owner("o").build(), "Rack 8");
        Port plain = port(StoreTest.bare().build(), null);
        for (PortQuery query : List.of(
                new PortQuery(List.of("none", "s" + mark), null, null, null, null, 0, null, false),
                new PortQuery(null, List.of("g" + mark), null, null, null, 0, null, false),
                new PortQuery(null, null, "rack 7 " + mark, null, null, 0, null, false),
                new PortQuery(null, null, null, "o" + mark, null, 0, null, false),
                new PortQuery(null, null, null, "l" + mark, null, 0, null, false),
                new PortQuery(List.of("s" + mark), List.of("g" + mark), "7", "o" + mark, null, 0, "name", true))) {
            assertThat(database.ports().list(query)).as("%s", query).containsExactly(wanted);
        }
        assertThat(database.ports().list(new PortQuery(List.of(), null, null, null, null, 0, null, false))).isEmpty();
        assertThat(database.ports().list(PortQuery.all())).contains(wanted, other, plain);
    }

    private Port port(Node node, String description) {
        NodeId id = database.nodes().create(node).id();
        return database.ports().create(Port.of(id, StoreTest.mac(), START).toBuilder().description(description).build());
    }

    private List<PortId> paged(String shard, String sort, boolean descending, int limit) {
        List<PortId> all = new ArrayList<>();
        PortId marker = null;
        while (true) {
            List<PortId> page = database.ports().list(new PortQuery(List.of(shard), null, null, null, marker, limit, sort, descending)).stream().map(Port::id).toList();
            all.addAll(page);
            if (limit == 0 || page.size() < limit) {
                return all;
            }
            marker = page.getLast();
        }
    }

    private static Port named(Port port, String name) {
        return port.toBuilder().name(name).build();
    }
}
