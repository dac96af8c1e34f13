package io.bessemer.host.protocol;

import io.bessemer.agent.protocol.DecodeException;
import io.bessemer.agent.protocol.Fields;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A guest that shall go to another host.
///
/// @param number tells this try from others: one that the agent has ended with is not tried again
/// @param uri    of the other host's libvirt, as this host reaches it: `qemu+tls://10.0.0.6/system`
/// @param host   the other host's name, for people
public record MoveOrder(UUID guest, String name, long number, String uri, String host) {
    private static final Pattern URI = Pattern.compile("[a-z]+\\+tls://(\\[[0-9A-Fa-f:]+]|[0-9.]+)/[a-z]*");
    private static final int LONGEST_URI = 255;

    /// libvirt's URI of a host for others with a certificate of the same authority.
    ///
    /// @param local   as on the host itself: `qemu:///system`
    /// @param address IPv4 or IPv6
    public static String uri(String local, String address) {
        return local.replace(":///", "+tls://%s/".formatted(address.contains(":") ? "[" + address + "]" : address));
    }

    /// Where the other host is, as it stands in its URI.
    public String address() {
        Matcher found = URI.matcher(uri);
        if (!found.matches()) {
            throw new IllegalStateException("uri was checked, and is " + uri);
        }
        return found.group(1);
    }

    Map<String, Object> toMap() {
        var map = new LinkedHashMap<String, Object>();
        map.put("guest", guest.toString());
        map.put("name", name);
        map.put("number", number);
        map.put("uri", uri);
        map.put("host", host);
        return map;
    }

    /// Absent from a server that knows of none.
    static List<MoveOrder> list(Fields orders) throws DecodeException {
        List<?> list = orders.map().get("moves") == null ? List.of() : orders.list("moves", GuestOrder.MOST);
        var moves = new ArrayList<MoveOrder>(list.size());
        for (int i = 0; i < list.size(); i++) {
            Fields fields = Fields.of(list.get(i), orders.path() + "moves[" + i + "]");
            String uri = fields.text("uri");
            if (uri.length() > LONGEST_URI || !URI.matcher(uri).matches()) {
                throw fields.wrong("uri", "libvirt's URI of a host as in qemu+tls://10.0.0.6/system");
            }
            moves.add(new MoveOrder(fields.uuid("guest"), Limits.word(fields, "name"), fields.number("number", 1, Long.MAX_VALUE), uri, Limits.word(fields, "host")));
        }
        return moves;
    }
}
