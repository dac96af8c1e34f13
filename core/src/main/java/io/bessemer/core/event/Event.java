package io.bessemer.core.event;

import io.bessemer.core.node.JsonCopy;
import io.bessemer.core.node.NodeId;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/// Something that happened, at its place in the order of all.
///
/// @param cursor place in the order, without gaps, from 1; what a reader has seen last
/// @param id     of this event wherever it is told
/// @param at     when it was committed, to the clock of the process that did it
/// @param type   Ironic's event type, `baremetal.node.provision_set.start`; our own begin with `bessemer.`
/// @param node   that it is about; null for none
/// @param owner  project that owned the thing then; null for the system's own
/// @param lessee project that used it then; null for none
/// @param data   the fields of Ironic's payload, see [Payloads]; without secrets
public record Event(long cursor, UUID id, Instant at, String type, NodeId node, String owner, String lessee, Map<String, Object> data) {
    public Event {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(at, "at");
        Objects.requireNonNull(type, "type");
        data = JsonCopy.of(data);
    }
}
