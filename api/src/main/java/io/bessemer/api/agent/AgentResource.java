package io.bessemer.api.agent;

import io.bessemer.api.wire.ErrorKind;
import io.bessemer.api.wire.JsonBody.JsonObject;
import io.bessemer.api.wire.JsonBody;
import io.bessemer.api.wire.Query;
import io.bessemer.api.wire.Values;
import io.bessemer.api.wire.WireException;
import io.bessemer.conductor.AgentService;
import io.bessemer.core.agent.AgentCommand;
import io.bessemer.core.fault.Failure;
import io.bessemer.core.node.NodeId;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/// `/v1/agent/{node}`: the ramdisk agent's side. The agent dials out and asks; a long poll blocks its virtual thread.
@RestController
@RequestMapping("/v1/agent/{node}")
final class AgentResource {
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(55);
    private static final int MOST_EVENTS = 500;
    private static final int LONGEST_ERROR = 8192;

    private final AgentService service;

    AgentResource(AgentService service) {
        this.service = service;
    }

    @PostMapping("/session")
    ResponseEntity<Map<String, Object>> open(@PathVariable String node, JsonBody body, HttpServletRequest request) {
        JsonObject members = body.object("attempt", "token", "mac", "version", "boot_mode");
        long attempt = Values.wholeNumber(members.get("attempt"), "attempt");
        AgentService.Opened opened = service.open(id(node), attempt, members.required("token"), members.text("mac").orElse(""),
                request.getRemoteAddr(), members.text("version").orElse(""), members.text("boot_mode").orElse(""));
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("agent_token", opened.token());
        answer.put("attempt", opened.attempt());
        answer.put("poll_wait", opened.pollWait().toSeconds());
        answer.put("idle_power_off", opened.idlePowerOff().toSeconds());
        return ResponseEntity.status(HttpStatus.CREATED).body(answer);
    }

    @GetMapping("/commands/next")
    ResponseEntity<Map<String, Object>> next(@PathVariable String node, @RequestHeader(name = "Authorization", required = false) String authorization, Query query) {
        int seconds = query.text("wait").map(text -> Values.wholeNumber(text, "wait")).orElse(0);
        Duration wait = Duration.ofSeconds(Math.clamp(seconds, 0, LONGEST_WAIT.toSeconds()));
        return service.next(id(node), token(authorization), wait).map(AgentResource::shown).map(ResponseEntity::ok)
                .orElseGet(() -> ResponseEntity.noContent().build());
    }

    private static Map<String, Object> shown(AgentCommand command) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("id", command.id().toString());
        shown.put("attempt", command.attempt());
        shown.put("step", command.step());
        shown.put("kind", command.kind());
        shown.put("params", command.params());
        return shown;
    }

    @PostMapping("/commands/{command}")
    ResponseEntity<Void> report(@PathVariable String node, @PathVariable String command,
            @RequestHeader(name = "Authorization", required = false) String authorization, JsonBody body) {
        JsonObject members = body.object("status", "progress", "result", "error");
        String word = members.required("status");
        AgentCommand.Status status = Arrays.stream(AgentCommand.Status.values())
                .filter(known -> known != AgentCommand.Status.QUEUED && known.name().toLowerCase(Locale.ROOT).equals(word)).findFirst()
                .orElseThrow(() -> new Failure.Invalid("status", "'%s' is not one of running, succeeded, failed.".formatted(word)));
        UUID id = Values.uuid(command, "command");
        String error = members.text("error").map(text -> text.length() > LONGEST_ERROR ? text.substring(0, LONGEST_ERROR) : text).orElse("");
        if (!service.report(id(node), token(authorization), id, status, members.object("progress"), members.object("result"), error)) {
            throw new WireException(ErrorKind.STALE_COMMAND, "Command %s is stale; drop it.".formatted(id));
        }
        return ResponseEntity.noContent().build();
    }

    @PostMapping("/events")
    ResponseEntity<Void> events(@PathVariable String node, @RequestHeader(name = "Authorization", required = false) String authorization, JsonBody body) {
        List<Object> list = body.list();
        if (list.size() > MOST_EVENTS) {
            throw new Failure.Invalid("events", "are %d, at most %d are taken at once.".formatted(list.size(), MOST_EVENTS));
        }
        List<Map<String, Object>> events = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            events.add(Values.object(list.get(i), "events[%d]".formatted(i)));
        }
        service.events(id(node), token(authorization), events);
        return ResponseEntity.noContent().build();
    }

    @PostMapping("/goodbye")
    ResponseEntity<Void> goodbye(@PathVariable String node, @RequestHeader(name = "Authorization", required = false) String authorization, JsonBody body) {
        String reason = body.optionalObject("reason").flatMap(members -> members.text("reason")).orElse("");
        service.goodbye(id(node), token(authorization), reason);
        return ResponseEntity.noContent().build();
    }

    @GetMapping("/configdrive")
    ResponseEntity<byte[]> configDrive(@PathVariable String node, @RequestHeader(name = "Authorization", required = false) String authorization,
            HttpServletRequest request) {
        return ResponseEntity.ok().contentType(MediaType.APPLICATION_OCTET_STREAM).body(service.configDrive(id(node), token(authorization), reached(request)));
    }

    /// By the socket, not by what the client wrote into its Host header.
    private static URI reached(HttpServletRequest request) {
        String address = request.getLocalAddr();
        return URI.create("%s://%s:%d".formatted(request.getScheme(), address.contains(":") ? "[" + address + "]" : address, request.getLocalPort()));
    }

    static NodeId id(String text) {
        return NodeId.parse(text).orElseThrow(() -> new Failure.NotFound("Node", text));
    }

    private static String token(String authorization) {
        if (authorization == null || !authorization.regionMatches(true, 0, "Bearer ", 0, "Bearer ".length())) {
            throw new Failure.Unauthorized("Send the agent token as 'Authorization: Bearer TOKEN'.");
        }
        return authorization.substring("Bearer ".length()).strip();
    }
}
