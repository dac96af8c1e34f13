package io.bessemer.api.agent;

import io.bessemer.api.wire.JsonBody;
import io.bessemer.api.wire.Query;
import io.bessemer.api.wire.Values;
import io.bessemer.conductor.AgentService;
import io.bessemer.core.fault.Failure;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/// `/v1/hosts/{node}/up`: the operating system that was imaged calls it on its first boot, for instance by cloud-init's
/// `phone_home`, which posts a form. `/v1/hosts/{node}/failed`: the program that makes a pool's host of it could not.
@RestController
@RequestMapping("/v1/hosts/{node}")
final class HostResource {
    private final AgentService service;

    HostResource(AgentService service) {
        this.service = service;
    }

    @PostMapping("/up")
    ResponseEntity<Void> up(@PathVariable String node, Query query, HttpServletRequest request) throws IOException {
        String token = query.text("token").orElseThrow(() -> new Failure.Unauthorized("Send the host's token as the query's 'token'."));
        Map<String, Object> facts = new LinkedHashMap<>(query.values());
        facts.remove("token");
        String type = request.getContentType();
        if (type != null && type.startsWith("application/json") && JsonBody.of(request).value() instanceof Map<?, ?> body) {
            facts.putAll(Values.object(body, "body"));
        }
        facts.put("address", request.getRemoteAddr());
        service.hostUp(AgentResource.id(node), token, facts);
        return ResponseEntity.noContent().build();
    }

    /// What went wrong on a first boot: `{"part": ..., "error": ..., "output": [...]}`.
    @PostMapping("/failed")
    ResponseEntity<Void> failed(@PathVariable String node, Query query, JsonBody body) {
        query.allowOnly("token");
        String token = query.text("token").orElseThrow(() -> new Failure.Unauthorized("Send the host's token as the query's 'token'."));
        service.hostFailed(AgentResource.id(node), token, body.members());
        return ResponseEntity.noContent().build();
    }
}
