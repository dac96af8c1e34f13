package io.bessemer.db;

import io.bessemer.core.event.SinkStore;
import io.bessemer.db.SinkMapper.SinkRow;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Sinks of events.
final class SqlSinkStore implements SinkStore {
    private static final int LONGEST_ERROR = 1_000;

    private final SinkMapper sinks;
    private final Transactions transactions;

    SqlSinkStore(Mappers mappers, Transactions transactions) {
        this.sinks = mappers.of(SinkMapper.class);
        this.transactions = transactions;
    }

    @Override
    public void make(String name) {
        if (sinks.find(name) != null) {
            return;
        }
        try {
            transactions.run(() -> sinks.insert(name));
        } catch (RuntimeException e) {
            if (SqlFailures.violatedKey(e).isEmpty()) { // else another process has just made it
                throw e;
            }
        }
    }

    @Override
    public Optional<SinkState> hold(String name, String holder, Instant now, Instant until) {
        return transactions.call(() -> sinks.hold(name, holder, Micros.of(now), Micros.of(until)) == 0 ? Optional.empty() : find(name));
    }

    @Override
    public boolean keep(SinkState state, String holder, Instant until) {
        String error = state.lastError();
        SinkRow row = new SinkRow(state.name(), state.told(), state.delivered(), state.dropped(), state.attempts(), Micros.of(state.failingSince()),
                error == null ? null : error.substring(0, Math.min(LONGEST_ERROR, error.length())), Micros.of(state.lastDeliveredAt()));
        return transactions.call(() -> sinks.keep(row, holder, Micros.of(until))) == 1;
    }

    @Override
    public void release(String name, String holder) {
        transactions.run(() -> sinks.release(name, holder));
    }

    @Override
    public Optional<SinkState> find(String name) {
        return Optional.ofNullable(sinks.find(name)).map(SqlSinkStore::state);
    }

    @Override
    public List<SinkState> list() {
        return sinks.list().stream().map(SqlSinkStore::state).toList();
    }

    private static SinkState state(SinkRow row) {
        return new SinkState(row.name(), row.told(), row.delivered(), row.dropped(), row.attempts(), row.failingSince(), row.lastError(), row.lastDeliveredAt());
    }
}
