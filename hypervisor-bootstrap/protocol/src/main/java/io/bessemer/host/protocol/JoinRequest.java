package io.bessemer.host.protocol;

import io.bessemer.agent.protocol.DecodeException;
import io.bessemer.agent.protocol.Fields;
import java.util.LinkedHashMap;
import java.util.Map;

/// A host wants to join: `POST /v1/hosts/{node}/join`. The token is in the header.
///
/// @param csr      PKCS #10 request for the key that the agent made, PEM
/// @param version  of the agent
/// @param hostname as the host names itself
public record JoinRequest(String csr, String version, String hostname) {

    public Map<String, Object> toMap() {
        var map = new LinkedHashMap<String, Object>();
        map.put("csr", csr);
        map.put("version", version);
        map.put("hostname", hostname);
        return map;
    }

    public static JoinRequest fromMap(Map<String, Object> map) throws DecodeException {
        var fields = Fields.of(map, "");
        return new JoinRequest(Pem.text(fields, "csr", Pem.REQUEST), Limits.word(fields, "version"), Limits.word(fields, "hostname"));
    }
}
