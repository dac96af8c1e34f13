package io.bessemer.host.protocol;

import io.bessemer.agent.protocol.DecodeException;
import io.bessemer.agent.protocol.Fields;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/// A host has joined.
///
/// @param certificate for the key of the request, PEM
public record JoinAnswer(String certificate, Instant expiresAt, HostOrders orders) {

    public Map<String, Object> toMap() {
        var map = new LinkedHashMap<String, Object>();
        map.put("certificate", certificate);
        map.put("expires_at", expiresAt.toString());
        map.put("orders", orders.toMap());
        return map;
    }

    public static JoinAnswer fromMap(Map<String, Object> map) throws DecodeException {
        var fields = Fields.of(map, "");
        return new JoinAnswer(Pem.text(fields, "certificate", Pem.CERTIFICATE), fields.time("expires_at"),
                HostOrders.from(Fields.of(fields.map().get("orders"), "orders")));
    }
}
