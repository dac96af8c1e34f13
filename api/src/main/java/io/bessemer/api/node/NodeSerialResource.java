package io.bessemer.api.node;

import io.bessemer.api.wire.Query;
import io.bessemer.api.wire.RequestContext;
import io.bessemer.api.wire.Values;
import io.bessemer.conductor.console.ConsoleText;
import io.bessemer.conductor.console.ConsoleWatch;
import io.bessemer.conductor.console.Consoles;
import io.bessemer.core.fault.Failure;
import io.bessemer.core.node.Node;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.node.NodeStore;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.socket.server.HandshakeInterceptor;
import org.springframework.web.socket.server.support.DefaultHandshakeHandler;
import org.springframework.web.socket.server.support.OriginHandshakeInterceptor;
import org.springframework.web.socket.server.support.WebSocketHttpRequestHandler;

/// Bessemer's own: a node's serial console as a WebSocket, and what was recorded of it. Not bound to a microversion.
///
/// An upgrade is an ordinary request until it is granted: who may do it is held to the policy as anything else, and refusals are Ironic's
/// error bodies.
@RestController
final class NodeSerialResource {
    private static final Duration CONNECTS_WITHIN = Duration.ofSeconds(10);
    private static final int USUAL_LINES = 200;
    private static final int MOST_LINES = 100_000;
    private static final int MOST_BYTES = 8 << 20;
    private static final int BYTES_A_LINE = 500;

    private final Consoles consoles;
    private final ConsoleTickets tickets;
    private final NodeFinder finder;
    private final NodeStore nodes;

    NodeSerialResource(Consoles consoles, ConsoleTickets tickets, NodeFinder finder, NodeStore nodes) {
        this.consoles = consoles;
        this.tickets = tickets;
        this.finder = finder;
        this.nodes = nodes;
    }

    @GetMapping("/v1/nodes/{ident}/console")
    void attach(@PathVariable String ident, Query query, HttpServletRequest request, HttpServletResponse response) throws ServletException, IOException {
        // a page of another site must not use the console in the name of whoever looks at it
        upgrade(finder.find(ident), query, List.of(new OriginHandshakeInterceptor()), request, response);
    }

    /// An address for a browser. Its token says who may, so that a page of any site may use it.
    @PostMapping("/v1/nodes/{ident}/console")
    ResponseEntity<Map<String, Object>> address(@PathVariable String ident, RequestContext context) {
        Node node = serial(finder.find(ident));
        ConsoleTickets.Issued ticket = tickets.issue(node.id());
        return ResponseEntity.status(HttpStatus.CREATED).header("Cache-Control", "no-store")
                .body(Map.of("url", context.base().replaceFirst("^http", "ws") + "/v1/consoles/" + ticket.token(), "expires_at", Values.time(ticket.expires())));
    }

    @GetMapping("/v1/consoles/{token}")
    void attachByToken(@PathVariable String token, Query query, HttpServletRequest request, HttpServletResponse response) throws ServletException, IOException {
        NodeId id = tickets.take(token);
        upgrade(nodes.find(id).orElseThrow(() -> new Failure.NotFound("Node", id.toString())), query, List.of(), request, response);
    }

    private Node serial(Node node) {
        if (!consoles.known(node)) {
            throw new Failure.Unsupported("Driver %s of node %s has no serial console, or its console_interface is 'no-console'.".formatted(node.driver(), node.displayName()));
        }
        return node;
    }

    private void upgrade(Node of, Query query, List<HandshakeInterceptor> checks, HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        query.allowOnly("frames");
        String frames = query.text("frames").orElse("binary");
        if (!List.of("binary", "text").contains(frames)) {
            throw new Failure.Invalid("frames", "'%s' is not one of binary, text.".formatted(frames));
        }
        Node node = serial(of);
        if (!"websocket".equalsIgnoreCase(request.getHeader("Upgrade"))) {
            throw new Failure.Invalid("Upgrade", "A console is a WebSocket: ask for an upgrade, or use ./bessemer node console %s. What was recorded is at console/log."
                    .formatted(node.displayName()));
        }
        ConsoleWatch watch = consoles.watch(node);
        var socket = new ConsoleSocket(watch, frames.equals("text"));
        var upgrade = new WebSocketHttpRequestHandler(socket, new DefaultHandshakeHandler());
        upgrade.setHandshakeInterceptors(checks);
        try {
            upgrade.handleRequest(request, response);
        } finally {
            if (response.getStatus() == HttpServletResponse.SC_SWITCHING_PROTOCOLS) {
                socket.awaitConnection(CONNECTS_WITHIN);
            } else {
                watch.close();
            }
        }
    }

    /// @return text, clean unless it is asked for as it was sent
    @GetMapping("/v1/nodes/{ident}/console/log")
    ResponseEntity<byte[]> log(@PathVariable String ident, Query query) {
        query.allowOnly("lines", "raw");
        int lines = query.text("lines").map(text -> Values.wholeNumber(text, "lines")).orElse(USUAL_LINES);
        if (lines < 1 || lines > MOST_LINES) {
            throw new Failure.Invalid("lines", "must be 1 to %d.".formatted(MOST_LINES));
        }
        boolean raw = query.text("raw").map(text -> Values.flag(text, "raw")).orElse(false);
        byte[] recorded = consoles.recorded(finder.find(ident).id(), Math.min(MOST_BYTES, lines * BYTES_A_LINE));
        byte[] body = raw ? recorded : shown(ConsoleText.last(ConsoleText.lines(recorded), lines));
        return ResponseEntity.ok().contentType(new MediaType("text", "plain", StandardCharsets.UTF_8)).header("Cache-Control", "no-store")
                .header("X-Content-Type-Options", "nosniff").body(body);
    }

    private static byte[] shown(List<String> lines) {
        return lines.isEmpty() ? new byte[0] : (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
    }
}
