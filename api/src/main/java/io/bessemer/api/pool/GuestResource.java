package io.bessemer.api.pool;

import io.bessemer.api.node.NodeFinder;
import io.bessemer.api.wire.Field;
import io.bessemer.api.wire.JsonBody;
import io.bessemer.api.wire.Page;
import io.bessemer.api.wire.Query;
import io.bessemer.api.wire.RequestContext;
import io.bessemer.api.wire.Values;
import io.bessemer.conductor.pool.GuestService;
import io.bessemer.core.fault.Failure;
import io.bessemer.core.node.Node;
import io.bessemer.core.pool.GuestWish;
import io.bessemer.core.pool.Hypervisor;
import io.bessemer.core.pool.HypervisorStore;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/// `/v1/hypervisors/{node}/guests`: guests of a host by their UUID or name. Those that somebody made by libvirt itself are shown, and may be
/// migrated; all else is left to whoever made them.
@RestController
@RequestMapping("/v1/hypervisors/{host}/guests")
final class GuestResource {
    private final GuestService service;
    private final HypervisorStore hypervisors;
    private final NodeFinder finder;

    GuestResource(GuestService service, HypervisorStore hypervisors, NodeFinder finder) {
        this.service = service;
        this.hypervisors = hypervisors;
        this.finder = finder;
    }

    /// A host, by whatever the client called it.
    private record Host(Node node, Hypervisor member) {}

    @GetMapping
    Map<String, Object> list(@PathVariable String host, Query query, RequestContext context) {
        query.allowOnly(Page.ARGUMENTS.toArray(String[]::new));
        Host found = host(host);
        var all = new Collection<>("guests", "Guest", GuestView.TABLE, (GuestView view) -> view.seen().uuid().toString());
        return all.page(service.list(found.member).stream().map(seen -> new GuestView(seen, found.node.name())).toList(), query, context,
                "/v1/hypervisors/%s/guests".formatted(found.node.id()));
    }

    @PostMapping
    ResponseEntity<Map<String, Object>> define(@PathVariable String host, JsonBody body, RequestContext context) {
        Host found = host(host);
        JsonBody.JsonObject asked = body.object("xml", "name", "uuid", "target_state");
        GuestWish.State state = asked.text("target_state").map(text -> state(text, "target_state")).orElse(GuestWish.State.SHUT_OFF);
        UUID uuid = asked.has("uuid") ? Values.uuid(asked.get("uuid"), "uuid") : null;
        GuestWish created = service.define(found.node.id(), asked.required("xml"), asked.text("name").orElse(null), uuid, state);
        return ResponseEntity.created(URI.create("%s/v1/hypervisors/%s/guests/%s".formatted(context.base(), found.node.id(), created.uuid())))
                .body(GuestView.TABLE.detail(view(found, created.uuid().toString()), context));
    }

    @GetMapping("/{guest}")
    Map<String, Object> show(@PathVariable String host, @PathVariable String guest, Query query, RequestContext context) {
        query.allowOnly("fields");
        List<Field<GuestView>> wanted = GuestView.TABLE.wantedOfOne(query, context);
        return GuestView.TABLE.show(view(host(host), guest), wanted, context);
    }

    @PutMapping("/{guest}/states")
    ResponseEntity<Void> ask(@PathVariable String host, @PathVariable String guest, JsonBody body, RequestContext context) {
        Host found = host(host);
        service.ask(found.node.id(), guest, state(body.object("target").required("target"), "target"));
        return accepted(found, guest, context);
    }

    /// Stops and undefines it; its volumes stay. It is shown until it is gone.
    @DeleteMapping("/{guest}")
    ResponseEntity<Void> delete(@PathVariable String host, @PathVariable String guest, RequestContext context) {
        Host found = host(host);
        service.ask(found.node.id(), guest, GuestWish.State.ABSENT);
        return accepted(found, guest, context);
    }

    @PutMapping("/{guest}/migrate")
    ResponseEntity<Void> migrate(@PathVariable String host, @PathVariable String guest, JsonBody body, RequestContext context) {
        Host found = host(host);
        Optional<Node> target = body.optionalObject("target").flatMap(asked -> asked.text("target")).map(name -> finder.lookUp(name)
                .orElseThrow(() -> new Failure.Invalid("target", "there is no node '%s'.".formatted(name))));
        service.migrate(found.node.id(), guest, target);
        return accepted(found, guest, context);
    }

    private static ResponseEntity<Void> accepted(Host host, String guest, RequestContext context) {
        return ResponseEntity.accepted().location(URI.create("%s/v1/hypervisors/%s/guests/%s".formatted(context.base(), host.node.id(), guest))).build();
    }

    private static GuestWish.State state(String text, String field) {
        return GuestWish.State.fromWire(text).filter(state -> state != GuestWish.State.ABSENT)
                .orElseThrow(() -> new Failure.Invalid(field, "'%s' is not one of running, shut off. To have a guest removed, DELETE it.".formatted(text)));
    }

    private GuestView view(Host host, String guest) {
        return new GuestView(service.find(host.member, guest), host.node.name());
    }

    private Host host(String ident) {
        Node node = finder.lookUp(ident).orElseThrow(() -> new Failure.NotFound("Hypervisor", ident));
        return new Host(node, hypervisors.find(node.id()).orElseThrow(() -> new Failure.NotFound("Hypervisor", ident)));
    }
}
