package io.bessemer.pxe.http;

import io.bessemer.core.node.NodeId;
import io.bessemer.pxe.BootDirectory.ImageReader;
import io.bessemer.pxe.PxeCounters;
import java.net.InetSocketAddress;
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
///
/// Where machines deliver images to each other, one that has a neighbour ahead of it is sent there, and few of those without begin.
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
    /// machines that fetch an image for others of their network; more of them would be as fast, and cost the server more
    static final int SEEDS = 4;
    /// after so long without a neighbour that has something, a machine waits for a turn like all others
    static final long NEIGHBOUR_PATIENCE = TimeUnit.SECONDS.toNanos(3);
    /// looked at for neighbours at a time, 20 times a second
    private static final int MOST_LOOKED_AT = 64;

    private final PxeCounters counters;
    private final ImageTurnLimit limit;
    private final Neighbourhood neighbourhood;
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

        /// @param givers of the same image
        void tellNeighbours(List<InetSocketAddress> givers);

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
        /// null unless it takes from neighbours
        Neighbourhood.Group group;
        long waitingSince;
        /// it was sent to its neighbours
        boolean elsewhere;

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
                counters.add("image.bytes", bytes);
            }
        }
    }

    ImageTurns(ImageTurnLimit limit, Neighbourhood neighbourhood, PxeCounters counters) {
        this.limit = limit;
        this.neighbourhood = neighbourhood;
        this.counters = counters;
    }

    /// @param claim empty when the machine neither gives to its neighbours nor takes from them
    void ask(ImageReader reader, Optional<NeighbourClaim> claim, Request request, long now) {
        Optional<Turn> turn;
        List<InetSocketAddress> givers;
        synchronized (this) {
            Machine machine = machines.computeIfAbsent(reader.node(), _ -> arrival(reader));
            machine.seen = now;
            machine.elsewhere = false;
            note(machine, claim, now);
            givers = machine.served ? List.of() : neighbours(machine, now);
            if (!machine.served && givers.isEmpty() && active < mostActive() && nobodyWaits() && mayBegin(machine, now)) {
                serve(machine);
            }
            turn = machine.served ? Optional.of(begin(machine)) : Optional.empty();
            if (turn.isEmpty() && givers.isEmpty() && requestsWaiting < MOST_WAITING) {
                counters.increment("image.waited");
                requestsWaiting++;
                if (machine.waiting.isEmpty()) {
                    machine.waitingSince = now;
                }
                machine.waiting.add(new Waiting(request, now));
                return;
            }
        }
        if (!givers.isEmpty()) {
            request.tellNeighbours(givers);
            return;
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

    /// A machine that has all of its image says so, for its neighbours, and asks for nothing.
    synchronized void tell(ImageReader reader, NeighbourClaim claim, long now) {
        neighbourhood.tell(reader.node(), claim, now);
    }

    private void note(Machine machine, Optional<NeighbourClaim> claim, long now) {
        Optional<Neighbourhood.Group> group = claim.flatMap(said -> neighbourhood.tell(machine.reader.node(), said, now));
        if (group.isEmpty()) {
            neighbourhood.leave(machine.reader.node());
        }
        machine.group = group.filter(_ -> claim.get().takes()).orElse(null);
    }

    private List<InetSocketAddress> neighbours(Machine machine, long now) {
        if (machine.group == null) {
            return List.of();
        }
        List<InetSocketAddress> givers = neighbourhood.name(machine.reader.node(), now);
        machine.elsewhere = !givers.isEmpty();
        return givers;
    }

    /// One that takes from neighbours begins only to have something for them, or when they leave it waiting.
    private boolean mayBegin(Machine machine, long now) {
        if (machine.group == null || !machine.waiting.isEmpty() && now - machine.waitingSince > NEIGHBOUR_PATIENCE) {
            return true;
        }
        return machines.values().stream().filter(other -> machine.group.equals(other.group) && fetches(other, now)).limit(SEEDS).count() < SEEDS;
    }

    private boolean nobodyWaits() {
        return requestsWaiting == 0;
    }

    private void serve(Machine machine) {
        counters.increment("image.turns");
        machine.served = true;
        machine.servedOnce = true;
        neighbourhood.release(machine.reader.node());
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
            neighbourhood.lapse(now);
            measure(now);
            nameNeighbours(now, calls);
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

    private void nameNeighbours(long now, List<Runnable> calls) {
        machines.values().stream().filter(machine -> machine.group != null && !machine.waiting.isEmpty()).limit(MOST_LOOKED_AT).forEach(machine -> {
            List<InetSocketAddress> givers = neighbours(machine, now);
            if (!givers.isEmpty()) {
                machine.waiting.forEach(waiting -> calls.add(() -> waiting.request().tellNeighbours(givers)));
                requestsWaiting -= machine.waiting.size();
                machine.waiting.clear();
            }
        });
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
        while (room > 0 && !waitingOfPool.isEmpty()) {
            String pool = waitingOfPool.keySet().stream().min(Comparator.comparingInt(name -> turnsOfPool.getOrDefault(name, 0))).orElseThrow();
            Machine machine = waitingOfPool.get(pool).remove();
            if (waitingOfPool.get(pool).isEmpty()) {
                waitingOfPool.remove(pool);
            }
            if (!mayBegin(machine, now)) {
                continue;
            }
            room--;
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
            if (machine.served || machine.elsewhere || machine.servedOnce && machine.waiting.isEmpty()) {
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
            log.atInfo().addKeyValue("waiting", machines.values().stream().filter(machine -> !machine.served && !machine.elsewhere).count()).addKeyValue("served", active).addKeyValue("limit", limit.machines())
                    .log("Machines wait for their turn to fetch images");
        }
    }

    synchronized int active() {
        return active;
    }
}
