package io.bessemer.db;

import io.bessemer.core.flow.Flow;
import io.bessemer.core.flow.FlowStore;
import io.bessemer.core.node.NodeId;
import io.bessemer.db.FlowMapper.AttemptRow;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// Reads flows; [SqlNodeStore] writes them.
final class SqlFlowStore implements FlowStore {
    private final FlowMapper flows;
    private final JsonColumns json;

    SqlFlowStore(Mappers mappers, JsonColumns json) {
        this.flows = mappers.of(FlowMapper.class);
        this.json = json;
    }

    @Override
    public Optional<Flow> find(NodeId node) {
        return Optional.ofNullable(flows.find(node.toString())).map(row -> row.toFlow(json));
    }

    @Override
    public Map<NodeId, Long> attempts(Collection<NodeId> nodes) {
        return Blocks.filledUp(nodes.stream().map(NodeId::toString).toList(), flows::attempts).stream()
                .collect(Collectors.toMap(row -> NodeId.of(row.nodeUuid()), AttemptRow::attempt));
    }

    @Override
    public List<Flow> list() {
        return flows.list().stream().map(row -> row.toFlow(json)).toList();
    }
}
