package io.bessemer.pxe.http;

import io.bessemer.core.node.NodeId;
import io.bessemer.pxe.BootDirectory.ImageReader;
import io.bessemer.pxe.PxeCounters;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Which machines fetch their images now, on one interface. When a thousand are deployed at once and share a card, all of them would be done at the end; served
/// by a few at a time, each at a few's speed, the first are done early and the last no later.
///
/// A turn belongs to a machine, not to a request: whoever began goes on whenever it asks, until it has asked for nothing for a while. Others begin as long as
/// fewer than the limit really fetch. The next one is of the pool of which the fewest do, and in a pool the one that came first. How many have turns is measured (`ImageTurnLimit`). While a rack boots, kernels go first.
///
/// A request that waits is answered after a time, with how many are before it: the machine asks again and has kept its place.
final class ImageTurns {
    private static final Logger log = LoggerFactory.getLogger(ImageTurns.class);

    /// shorter than the 30 s for which an agent waits for an answer
    static final long LONGEST_WAIT = TimeUnit.SECONDS.toNanos(20);
    /// a machine that writes what it has to a slow disk asks again within this
    static final long TURN_LAPSES = TimeUnit.SECONDS.toNanos(10);
    /// a machine with a turn that has asked for nothing for so long does not hinder others: it is done, or its disk is slow
    static final long IDLE = TimeUnit.MILLISECONDS.toNanos(50);
    /// an agent that was told to wait asks again within this; one that was reset does not
    static final long PLACE_LAPSES = TimeUnit.SECONDS.toNanos(60);
    private static final long MEASURED = TimeUnit.SECONDS.toNanos(2);
    private static final long TOLD = TimeUnit.SECONDS.toNanos(10);
    private static final int MOST_WAITING = 8192;
    /// boot files on their way that make images step back
    private static final int BOOT_STORM = 8;

    private final PxeCounters counters;
    private final ImageTurnLimit limit;
    private final Map<NodeId, Machine> machines = new LinkedHashMap<>();
    private int requestsWaiting;
    /// machines that fetch
    private int active;
    private int boots;
    private long arrivals;
    private long measuredSince;
    private long bytesSince;
    private boolean allTaken;
    private long toldAt;

    /// What a request is answered with; called outside of the lock, by whichever thread.
    interface Request {
        /// @param turn to be ended when the answer is out, or failed
        void begin(Turn turn);

        /// @param before machines whose turn comes first
        void tellToWait(int before);

        /// @return false when the client is gone
        boolean isWanted();
    }

    private record Waiting(Request request, long since) {}

    private static final class Machine {
        final ImageReader reader;
        final Queue<Waiting> waiting = new ArrayDeque<>();
        long arrived;
        long seen;
        int underWay;
        boolean served;
        boolean servedOnce;

        Machine(ImageReader reader) {
            this.reader = reader;
        }
    }

    final class Turn {
        private final Machine machine;
        private boolean ended;

        private Turn(Machine machine) {
            this.machine = machine;
        }

        /// Only the first call counts.
        ///
        /// @param bytes that went out
        void end(long bytes) {
            synchronized (ImageTurns.this) {
                if (ended) {
                    return;
                }
                ended = true;
                machine.underWay--;
                machine.seen = System.nanoTime();
                bytesSince += bytes;
            }
        }
    }

    ImageTurns(ImageTurnLimit limit, PxeCounters counters) {
        this.limit = limit;
        this.counters = counters;
    }

    void ask(ImageReader reader, Request request, long now) {
        Optional<Turn> turn;
        synchronized (this) {
            Machine machine = machines.computeIfAbsent(reader.node(), _ -> arrival(reader));
            machine.seen = now;
            if (!machine.served && active < mostActive() && nobodyWaits()) {
                serve(machine);
            }
            turn = machine.served ? Optional.of(begin(machine)) : Optional.empty();
            if (turn.isEmpty() && requestsWaiting < MOST_WAITING) {
                counters.increment("image.waited");
                requestsWaiting++;
                machine.waiting.add(new Waiting(request, now));
                return;
            }
        }
        if (turn.isEmpty()) {
            counters.increment("image.refused");
            request.tellToWait(MOST_WAITING);
            return;
        }
        request.begin(turn.get());
    }

    private Machine arrival(ImageReader reader) {
        var machine = new Machine(reader);
        machine.arrived = arrivals++;
        return machine;
    }

    private boolean nobodyWaits() {
        return requestsWaiting == 0;
    }

    private void serve(Machine machine) {
        counters.increment("image.turns");
        machine.served = true;
        machine.servedOnce = true;
        active++;
    }

