package io.bessemer.host.protocol;

import io.bessemer.agent.protocol.DecodeException;
import io.bessemer.agent.protocol.Fields;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/// @param certificate for the key of the request, PEM
public record CertificateAnswer(String certificate, Instant expiresAt) {

    public Map<String, Object> toMap() {
        var map = new LinkedHashMap<String, Object>();
        map.put("certificate", certificate);
        map.put("expires_at", expiresAt.toString());
        return map;
    }

    public static CertificateAnswer fromMap(Map<String, Object> map) throws DecodeException {
        var fields = Fields.of(map, "");
        return new CertificateAnswer(Pem.text(fields, "certificate", Pem.CERTIFICATE), fields.time("expires_at"));
    }
}
