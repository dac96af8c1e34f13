package io.bessemer.db;

import io.bessemer.core.fault.Failure;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.node.Vif;
import io.bessemer.core.node.VifStore;
import java.util.List;

/// VIFs.
final class SqlVifStore implements VifStore {
    private final VifMapper vifs;
    private final Transactions transactions;

    SqlVifStore(Mappers mappers, Transactions transactions) {
        this.vifs = mappers.of(VifMapper.class);
        this.transactions = transactions;
    }

    @Override
    public boolean attach(Vif vif) {
        try {
            transactions.run(() -> vifs.insert(VifRow.of(vif)));
            return true;
        } catch (RuntimeException e) {
            if (SqlFailures.parentMissing(e)) {
                throw new Failure.NotFound("Node, or its port or portgroup, of VIF", vif.id());
            }
            return switch (SqlFailures.violatedKey(e).orElse("")) {
                case "uq_node_vifs_vif" -> throw new Failure.Conflict("Unable to attach VIF because VIF %s is already attached to node %s."
                        .formatted(vif.id(), vif.node()));
                case "uq_node_vifs_port", "uq_node_vifs_portgroup" -> false;
                default -> throw e;
            };
        }
    }

    @Override
    public List<Vif> ofNode(NodeId node) {
        return vifs.ofNode(node.toString()).stream().map(VifRow::toVif).toList();
    }

    @Override
    public boolean detach(NodeId node, String id) {
        return transactions.call(() -> vifs.delete(node.toString(), id)) == 1;
    }

    @Override
    public void detachAll(NodeId node) {
        transactions.run(() -> vifs.deleteAll(node.toString()));
    }
}
