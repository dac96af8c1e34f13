package io.bessemer.db;

import io.bessemer.core.flow.Flow;
import io.bessemer.core.flow.FlowKind;
import io.bessemer.core.node.NodeId;
import java.time.Instant;

/// A row of table `flows`, filled by position.
record FlowRow(String nodeUuid, String kind, long attempt, int stepCursor, String args, String memo, String waitingFor, Instant stepStartedAt,
        Instant deadline, Instant wakeAt, int retries, Instant startedAt) {

    static FlowRow of(Flow flow, JsonColumns json) {
        return new FlowRow(
                flow.node().toString(),
                flow.kind().name(),
                flow.attempt(),
                flow.cursor(),
                json.write(flow.node() + "/flow.args", flow.args()),
                json.write(flow.node() + "/flow.memo", flow.memo()),
                flow.waitingFor(),
                Micros.of(flow.stepStartedAt()),
                Micros.of(flow.deadline()),
                Micros.of(flow.wakeAt()),
                flow.retries(),
                Micros.of(flow.startedAt()));
    }

    Flow toFlow(JsonColumns json) {
        return new Flow(
                NodeId.of(nodeUuid),
                FlowKind.valueOf(kind),
                attempt,
                stepCursor,
                json.read(nodeUuid + "/flow.args", args),
                json.read(nodeUuid + "/flow.memo", memo),
                waitingFor,
                stepStartedAt,
                deadline,
                wakeAt,
                retries,
                startedAt);
    }
}
