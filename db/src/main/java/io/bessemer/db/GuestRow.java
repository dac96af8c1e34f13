package io.bessemer.db;

import io.bessemer.core.node.NodeId;
import io.bessemer.core.pool.GuestWish;
import java.time.Instant;
import java.util.UUID;

/// A row of table `guests`, filled by position.
record GuestRow(String uuid, String name, String pool, String nodeUuid, String sealedXml, String state, String message, long version, Instant createdAt,
        Instant updatedAt) {

    static GuestRow of(GuestWish guest, SecretCipher cipher, Instant updatedAt) {
        return new GuestRow(guest.uuid().toString(), guest.name(), guest.pool(), guest.node().toString(), cipher.seal(guest.xml(), place(guest.uuid().toString())),
                guest.state().wire(), guest.message(), guest.version(), Micros.of(guest.createdAt()), Micros.of(updatedAt));
    }

    GuestWish toWish(SecretCipher cipher) {
        return new GuestWish(UUID.fromString(uuid), name, pool, NodeId.of(nodeUuid), cipher.open(sealedXml, place(uuid)),
                GuestWish.State.fromWire(state).orElseThrow(() -> new IllegalStateException(
                        "column guests.state holds '%s', which this version does not know: was the database used by a newer one?".formatted(state))),
                message, version, createdAt, updatedAt);
    }

    private static String place(String uuid) {
        return uuid + "/guest";
    }
}
