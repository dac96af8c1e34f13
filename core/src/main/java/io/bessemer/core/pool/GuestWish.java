package io.bessemer.core.pool;

import io.bessemer.core.node.NodeId;
import java.time.Instant;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/// A guest that shall be on a host of Bessemer's own. What there really is, the host's agent reports ([Hypervisor#guests]).
///
/// @param uuid      libvirt's
/// @param name      libvirt's; one of its kind in the pool, as guests move among its hosts
/// @param node      of the host that it shall be on; another one once it was moved
/// @param xml       libvirt's definition; may hold secrets, as the password of a console
/// @param message   what came of the last move that somebody asked for; null when there is nothing to say
/// @param version   raised by each commit, for compare-and-set
/// @param updatedAt null until the first change
public record GuestWish(UUID uuid, String name, String pool, NodeId node, String xml, State state, String message, long version, Instant createdAt,
        Instant updatedAt) {
    public GuestWish {
        Objects.requireNonNull(uuid, "uuid");
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(pool, "pool");
        Objects.requireNonNull(node, "node");
        Objects.requireNonNull(xml, "xml");
        Objects.requireNonNull(state, "state");
    }

    /// What a guest shall be: libvirt's words, and `absent`.
    public enum State {
        RUNNING("running"),
        SHUT_OFF("shut off"),
        /// stopped and undefined; its volumes stay
        ABSENT("absent");

        private final String wire;

        State(String wire) {
            this.wire = wire;
        }

        public String wire() {
            return wire;
        }

        public static Optional<State> fromWire(String text) {
            return Arrays.stream(values()).filter(state -> state.wire.equals(text)).findFirst();
        }
    }

    public GuestWish with(State other) {
        return new GuestWish(uuid, name, pool, node, xml, other, message, version, createdAt, updatedAt);
    }

    public GuestWish withMessage(String other) {
        return new GuestWish(uuid, name, pool, node, xml, state, other, version, createdAt, updatedAt);
    }

    public GuestWish on(NodeId other) {
        return new GuestWish(uuid, name, pool, other, xml, state, message, version, createdAt, updatedAt);
    }

    @Override
    public String toString() {
        return "GuestWish[uuid=%s, name=%s, node=%s, state=%s, xml=***]".formatted(uuid, name, node, state);
    }
}
