package io.bessemer.db;

import io.bessemer.core.fault.Failure;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.pool.GuestMove;
import io.bessemer.core.pool.GuestStore;
import io.bessemer.core.pool.GuestWish;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// Guests and their moves. Definitions are sealed: they may hold the passwords of consoles.
final class SqlGuestStore implements GuestStore {
    private final GuestMapper guests;
    private final GuestMoveMapper moves;
    private final JsonColumns json;
    private final SecretCipher cipher;
    private final Transactions transactions;
    private final Clock clock;

    SqlGuestStore(Mappers mappers, JsonColumns json, SecretCipher cipher, Transactions transactions, Clock clock) {
        this.guests = mappers.of(GuestMapper.class);
        this.moves = mappers.of(GuestMoveMapper.class);
        this.json = json;
        this.cipher = cipher;
        this.transactions = transactions;
        this.clock = clock;
    }

    @Override
    public GuestWish create(GuestWish guest) {
        GuestRow row = GuestRow.of(guest, cipher, guest.updatedAt());
        try {
            transactions.run(() -> guests.insert(row));
        } catch (RuntimeException e) {
            Optional<String> key = SqlFailures.violatedKey(e);
            if (key.isPresent()) {
                throw key.get().equals("uq_guests_name")
                        ? new Failure.Conflict("Pool %s has a guest with name %s already. Guests move among the hosts of a pool, so a name is taken once.".formatted(guest.pool(), guest.name()))
                        : new Failure.Conflict("There is a guest with UUID %s already. Leave <uuid> out to get a new one.".formatted(guest.uuid()));
            }
            if (SqlFailures.parentMissing(e)) {
                throw new Failure.NotFound("Hypervisor", guest.node().toString());
            }
            throw e;
        }
        return row.toWish(cipher);
    }

    @Override
    public Optional<GuestWish> find(UUID guest) {
        return Optional.ofNullable(guests.find(guest.toString())).map(row -> row.toWish(cipher));
    }

    @Override
    public List<GuestWish> ofNode(NodeId node) {
        return guests.ofNode(node.toString()).stream().map(row -> row.toWish(cipher)).toList();
    }

    @Override
    public List<GuestWish> ofPool(String pool) {
        return guests.ofPool(pool).stream().map(row -> row.toWish(cipher)).toList();
    }

    @Override
    public Optional<GuestWish> commit(GuestWish after) {
        GuestRow row = GuestRow.of(after, cipher, clock.instant());
        try {
            return transactions.call(() -> guests.update(row) == 0 ? Optional.empty() : find(after.uuid()));
        } catch (RuntimeException e) {
            if (SqlFailures.parentMissing(e)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    @Override
    public boolean delete(GuestWish guest) {
        return transactions.call(() -> guests.delete(guest.uuid().toString(), guest.version()) > 0);
    }

    @Override
    public Optional<GuestMove> begin(GuestMove move) {
        GuestMoveRow row = GuestMoveRow.of(move, json);
        try {
            transactions.run(() -> moves.insert(row));
        } catch (RuntimeException e) {
            if (SqlFailures.violatedKey(e).isPresent() || SqlFailures.parentMissing(e)) {
                return Optional.empty();
            }
            throw e;
        }
        return Optional.of(row.toMove(json));
    }

    @Override
    public Optional<GuestMove> move(UUID guest) {
        return Optional.ofNullable(moves.find(guest.toString())).map(row -> row.toMove(json));
    }

    @Override
    public List<GuestMove> moves() {
        return moves.list().stream().map(row -> row.toMove(json)).toList();
    }

    @Override
    public List<GuestMove> movesFrom(NodeId source) {
        return moves.from(source.toString()).stream().map(row -> row.toMove(json)).toList();
    }

    @Override
    public Optional<GuestMove> commit(GuestMove after) {
        GuestMoveRow row = GuestMoveRow.of(after, json);
        try {
            return transactions.call(() -> moves.update(row) == 0 ? Optional.empty() : move(after.guest()));
        } catch (RuntimeException e) {
            if (SqlFailures.parentMissing(e)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    @Override
    public boolean end(GuestMove move, boolean arrived, String message) {
        return transactions.call(() -> {
            if (moves.delete(move.guest().toString(), move.version()) == 0) {
                return false;
            }
            guests.follow(move.guest().toString(), (arrived ? move.target() : move.source()).toString(), message, Micros.of(clock.instant()));
            return true;
        });
    }
}
