package io.bessemer.api.node;

import io.bessemer.api.wire.JsonBody;
import io.bessemer.api.wire.JsonBody.JsonObject;
import io.bessemer.api.wire.Query;
import io.bessemer.api.wire.RequestContext;
import io.bessemer.api.wire.Values;
import io.bessemer.conductor.NodeHardware;
import io.bessemer.conductor.NodeHardware.ConsoleState;
import io.bessemer.core.fault.Failure;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RestController;

/// `/v1/nodes/{ident}/states/console`: a node's console, started, stopped, and how to reach it.
@RestController
final class NodeConsoleResource {
    private final NodeHardware hardware;
    private final NodeFinder finder;

    NodeConsoleResource(NodeHardware hardware, NodeFinder finder) {
        this.hardware = hardware;
        this.finder = finder;
    }

    /// Ironic takes the node at the end of the path too, and tempest puts it there.
    @GetMapping({"/v1/nodes/{ident}/states/console", "/v1/nodes/states/console/{ident}"})
    Map<String, Object> console(@PathVariable String ident) {
        ConsoleState state = hardware.console(finder.find(ident).id());
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("console_enabled", state.enabled());
        answer.put("console_info", state.connection());
        return answer;
    }

    /// Ironic took the argument from the query before it took a body; both still work.
    @PutMapping("/v1/nodes/{ident}/states/console")
    ResponseEntity<Void> enable(@PathVariable String ident, JsonBody body, Query query, RequestContext context) {
        JsonObject members = body.optionalObject("enabled").orElseGet(() -> new JsonObject(new TreeMap<>(query.values())));
        if (!members.has("enabled")) {
            throw new Failure.Missing("enabled", "Send true or false.");
        }
        hardware.setConsole(finder.find(ident).id(), Values.flag(members.get("enabled"), "enabled"));
        return ResponseEntity.accepted().location(URI.create(context.base() + "/v1/nodes/" + ident + "/states/console")).build();
    }
}
