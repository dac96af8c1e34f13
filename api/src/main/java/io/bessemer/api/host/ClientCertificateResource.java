package io.bessemer.api.host;

import io.bessemer.api.wire.JsonBody;
import io.bessemer.api.wire.JsonBody.JsonObject;
import io.bessemer.conductor.pool.CertificateAuthority;
import io.bessemer.conductor.pool.CertificateAuthority.Issued;
import io.bessemer.conductor.pool.HostService;
import io.bessemer.conductor.pool.SigningRequest;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/// `/v1/client_certificates`: for `virsh -c qemu+tls://host/system`. A key that is made here is shown once and kept nowhere.
@RestController
@RequestMapping("/v1/client_certificates")
final class ClientCertificateResource {
    private final CertificateAuthority authority;

    ClientCertificateResource(HostService service) {
        this.authority = service.authority();
    }

    @PostMapping
    ResponseEntity<Map<String, Object>> create(JsonBody body) {
        JsonObject members = body.object("name", "csr");
        String name = members.required("name");
        Map<String, Object> answer = new LinkedHashMap<>();
        if (members.has("csr")) {
            put(answer, authority.client(SigningRequest.parse(members.required("csr")), name), null);
        } else {
            var made = authority.client(name);
            put(answer, made.issued(), made.key());
        }
        answer.put("ca", authority.certificate());
        return ResponseEntity.status(HttpStatus.CREATED).header("Cache-Control", "no-store").body(answer);
    }

    private static void put(Map<String, Object> answer, Issued issued, String key) {
        answer.put("certificate", issued.certificate());
        answer.put("key", key);
        answer.put("serial", issued.serial());
        answer.put("expires_at", issued.expires().toString());
    }
}
