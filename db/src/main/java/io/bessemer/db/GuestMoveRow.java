package io.bessemer.db;

import io.bessemer.core.node.NodeId;
import io.bessemer.core.pool.GuestMove;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.UUID;

/// A row of table `guest_moves`, filled by position.
record GuestMoveRow(String guestUuid, String name, String sourceUuid, String targetUuid, long number, boolean asked, String tried, String message,
        Instant since, long version) {

    static GuestMoveRow of(GuestMove move, JsonColumns json) {
        return new GuestMoveRow(move.guest().toString(), move.name(), move.source().toString(), move.target() == null ? null : move.target().toString(),
                move.number(), move.asked(), json.writePlain(move.tried().stream().map(NodeId::toString).toList()), move.message(), Micros.of(move.since()),
                move.version());
    }

    GuestMove toMove(JsonColumns json) {
        var nodes = new LinkedHashSet<NodeId>();
        Arrays.stream(json.readPlain(tried, String[].class)).map(NodeId::of).forEach(nodes::add);
        return new GuestMove(UUID.fromString(guestUuid), name, NodeId.of(sourceUuid), targetUuid == null ? null : NodeId.of(targetUuid), number, asked, nodes,
                message, since, version);
    }
}
