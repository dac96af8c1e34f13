package io.bessemer.host.protocol;

import io.bessemer.agent.protocol.DecodeException;
import io.bessemer.agent.protocol.Fields;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/// A guest that shall be on a host, or be there no more. Guests that no order names are left alone. A definition may hold secrets, so no
/// complaint quotes it.
///
/// @param xml libvirt's definition with this name and UUID, at most 64 KiB in UTF-8; empty for one that shall be absent
public record GuestOrder(UUID uuid, String name, GuestState state, String xml) {
    public static final int MOST = 1000;
    public static final int MOST_XML_BYTES = 64 * 1024;
    /// of all guests of a host together: the answer to a report has at most 8 MiB
    public static final int MOST_XML_BYTES_TOGETHER = 4 << 20;

    public enum GuestState {
        RUNNING, SHUT_OFF, ABSENT;

        public String wire() {
            return Limits.wire(this).replace('_', ' ');
        }
    }

    @Override
    public String toString() {
        return "GuestOrder[uuid=%s, name=%s, state=%s, xml=***]".formatted(uuid, name, state.wire());
    }

    Map<String, Object> toMap() {
        var map = new LinkedHashMap<String, Object>();
        map.put("uuid", uuid.toString());
        map.put("name", name);
        map.put("state", state.wire());
        map.put("xml", xml);
        return map;
    }

    /// Absent from a server that knows of none.
    static List<GuestOrder> list(Fields orders) throws DecodeException {
        List<?> list = orders.map().get("guests") == null ? List.of() : orders.list("guests", MOST);
        var guests = new ArrayList<GuestOrder>(list.size());
        for (int i = 0; i < list.size(); i++) {
            guests.add(from(Fields.of(list.get(i), orders.path() + "guests[" + i + "]")));
        }
        requireFew(orders.path() + "guests", guests);
        return guests;
    }

    private static GuestOrder from(Fields fields) throws DecodeException {
        String text = fields.text("state");
        GuestState state = null;
        for (GuestState one : GuestState.values()) {
            state = one.wire().equals(text) ? one : state;
        }
        if (state == null) {
            throw fields.wrong("state", "one of running, shut off, absent");
        }
        if (!(fields.map().get("xml") instanceof String xml)) {
            throw new DecodeException(fields.path() + "xml", "a text", null);
        }
        return new GuestOrder(fields.uuid("uuid"), Limits.name(fields, "name"), state, xml);
    }

    /// Not too many, nor too long, and one of each UUID and name.
    static void requireFew(String field, List<GuestOrder> guests) throws DecodeException {
        if (guests.size() > MOST) {
            throw new DecodeException(field, "a list of at most " + MOST + " elements", "a list of " + guests.size());
        }
        long together = 0;
        Set<Object> seen = new HashSet<>();
        for (GuestOrder guest : guests) {
            long bytes = guest.xml.getBytes(StandardCharsets.UTF_8).length;
            together += bytes;
            if (bytes > MOST_XML_BYTES) {
                throw new DecodeException(field, "with xml of at most " + MOST_XML_BYTES + " bytes each", bytes + " bytes of guest " + guest.name);
            }
            if (!seen.add(guest.uuid) | !seen.add(guest.name)) {
                throw new DecodeException(field, "one of each uuid and name", "two of " + guest.name);
            }
        }
        if (together > MOST_XML_BYTES_TOGETHER) {
            throw new DecodeException(field, "with xml of at most " + MOST_XML_BYTES_TOGETHER + " bytes together", together);
        }
    }
}
