package io.bessemer.host.protocol;

import io.bessemer.agent.protocol.DecodeException;
import io.bessemer.agent.protocol.Fields;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// How far a host came with a move of its orders.
///
/// @param number of the order
/// @param detail how much is copied, or why it failed
public record MoveReport(UUID guest, long number, State state, String detail) {
    public enum State {
        WAITING, RUNNING,
        /// ended, and the guest is here as before: it will not come to run on the other host
        FAILED,
        /// ended, and the guest is not here
        GONE;

        public String wire() {
            return Limits.wire(this);
        }
    }

    public Map<String, Object> toMap() {
        var map = new LinkedHashMap<String, Object>();
        map.put("guest", guest.toString());
        map.put("number", number);
        map.put("state", state.wire());
        map.put("detail", detail);
        return map;
    }

    /// Absent from an agent that moves none.
    static List<MoveReport> list(Fields report) throws DecodeException {
        List<?> list = report.map().get("moves") == null ? List.of() : report.list("moves", GuestOrder.MOST);
        var moves = new ArrayList<MoveReport>(list.size());
        for (int i = 0; i < list.size(); i++) {
            moves.add(from(Fields.of(list.get(i), "moves[" + i + "]")));
        }
        return moves;
    }

    public static MoveReport from(Fields fields) throws DecodeException {
        return new MoveReport(fields.uuid("guest"), fields.number("number", 1, Long.MAX_VALUE), Limits.oneOf(fields, "state", State.values()), fields.text("detail", ""));
    }
}
