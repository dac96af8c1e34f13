package io.bessemer.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bessemer.core.fault.Failure;
import io.bessemer.core.node.Node;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.volume.VolumeConnector;
import io.bessemer.core.volume.VolumeTarget;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// What the store of volume connectors and targets promises, whichever database is below.
abstract class VolumeStoreTest extends DatabaseCase {
    private static final Instant START = StoreTest.START;

    @Override
    Clock clock() {
        return ticking(() -> START.plusSeconds(7));
    }

    @Test
    void connectors_are_read_as_they_were_stored_replaced_and_unique_by_type_and_id() {
        NodeId node = node();
        VolumeConnector first = database.volumes().create(new VolumeConnector(UUID.randomUUID(), node, "iqn", unique(), Map.of("k", "v"), START, null));
        VolumeConnector second = database.volumes().create(new VolumeConnector(UUID.randomUUID(), node, "ip", first.connectorId(), Map.of(), START, null));
        assertThat(first.extra()).isEqualTo(Map.of("k", "v"));
        assertThat(database.volumes().connector(first.id())).contains(first);
        assertThat(database.volumes().connectors()).containsSubsequence(first, second);
        assertThatThrownBy(() -> database.volumes().create(first)).isInstanceOf(Failure.Conflict.class);
        VolumeConnector same = new VolumeConnector(UUID.randomUUID(), node(), "iqn", first.connectorId(), Map.of(), START, null);
        assertThatThrownBy(() -> database.volumes().create(same)).isInstanceOf(Failure.Conflict.class)
                .hasMessage("A volume connector with type iqn and connector ID %s already exists.".formatted(first.connectorId()));
        assertThatThrownBy(() -> database.volumes().update(new VolumeConnector(second.id(), node, "iqn", first.connectorId(), Map.of(), START, null)))
                .isInstanceOf(Failure.Conflict.class);
        assertThatThrownBy(() -> database.volumes().create(new VolumeConnector(UUID.randomUUID(), NodeId.random(), "ip", unique(), Map.of(), START, null)))
                .isInstanceOf(Failure.NotFound.class);

        VolumeConnector changed = database.volumes().update(new VolumeConnector(second.id(), node(), "mac", unique(), Map.of("a", 1), START, null));
        assertThat(changed.updatedAt()).isEqualTo(Micros.of(START.plusSeconds(7)));
        assertThat(database.volumes().connector(second.id())).contains(changed);
        assertThat(database.volumes().deleteConnector(second.id())).isTrue();
        assertThat(database.volumes().deleteConnector(second.id())).isFalse();
        assertThatThrownBy(() -> database.volumes().update(changed)).isInstanceOf(Failure.NotFound.class).hasMessageContaining("Volume connector");
    }

    @Test
    void targets_are_read_as_they_were_stored_replaced_and_unique_by_boot_index() {
        NodeId node = node();
        VolumeTarget first = database.volumes().create(target(node, 0));
        VolumeTarget second = database.volumes().create(target(node, 1));
        database.volumes().create(target(node(), 0));
        assertThat(first.properties()).containsEntry("auth_password", "top secret");
        assertThat(database.volumes().target(first.id())).contains(first);
        assertThat(database.volumes().targets()).containsSubsequence(first, second);
        assertThatThrownBy(() -> database.volumes().create(first)).isInstanceOf(Failure.Conflict.class);
        assertThatThrownBy(() -> database.volumes().create(target(node, 1))).isInstanceOf(Failure.Conflict.class)
                .hasMessage("A volume target with boot index '1' for the same node already exists.");
        assertThatThrownBy(() -> database.volumes().update(new VolumeTarget(second.id(), node, "iscsi", "v", 0, Map.of(), Map.of(), START, null)))
                .isInstanceOf(Failure.Conflict.class);
        assertThatThrownBy(() -> database.volumes().create(target(NodeId.random(), 0))).isInstanceOf(Failure.NotFound.class);

        VolumeTarget changed = database.volumes().update(new VolumeTarget(second.id(), node(), "fibre_channel", "w", 7, Map.of(), Map.of("a", 1), START, null));
        assertThat(database.volumes().target(second.id())).contains(changed);
        assertThat(database.volumes().deleteTarget(second.id())).isTrue();
        assertThat(database.volumes().deleteTarget(second.id())).isFalse();
        assertThatThrownBy(() -> database.volumes().update(changed)).isInstanceOf(Failure.NotFound.class).hasMessageContaining("Volume target");
    }

    @Test
    void a_targets_secrets_are_sealed_and_both_go_with_their_node() throws SQLException {
        NodeId node = node();
        VolumeTarget target = database.volumes().create(target(node, 0));
        VolumeConnector connector = database.volumes().create(new VolumeConnector(UUID.randomUUID(), node, "iqn", unique(), Map.of(), START, null));
        try (Connection connection = database.dataSource().getConnection();
                PreparedStatement statement = connection.prepareStatement("SELECT properties FROM volume_targets WHERE uuid = ?")) {
            statement.setString(1, target.id().toString());
            try (ResultSet row = statement.executeQuery()) {
                assertThat(row.next()).isTrue();
                assertThat(row.getString(1)).contains("10.0.0.9:3260").contains("$sealed").doesNotContain("top secret");
            }
        }
        database.nodes().delete(node);
        assertThat(database.volumes().target(target.id())).isEmpty();
        assertThat(database.volumes().connector(connector.id())).isEmpty();
    }

    private static VolumeTarget target(NodeId node, int bootIndex) {
        return new VolumeTarget(UUID.randomUUID(), node, "iscsi", unique(), bootIndex,
                Map.of("target_portal", "10.0.0.9:3260", "auth_password", "top secret"), Map.of("x", 1), START, null);
    }

    private NodeId node() {
        return database.nodes().create(Node.builder(NodeId.random(), "ipmi").createdAt(START).build()).id();
    }

    private static String unique() {
        return UUID.randomUUID().toString();
    }
}
