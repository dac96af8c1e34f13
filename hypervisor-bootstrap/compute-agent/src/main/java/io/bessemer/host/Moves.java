package io.bessemer.host;

import io.bessemer.host.libvirt.Connection;
import io.bessemer.host.libvirt.LibvirtException;
import io.bessemer.host.libvirt.Migration;
import io.bessemer.host.protocol.MoveOrder;
import io.bessemer.host.protocol.MoveReport;
import io.bessemer.host.protocol.MoveReport.State;
import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/// Guests on their way to other hosts, two at a time, on threads of their own. That a move failed is only said when the guest will not come
/// to run on the other host any more: the server may then send it elsewhere.
final class Moves {
    private static final int AT_A_TIME = 2;
    /// one that takes longer is given up
    private static final Duration LONGEST = Duration.ofHours(1);
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(2);
    private static final int LONGEST_DETAIL = 1000;

    private final LibvirtLink libvirt;
    private final Runnable changed;
    private final ExecutorService threads = Executors.newFixedThreadPool(AT_A_TIME, Thread.ofPlatform().daemon().name("move-", 1).factory());
    private final Map<UUID, Move> known = new HashMap<>();

    private static final class Move {
        private final MoveOrder order;
        private State state = State.WAITING;
        private String detail = "";
        /// as of System.nanoTime
        private long begun;

        private Move(MoveOrder order) {
            this.order = order;
        }
    }

    /// @param changed called after each change
    Moves(LibvirtLink libvirt, Runnable changed) {
        this.libvirt = libvirt;
        this.changed = changed;
        Thread.ofPlatform().daemon().name("moves").start(this::watch);
    }

    /// A move that was begun goes on to its end, whatever is ordered meanwhile.
    synchronized void follow(List<MoveOrder> orders) {
        Set<UUID> wanted = orders.stream().map(MoveOrder::guest).collect(Collectors.toSet());
        known.values().removeIf(move -> !wanted.contains(move.order.guest()) && move.state != State.RUNNING);
        for (MoveOrder order : orders) {
            Move before = known.get(order.guest());
            if (before != null && (before.state == State.RUNNING || before.order.number() >= order.number())) {
                continue;
            }
            var move = new Move(order);
            known.put(order.guest(), move);
            threads.execute(() -> run(move));
        }
    }

    /// Whether nobody else may touch the guest.
    synchronized boolean busy(UUID guest) {
        Move move = known.get(guest);
        return move != null && (move.state == State.WAITING || move.state == State.RUNNING);
    }

    synchronized List<MoveReport> reports() {
        return known.values().stream().sorted(Comparator.comparing(move -> move.order.guest()))
                .map(move -> new MoveReport(move.order.guest(), move.order.number(), move.state, move.detail)).toList();
    }

    private void run(Move move) {
        if (!begin(move)) {
            return;
        }
        Console.say("guest %s is moved to %s".formatted(move.order.name(), move.order.host()));
        try {
            while (!end(move)) {
                TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN.toMillis());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the agent ends
        }
    }

    /// @return false when it is not wanted any more
    private synchronized boolean begin(Move move) {
        if (known.get(move.order.guest()) != move) {
            return false;
        }
        move.begun = System.nanoTime();
        tell(move, State.RUNNING, "");
        return true;
    }

    /// @return whether it has come to an end
    private boolean end(Move move) {
        Connection connection = libvirt.get().orElse(null);
        if (connection == null) {
            tell(move, State.RUNNING, "libvirt does not answer: " + libvirt.error());
            return false;
        }
        var migration = new Migration(connection, move.order.guest());
        try {
            if (migration.find().isPresent() && migration.job().isPresent()) {
                return false; // of an agent that was killed, or begun by somebody else
            }
            try {
                migration.run(move.order.uri(), move.order.address());
            } catch (LibvirtException e) {
                if (migration.find().isPresent()) {
                    if (migration.job().isPresent()) {
                        return false;
                    }
                    tell(move, State.FAILED, e.getMessage());
                    Console.say("guest %s could not be moved to %s: %s".formatted(move.order.name(), move.order.host(), e.getMessage()));
                    return true;
                }
            }
            tell(move, State.GONE, "");
            Console.say("guest %s has left for %s".formatted(move.order.name(), move.order.host()));
            return true;
        } catch (IOException | RuntimeException e) { // where the guest is, is not known
            tell(move, State.RUNNING, String.valueOf(e.getMessage()));
            return false;
        }
    }

    private synchronized void tell(Move move, State state, String detail) {
        String cut = detail.substring(0, Math.min(LONGEST_DETAIL, detail.length()));
        if (move.state != state || !move.detail.equals(cut)) {
            move.state = state;
            move.detail = cut;
            changed.run();
        }
    }

    /// How far they are, and whether they take too long.
    private void watch() {
        try {
            while (true) {
                TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN.toMillis());
                for (Move move : running()) {
                    look(move);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the agent ends
        }
    }

    private synchronized List<Move> running() {
        return known.values().stream().filter(move -> move.state == State.RUNNING).toList();
    }

    private void look(Move move) {
        try {
            Connection connection = libvirt.get().orElse(null);
            if (connection == null) {
                return;
            }
            var migration = new Migration(connection, move.order.guest());
            if (System.nanoTime() - move.begun > LONGEST.toNanos()) {
                migration.abort();
                return;
            }
            Optional<String> job = migration.job();
            synchronized (this) {
                if (job.isPresent() && move.state == State.RUNNING) {
                    tell(move, State.RUNNING, job.get());
                }
            }
        } catch (IOException | RuntimeException e) {
            Console.sayOnce("move of " + move.order.name(), String.valueOf(e.getMessage()));
        }
    }
}
