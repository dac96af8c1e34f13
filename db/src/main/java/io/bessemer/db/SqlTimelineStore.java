package io.bessemer.db;

import io.bessemer.core.node.NodeId;
import io.bessemer.core.timeline.BootPhase;
import io.bessemer.core.timeline.TimelineEvent;
import io.bessemer.core.timeline.TimelineStore;
import io.bessemer.db.TimelineMapper.TimelineRow;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;

/// Boot timelines. Trimming costs a walk over the node's events, so it is done once in a hundred appends; readers never see more
/// than the limit anyway.
final class SqlTimelineStore implements TimelineStore {
    /// events kept of each node
    static final int LIMIT = 2_000;
    static final int APPENDS_A_TRIM = 100;

    private final TimelineMapper timeline;
    private final JsonColumns json;
    private final Transactions transactions;
    private final TrimTurns turns = new TrimTurns(APPENDS_A_TRIM);

    SqlTimelineStore(Mappers mappers, JsonColumns json, Transactions transactions) {
        this.timeline = mappers.of(TimelineMapper.class);
        this.json = json;
        this.transactions = transactions;
    }

    @Override
    public void append(List<TimelineEvent> events) {
        if (events.isEmpty()) {
            return;
        }
        List<TimelineRow> rows = events.stream().map(this::row).toList();
        try {
            transactions.run(() -> insert(rows));
        } catch (RuntimeException e) {
            if (!SqlFailures.parentMissing(e)) {
                throw e;
            }
            rows.forEach(this::insertUnlessGone); // a node was deleted at this very moment: keep what the others did
        }
        events.stream().collect(Collectors.groupingBy(TimelineEvent::node, Collectors.summingInt(_ -> 1))).forEach(this::trim);
    }

    @Override
    public List<TimelineEvent> read(NodeId node, Instant since, int limit) {
        int most = limit <= 0 ? LIMIT : Math.min(limit, LIMIT);
        List<TimelineRow> rows = since == null
                ? timeline.newest(node.toString(), most).reversed()
                : timeline.since(node.toString(), Micros.of(since), most);
        return rows.stream().map(this::event).toList();
    }

    /// The statement for one row leaves out a node that is gone; those for many fail.
    private void insert(List<TimelineRow> rows) {
        Blocks.exactly(rows, block -> {
            if (block.size() == 1) {
                timeline.insert(block.getFirst());
            } else {
                timeline.insertAll(block);
            }
        });
    }

    private void insertUnlessGone(TimelineRow row) {
        try {
            transactions.run(() -> timeline.insert(row));
        } catch (RuntimeException e) {
            if (!SqlFailures.parentMissing(e)) {
                throw e;
            }
        }
    }

    private void trim(NodeId node, int appended) {
        if (!turns.due(node, appended)) {
            return;
        }
        transactions.run(() -> {
            TimelineRow tooOld = timeline.newestBeyond(node.toString(), LIMIT);
            if (tooOld != null) {
                timeline.deleteUpTo(tooOld);
            }
        });
    }

    private TimelineRow row(TimelineEvent event) {
        return new TimelineRow(null, event.node().toString(), Micros.of(event.at()), event.attempt(), event.phase().wire(), event.source(),
                event.event(), event.message(), json.write(event.node() + "/timeline", event.details()));
    }

    private TimelineEvent event(TimelineRow row) {
        BootPhase phase = BootPhase.fromWire(row.phase()).orElseThrow(() -> new IllegalStateException(
                "column timeline.phase holds '%s', which this version does not know".formatted(row.phase())));
        return new TimelineEvent(NodeId.of(row.nodeUuid()), row.seenAt(), row.attempt(), phase, row.source(), row.event(), row.message(),
                json.read(row.nodeUuid() + "/timeline", row.details()));
    }
}
