package io.bessemer.db;

import io.bessemer.core.event.Event;
import io.bessemer.core.event.EventDraft;
import io.bessemer.core.event.EventStore;
import io.bessemer.core.node.NodeId;
import io.bessemer.db.EventMapper.EventRow;
import io.bessemer.db.EventMapper.Numbered;
import io.bessemer.db.EventMapper.NumbersRow;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/// Events. Stores of things call [#add] in their transactions.
final class SqlEventStore implements EventStore {
    /// of an event's JSON; free-form fields may be much longer
    static final int MOST_CHARS = 64 * 1024;
    private static final int TRIMMED_AT_A_TIME = 1_000;
    /// What may be long, and is left out of an event that is too long.
    private static final List<String> FREE_FORM = List.of("extra", "properties", "instance_info", "driver_info", "driver_internal_info", "local_link_connection", "clean_step",
            "deploy_step", "last_error", "description");

    private final EventMapper events;
    private final JsonColumns json;
    private final Transactions transactions;
    private final Clock clock;
    private volatile Runnable added = () -> {};

    SqlEventStore(Mappers mappers, JsonColumns json, Transactions transactions, Clock clock) {
        this.events = mappers.of(EventMapper.class);
        this.json = json;
        this.transactions = transactions;
        this.clock = clock;
    }

    /// Takes part in the caller's transaction, which must be there: an event is as durable as its change.
    void add(List<EventDraft> drafts) {
        if (drafts.isEmpty()) {
            return;
        }
        if (!TransactionSynchronizationManager.isActualTransactionActive()) {
            throw new IllegalStateException("an event is added outside of the transaction of its change");
        }
        Instant now = Micros.of(clock.instant());
        List<EventRow> known = drafts.stream().filter(draft -> !asksWhose(draft)).map(draft -> row(draft, now)).toList();
        if (!known.isEmpty()) {
            events.insert(known);
        }
        drafts.stream().filter(SqlEventStore::asksWhose).forEach(draft -> events.insertOfNode(row(draft, now)));
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            @Override
            public void afterCommit() {
                added.run();
            }
        });
    }

    void add(EventDraft draft) {
        add(List.of(draft));
    }

    /// Of a node's part; the node itself knows its owner, be it none.
    private static boolean asksWhose(EventDraft draft) {
        return draft.node() != null && !draft.type().startsWith("baremetal.node.");
    }

    @Override
    public List<Event> read(long after, int most) {
        return events.read(after, most).stream().map(row -> new Event(row.seq(), UUID.fromString(row.uuid()), row.happenedAt(), row.type(),
                row.nodeUuid() == null ? null : NodeId.of(row.nodeUuid()), row.owner(), row.lessee(), json.readPlainObject(row.data()))).toList();
    }

    @Override
    public Range range() {
        NumbersRow numbers = events.numbers();
        return new Range(numbers.last(), numbers.trimmed());
    }

    @Override
    public int number(int most) {
        if (events.unnumbered(1).isEmpty()) {
            return 0;
        }
        return transactions.call(() -> {
            long last = events.lockNumbers().last();
            List<Long> ids = events.unnumbered(most); // after the lock: whoever held it has numbered what it saw
            if (ids.isEmpty()) {
                return 0;
            }
            events.number(IntStream.range(0, ids.size()).mapToObj(i -> new Numbered(ids.get(i), last + 1 + i)).toList());
            events.lastIs(last + ids.size());
            return ids.size();
        });
    }

    @Override
    public int trim(long keep, Instant before) {
        int trimmed = 0;
        while (true) {
            int deleted = transactions.call(() -> {
                NumbersRow numbers = events.lockNumbers();
                Long old = events.newestBefore(Micros.of(before), TRIMMED_AT_A_TIME);
                long last = Math.max(old == null ? 0 : old, Math.min(numbers.last() - keep, numbers.trimmed() + TRIMMED_AT_A_TIME));
                if (last <= numbers.trimmed()) {
                    return 0;
                }
                events.trimmedTo(last);
                return events.deleteUpTo(last);
            });
            if (deleted == 0) {
                return trimmed;
            }
            trimmed += deleted;
        }
    }

    @Override
    public void whenAdded(Runnable listener) {
        added = listener;
    }

    private EventRow row(EventDraft draft, Instant now) {
        return new EventRow(null, UUID.randomUUID().toString(), now, draft.type(), draft.node() == null ? null : draft.node().toString(), draft.owner(), draft.lessee(),
                data(draft.data()));
    }

    private String data(Map<String, Object> data) {
        String text = json.writePlain(data);
        if (text.length() <= MOST_CHARS) {
            return text;
        }
        Map<String, Object> shorter = new LinkedHashMap<>(data);
        List<String> cut = FREE_FORM.stream().filter(name -> json.writePlain(data.get(name)).length() > MOST_CHARS / FREE_FORM.size()).toList();
        cut.forEach(name -> shorter.put(name, data.get(name) instanceof String ? "" : Map.of()));
        shorter.put("truncated", cut);
        return json.writePlain(shorter);
    }
}
