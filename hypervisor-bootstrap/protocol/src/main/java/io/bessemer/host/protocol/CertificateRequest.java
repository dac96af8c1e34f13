package io.bessemer.host.protocol;

import io.bessemer.agent.protocol.DecodeException;
import io.bessemer.agent.protocol.Fields;
import java.util.Map;

/// A host wants a new certificate before its own expires: `POST /v1/hosts/{node}/certificate`.
///
/// @param csr PKCS #10 request for a fresh key, PEM
public record CertificateRequest(String csr) {

    public Map<String, Object> toMap() {
        return Map.of("csr", csr);
    }

    public static CertificateRequest fromMap(Map<String, Object> map) throws DecodeException {
        return new CertificateRequest(Pem.text(Fields.of(map, ""), "csr", Pem.REQUEST));
    }
}
