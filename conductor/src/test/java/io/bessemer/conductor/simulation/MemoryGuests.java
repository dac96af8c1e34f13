package io.bessemer.conductor.simulation;

import io.bessemer.core.fault.Failure;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.pool.GuestMove;
import io.bessemer.core.pool.GuestStore;
import io.bessemer.core.pool.GuestWish;
import java.time.Clock;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// Guests and their moves in memory, tapped like the rest of [MemoryStores].
final class MemoryGuests implements GuestStore {
    private final Clock clock;
    private final Runnable tap;
    private final Predicate<NodeId> member;
    private final Map<UUID, GuestWish> guests = new LinkedHashMap<>();
    private final Map<UUID, GuestMove> moves = new LinkedHashMap<>();

    MemoryGuests(Clock clock, Runnable tap, Predicate<NodeId> member) {
        this.clock = clock;
        this.tap = tap;
        this.member = member;
    }

    private synchronized <T> T write(Supplier<T> effect) {
        tap.run();
        T result = effect.get();
        tap.run();
        return result;
    }

    /// A member that is gone takes its guests along.
    synchronized void gone(NodeId node) {
        guests.values().removeIf(guest -> guest.node().equals(node));
        moves.values().removeIf(move -> move.source().equals(node));
        moves.replaceAll((_, move) -> node.equals(move.target())
                ? new GuestMove(move.guest(), move.name(), move.source(), null, move.number(), move.asked(), move.tried(), move.message(), move.since(), move.version()) : move);
    }

    @Override
    public GuestWish create(GuestWish guest) {
        return write(() -> {
            if (!member.test(guest.node())) {
                throw new Failure.NotFound("Hypervisor", guest.node().toString());
            }
            if (guests.containsKey(guest.uuid()) || guests.values().stream().anyMatch(one -> one.pool().equals(guest.pool()) && one.name().equals(guest.name()))) {
                throw new Failure.Conflict("taken");
            }
            guests.put(guest.uuid(), guest);
            return guest;
        });
    }

    @Override
    public synchronized Optional<GuestWish> find(UUID guest) {
        return Optional.ofNullable(guests.get(guest));
    }

    @Override
    public synchronized List<GuestWish> ofNode(NodeId node) {
        return sorted(guests.values().stream().filter(guest -> guest.node().equals(node)));
    }

    @Override
    public synchronized List<GuestWish> ofPool(String pool) {
        return sorted(guests.values().stream().filter(guest -> guest.pool().equals(pool)));
    }

    private static List<GuestWish> sorted(Stream<GuestWish> guests) {
        return guests.sorted(Comparator.comparing(GuestWish::name)).toList();
    }

    @Override
    public Optional<GuestWish> commit(GuestWish after) {
        return write(() -> {
            GuestWish present = guests.get(after.uuid());
            if (present == null || present.version() != after.version() || !member.test(after.node())) {
                return Optional.empty();
            }
            GuestWish stored = stored(after);
            guests.put(after.uuid(), stored);
            return Optional.of(stored);
        });
    }

    private GuestWish stored(GuestWish after) {
        return new GuestWish(after.uuid(), after.name(), after.pool(), after.node(), after.xml(), after.state(), after.message(), after.version() + 1, after.createdAt(),
                clock.instant());
    }

    @Override
    public boolean delete(GuestWish guest) {
        return write(() -> find(guest.uuid()).filter(present -> present.version() == guest.version()).map(present -> guests.remove(present.uuid())).isPresent());
    }

    @Override
    public Optional<GuestMove> begin(GuestMove move) {
        return write(() -> {
            if (moves.containsKey(move.guest()) || !member.test(move.source()) || move.target() != null && !member.test(move.target())) {
                return Optional.empty();
            }
            moves.put(move.guest(), move);
            return Optional.of(move);
        });
    }

    @Override
    public synchronized Optional<GuestMove> move(UUID guest) {
        return Optional.ofNullable(moves.get(guest));
    }

    @Override
    public synchronized List<GuestMove> moves() {
        return List.copyOf(moves.values());
    }

    @Override
    public synchronized List<GuestMove> movesFrom(NodeId source) {
        return moves.values().stream().filter(move -> move.source().equals(source)).toList();
    }

    @Override
    public Optional<GuestMove> commit(GuestMove after) {
        return write(() -> {
            GuestMove present = moves.get(after.guest());
            if (present == null || present.version() != after.version() || after.target() != null && !member.test(after.target())) {
                return Optional.empty();
            }
            GuestMove stored = new GuestMove(after.guest(), after.name(), after.source(), after.target(), after.number(), after.asked(), after.tried(), after.message(),
                    after.since(), after.version() + 1);
            moves.put(after.guest(), stored);
            return Optional.of(stored);
        });
    }

    @Override
    public boolean end(GuestMove move, boolean arrived, String message) {
        return write(() -> {
            GuestMove present = moves.get(move.guest());
            if (present == null || present.version() != move.version()) {
                return false;
            }
            moves.remove(move.guest());
            guests.computeIfPresent(move.guest(), (_, wish) -> stored(wish.on(arrived ? move.target() : move.source()).withMessage(message)));
            return true;
        });
    }
}
