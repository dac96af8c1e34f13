package io.bessemer.host.protocol;

import io.bessemer.agent.protocol.DecodeException;
import io.bessemer.agent.protocol.Fields;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/// What a host needs to join: `bessemer.join` of the config drive's `meta_data.json`.
///
/// @param url   of the server, `https://host:port` without a path
/// @param token one-time
/// @param ca    certificate of the server's authority, PEM: the only one that the agent trusts
/// @param zone  for people who look at the drive
/// @param pool  for people who look at the drive
public record JoinTicket(String url, UUID node, String token, String ca, String zone, String pool) {

    public Map<String, Object> toMap() {
        var map = new LinkedHashMap<String, Object>();
        map.put("url", url);
        map.put("node", node.toString());
        map.put("token", token);
        map.put("ca", ca);
        map.put("zone", zone);
        map.put("pool", pool);
        return map;
    }

    public static JoinTicket fromMap(Map<String, Object> map) throws DecodeException {
        var fields = Fields.of(map, "");
        String url = fields.text("url");
        if (!url.matches("https://[^/?#\\s@]+")) {
            throw fields.wrong("url", "https://HOST:PORT");
        }
        return new JoinTicket(url, fields.uuid("node"), fields.text("token"), Pem.text(fields, "ca", Pem.CERTIFICATE), fields.text("zone", ""),
                fields.text("pool", ""));
    }

    @Override
    public String toString() {
        return "JoinTicket[url=%s, node=%s, token=***, zone=%s, pool=%s]".formatted(url, node, zone, pool);
    }
}