    private Turn begin(Machine machine) {
        machine.underWay++;
        return new Turn(machine);
    }

    /// A boot file goes out, and is out.
    synchronized void boots(int change) {
        boots += change;
    }

    private int mostActive() {
        return boots >= BOOT_STORM ? Math.min(limit.machines(), ImageTurnLimit.FEWEST) : limit.machines();
    }

    /// Ends turns that lapsed, gives them to others, and answers who waited long. To be called many times a second.
    void tick(long now) {
        List<Runnable> calls = new ArrayList<>();
        synchronized (this) {
            for (Iterator<Machine> each = machines.values().iterator(); each.hasNext();) {
                Machine machine = each.next();
                if (machine.served && machine.underWay == 0 && now - machine.seen > TURN_LAPSES) {
                    machine.served = false;
                }
                drop(machine, waiting -> !waiting.request().isWanted());
                if (!machine.served && machine.waiting.isEmpty() && now - machine.seen > PLACE_LAPSES) {
                    each.remove();
                }
            }
            active = (int) machines.values().stream().filter(machine -> fetches(machine, now)).count();
            measure(now);
            serveNext(now, calls);
            answerLongWaits(now, calls);
            tell(now);
        }
        calls.forEach(Runnable::run);
    }

    private static boolean fetches(Machine machine, long now) {
        return machine.served && (machine.underWay > 0 || now - machine.seen < IDLE);
    }

    private void drop(Machine machine, Predicate<Waiting> which) {
        int before = machine.waiting.size();
        machine.waiting.removeIf(which);
        requestsWaiting -= before - machine.waiting.size();
    }

    private void measure(long now) {
        allTaken |= requestsWaiting > 0 && active >= limit.machines() && boots < BOOT_STORM;
        long took = now - measuredSince;
        if (took < MEASURED) {
            return;
        }
        if (allTaken && requestsWaiting > 0) {
            limit.measured(bytesSince * 1e9 / took);
        }
        allTaken = false;
        measuredSince = now;
        bytesSince = 0;
    }

    private void serveNext(long now, List<Runnable> calls) {
        int room = mostActive() - active;
        if (room <= 0 || nobodyWaits()) {
            return;
        }
        var turnsOfPool = new HashMap<String, Integer>();
        var waitingOfPool = new LinkedHashMap<String, Queue<Machine>>();
        machines.values().stream().filter(machine -> fetches(machine, now)).forEach(machine -> turnsOfPool.merge(machine.reader.pool(), 1, Integer::sum));
        machines.values().stream().filter(machine -> !machine.served && !machine.waiting.isEmpty()).sorted(Comparator.comparingLong(machine -> machine.arrived))
                .forEach(machine -> waitingOfPool.computeIfAbsent(machine.reader.pool(), _ -> new ArrayDeque<>()).add(machine));
        for (; room > 0 && !waitingOfPool.isEmpty(); room--) {
            String pool = waitingOfPool.keySet().stream().min(Comparator.comparingInt(name -> turnsOfPool.getOrDefault(name, 0))).orElseThrow();
            Machine machine = waitingOfPool.get(pool).remove();
            if (waitingOfPool.get(pool).isEmpty()) {
                waitingOfPool.remove(pool);
            }
            turnsOfPool.merge(pool, 1, Integer::sum);
            serve(machine);
            for (Waiting waiting : machine.waiting) {
                Turn turn = begin(machine);
                calls.add(() -> waiting.request().begin(turn));
            }
            requestsWaiting -= machine.waiting.size();
            machine.waiting.clear();
        }
    }

    private void answerLongWaits(long now, List<Runnable> calls) {
        int before = 0;
        for (Machine machine : machines.values()) { // in the order in which they came
            if (machine.served || machine.servedOnce && machine.waiting.isEmpty()) {
                continue;
            }
            int place = before++;
            drop(machine, waiting -> {
                boolean late = now - waiting.since() > LONGEST_WAIT;
                if (late) {
                    machine.seen = now;
                    calls.add(() -> waiting.request().tellToWait(place));
                }
                return late;
            });
        }
    }

    private void tell(long now) {
        if (requestsWaiting > 0 && now - toldAt > TOLD) {
            toldAt = now;
            log.atInfo().addKeyValue("waiting", machines.values().stream().filter(machine -> !machine.served).count()).addKeyValue("served", active).addKeyValue("limit", limit.machines())
                    .log("Machines wait for their turn to fetch images");
        }
    }

    synchronized int active() {
        return active;
    }
}
