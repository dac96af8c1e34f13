package io.bessemer.api.node;

import io.bessemer.api.wire.JsonBody;
import io.bessemer.api.wire.RequestContext;
import io.bessemer.api.wire.Since;
import io.bessemer.api.wire.Values;
import io.bessemer.core.fault.Failure;
import io.bessemer.core.node.Node;
import io.bessemer.core.node.PortId;
import io.bessemer.core.node.PortStore;
import io.bessemer.core.node.PortgroupStore;
import io.bessemer.core.node.Vif;
import io.bessemer.core.node.VifStore;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/// `/v1/nodes/{ident}/vifs`, Ironic API 1.28: which virtual interface is on which port or port group. Ironic's `flat` network: it is written down,
/// and whoever made the VIF sees to the rest. Tearing the node down detaches all.
@Since(28)
@RestController
@RequestMapping("/v1/nodes/{ident}/vifs")
final class NodeVifsResource {
    private final NodeFinder finder;
    private final PortStore ports;
    private final PortgroupStore groups;
    private final VifStore vifs;
    private final Clock clock;

    NodeVifsResource(NodeFinder finder, PortStore ports, PortgroupStore groups, VifStore vifs, Clock clock) {
        this.finder = finder;
        this.ports = ports;
        this.groups = groups;
        this.vifs = vifs;
        this.clock = clock;
    }

    @GetMapping
    Map<String, Object> list(@PathVariable String ident) {
        return Map.of("vifs", vifs.ofNode(finder.find(ident).id()).stream().map(vif -> Map.of("id", vif.id())).toList());
    }

    @PostMapping
    ResponseEntity<Void> attach(@PathVariable String ident, JsonBody body, RequestContext context) {
        Map<String, Object> wish = body.members();
        if (wish.get("id") == null) {
            throw new Failure.Missing("id", "It is the UUID or name of the VIF.");
        }
        String id = checked(Values.text(wish.get("id"), "id"));
        UUID port = place(wish, "port_uuid", context);
        UUID group = place(wish, "portgroup_uuid", context);
        if (port != null && group != null) {
            throw new Failure.Invalid("port_uuid", "Cannot specify both port_uuid and portgroup_uuid. Send one of them, or none.");
        }
        Node node = finder.unlocked(finder.find(ident));
        List<Vif> attached = vifs.ofNode(node.id());
        attached.stream().filter(vif -> vif.id().equals(id)).findFirst().ifPresent(vif -> {
            throw new Failure.Conflict("Unable to attach VIF because VIF %s is already attached to Ironic %s.".formatted(id,
                    vif.port() == null ? "Portgroup " + vif.portgroup() : "Port " + vif.port()));
        });
        VifPlaces places = new VifPlaces(ports.ofNode(node.id()), groups.ofNode(node.id()), attached);
        for (VifPlaces.Place place : places.free(port == null ? null : new PortId(port), group)) {
            if (vifs.attach(new Vif(node.id(), id, place.port(), place.portgroup(), clock.instant()))) {
                return ResponseEntity.noContent().build();
            }
        }
        String asked = port != null ? "port " + port : group != null ? "port group " + group : "any of its %d ports".formatted(places.size());
        throw new Failure.Invalid("id", ("Unable to attach VIF %s, not enough free physical ports: on node %s, %s is not free. Detach another VIF, or create a port; "
                + "a port group is free while it has ports and none of them has a VIF.").formatted(id, node.displayName(), asked));
    }

    @DeleteMapping("/{vif}")
    ResponseEntity<Void> detach(@PathVariable String ident, @PathVariable String vif) {
        checked(vif);
        Node node = finder.unlocked(finder.find(ident));
        if (!vifs.detach(node.id(), vif)) {
            throw new Failure.Invalid("vif_id", "Unable to detach VIF %s from node %s because it is not attached to it. `baremetal node vif list %s` shows which are."
                    .formatted(vif, node.displayName(), node.displayName()));
        }
        return ResponseEntity.noContent().build();
    }

    private static UUID place(Map<String, Object> wish, String name, RequestContext context) {
        if (wish.get(name) == null) {
            return null;
        }
        context.require(67, "Argument '%s'".formatted(name));
        return Values.uuid(wish.get(name), name);
    }

    private static String checked(String id) {
        if (!NodeName.valid(id)) {
            throw new Failure.Invalid("id", "Expected UUID or name, received '%s'.".formatted(id.length() > 80 ? id.substring(0, 80) + "..." : id));
        }
        return id;
    }
}
