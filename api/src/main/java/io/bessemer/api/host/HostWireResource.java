package io.bessemer.api.host;

import io.bessemer.api.wire.ErrorKind;
import io.bessemer.api.wire.JsonBody;
import io.bessemer.api.wire.Query;
import io.bessemer.api.wire.Values;
import io.bessemer.api.wire.WireException;
import io.bessemer.agent.protocol.DecodeException;
import io.bessemer.conductor.pool.CertificateAuthority;
import io.bessemer.conductor.pool.HostIdentity;
import io.bessemer.conductor.pool.HostService;
import io.bessemer.core.fault.Failure;
import io.bessemer.core.node.NodeId;
import io.bessemer.host.protocol.CertificateAnswer;
import io.bessemer.host.protocol.CertificateRequest;
import io.bessemer.host.protocol.HostReport;
import io.bessemer.host.protocol.JoinRequest;
import jakarta.servlet.http.HttpServletRequest;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/// `/v1/hosts/{node}`: the compute agent's side, by TLS. All but `join` need the host's certificate, and it must be that node's.
@RestController
@RequestMapping("/v1/hosts/{node}")
final class HostWireResource {
    private static final String CERTIFICATES = "jakarta.servlet.request.X509Certificate";
    private static final int LONGEST_WAIT = 30;

    private final HostService service;

    HostWireResource(HostService service) {
        this.service = service;
    }

    @PostMapping("/join")
    ResponseEntity<Map<String, Object>> join(@PathVariable String node, @RequestHeader(name = "Authorization", required = false) String authorization,
            JsonBody body, HttpServletRequest request) {
        JoinRequest join = decoded(body, JoinRequest::fromMap);
        return ResponseEntity.status(HttpStatus.CREATED).body(service.join(id(node), token(authorization), join.csr(), join.version(), join.hostname(),
                request.getRemoteAddr()).toMap());
    }

    @PostMapping("/certificate")
    ResponseEntity<Map<String, Object>> certificate(@PathVariable String node, JsonBody body, HttpServletRequest request) {
        HostIdentity identity = identity(node, request);
        CertificateAuthority.Issued issued = service.renew(identity, decoded(body, CertificateRequest::fromMap).csr(), request.getRemoteAddr());
        return ResponseEntity.status(HttpStatus.CREATED).body(new CertificateAnswer(issued.certificate(), issued.expires()).toMap());
    }

    @PostMapping("/report")
    Map<String, Object> report(@PathVariable String node, JsonBody body, Query query, HttpServletRequest request) {
        HostIdentity identity = identity(node, request);
        int seconds = query.text("wait").map(text -> Values.wholeNumber(text, "wait")).orElse(0);
        return service.report(identity, decoded(body, HostReport::fromMap), request.getRemoteAddr(), Duration.ofSeconds(Math.clamp(seconds, 0, LONGEST_WAIT))).toMap();
    }

    private static HostIdentity identity(String node, HttpServletRequest request) {
        NodeId asked = id(node);
        Optional<HostIdentity> shown = request.getAttribute(CERTIFICATES) instanceof X509Certificate[] chain
                ? Arrays.stream(chain).findFirst().flatMap(HostIdentity::of) : Optional.empty();
        HostIdentity identity = shown.orElseThrow(() -> new Failure.Unauthorized(
                "This needs the certificate of host %s, which it gets by POST /v1/hosts/%s/join.".formatted(asked, asked)));
        if (!identity.node().equals(asked)) {
            throw new Failure.Forbidden("The certificate is that of host %s, not of %s.".formatted(identity.node(), asked));
        }
        return identity;
    }

    private static NodeId id(String text) {
        return NodeId.parse(text).orElseThrow(() -> new Failure.NotFound("Hypervisor", text));
    }

    private static String token(String authorization) {
        if (authorization == null || !authorization.regionMatches(true, 0, "Bearer ", 0, "Bearer ".length())) {
            throw new Failure.Unauthorized("Send the join token of the config drive as 'Authorization: Bearer TOKEN'.");
        }
        return authorization.substring("Bearer ".length()).strip();
    }

    private interface Decoder<T> {
        T decode(Map<String, Object> members) throws DecodeException;
    }

    private static <T> T decoded(JsonBody body, Decoder<T> decoder) {
        try {
            return decoder.decode(body.members());
        } catch (DecodeException e) {
            throw new WireException(ErrorKind.MALFORMED_BODY, e.getMessage());
        }
    }
}
