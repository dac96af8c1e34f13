package io.bessemer.api.agent;

import io.bessemer.api.wire.ErrorKind;
import io.bessemer.api.wire.JsonBody;
import io.bessemer.api.wire.JsonBody.JsonObject;
import io.bessemer.api.wire.Query;
import io.bessemer.api.wire.RequestContext;
import io.bessemer.api.wire.Since;
import io.bessemer.api.wire.Values;
import io.bessemer.api.wire.WireException;
import io.bessemer.conductor.IronicRamdisk;
import io.bessemer.core.fault.Failure;
import io.bessemer.core.node.MacAddress;
import io.bessemer.core.node.Node;
import io.bessemer.core.node.NodeId;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/// What Ironic's own ramdisk posts: `/v1/heartbeat/{node}`, Ironic API 1.22, and `/v1/continue_inspection`, 1.84. Without a login, as in Ironic: the first needs the
/// token that a lookup gave, the second a node that waits to be inspected.
@RestController
final class IronicRamdiskResource {
    private static final Set<String> STATUSES = Set.of("start", "end", "error");
    private static final int LONGEST_URL = 2048;
    private static final int LONGEST_TEXT = 1024;
    private static final int MOST_INTERFACES = 1024;
    /// of plain `POST`s without a microversion, as the ramdisk sends them
    private static final int INSPECTOR_VERSION = 1;
    private static final int INSPECTION_VERSION = 84;

    private final IronicRamdisk ramdisk;

    IronicRamdiskResource(IronicRamdisk ramdisk) {
        this.ramdisk = ramdisk;
    }

    @Since(22)
    @PostMapping("/v1/heartbeat/{node}")
    ResponseEntity<Void> heartbeat(@PathVariable String node, JsonBody body, RequestContext context) {
        JsonObject members = body.object("callback_url", "agent_version", "agent_token", "agent_verify_ca", "agent_status", "agent_status_message");
        refuseYounger(members, context, 36, "agent_version");
        refuseYounger(members, context, 68, "agent_verify_ca");
        refuseYounger(members, context, 72, "agent_status");
        refuseYounger(members, context, 72, "agent_status_message");
        if (!members.has("callback_url")) {
            throw new Failure.Missing("callback_url", "Send the URL at which the ramdisk listens.");
        }
        String url = callbackUrl(members.text("callback_url").orElseThrow());
        String token = members.text("agent_token").orElseThrow(() -> new Failure.Missing("agent_token", "Agent token is required for heartbeat processing: a lookup gives it."));
        String status = members.text("agent_status").orElse(null);
        if (status != null && !STATUSES.contains(status)) {
            throw new Failure.Invalid("agent_status", "'%s' is not one of start, end, error.".formatted(status));
        }
        ramdisk.heartbeat(AgentResource.id(node), new IronicRamdisk.Heartbeat(url, token, members.text("agent_version").map(IronicRamdiskResource::cut).orElse(null), status,
                members.text("agent_status_message").map(IronicRamdiskResource::cut).orElse(null)));
        return ResponseEntity.accepted().build();
    }

    private static void refuseYounger(JsonObject members, RequestContext context, int since, String name) {
        if (members.has(name) && !context.version().atLeast(since)) {
            throw new Failure.Invalid(name, "is not recognised before API version 1.%d; this request is of %s.".formatted(since, context.version()));
        }
    }

    /// Empty from a ramdisk that cannot be called.
    private static String callbackUrl(String text) {
        if (text.isEmpty()) {
            return text;
        }
        try {
            URI url = URI.create(text);
            if (text.length() <= LONGEST_URL && url.getHost() != null && url.getUserInfo() == null && Set.of("http", "https").contains(String.valueOf(url.getScheme()))) {
                return text;
            }
        } catch (IllegalArgumentException e) {
            // told below
        }
        throw new Failure.Invalid("callback_url", "'%s' is not a URL as in https://192.0.2.17:9999.".formatted(cut(text)));
    }

    private static String cut(String text) {
        return text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT);
    }

    @PostMapping("/v1/continue_inspection")
    ResponseEntity<Map<String, Object>> found(Query query, JsonBody body, RequestContext context) {
        boolean full = context.version().atLeast(INSPECTION_VERSION);
        Optional<NodeId> id = query.uuid("node_uuid").map(NodeId::new);
        if (!full && (context.version().minor() != INSPECTOR_VERSION || id.isPresent())) {
            throw new WireException(ErrorKind.NO_SUCH_PATH, "API version 1.%d or newer is required.".formatted(INSPECTION_VERSION));
        }
        Map<String, Object> pluginData = new LinkedHashMap<>(body.members());
        if (pluginData.get("inventory") == null) {
            throw new Failure.Missing("inventory", "Send {\"inventory\": {\"interfaces\": [{\"mac_address\": ...}], ...}, ...}.");
        }
        Map<String, Object> inventory = Values.object(pluginData.remove("inventory"), "inventory");
        List<String> bmcAddresses = Stream.of("bmc_address", "bmc_v6address").map(name -> bmcAddress(inventory, name)).flatMap(Optional::stream).toList();
        Node node = ramdisk.inspected(id, addresses(inventory), bmcAddresses)
                .orElseThrow(() -> new WireException(ErrorKind.NOT_FOUND, "No node that waits to be inspected has one of these addresses. Was its inspection begun (provision verb inspect)?"));
        Optional<String> token = full ? ramdisk.token(node.id()) : Optional.empty();
        ramdisk.found(node.id(), inventory, pluginData);
        return ResponseEntity.accepted().body(full ? LookupResource.shown(node, token) : Map.of("uuid", node.id().toString()));
    }

    private static Optional<String> bmcAddress(Map<String, Object> inventory, String name) {
        return Optional.ofNullable(inventory.get(name)).map(found -> Values.text(found, "inventory/" + name)).filter(text -> !text.isEmpty() && !text.equals("0.0.0.0") && !text.equals("::/0"));
    }

    /// Addresses that are no MAC, of Infiniband for one, are skipped as in a lookup.
    private static List<MacAddress> addresses(Map<String, Object> inventory) {
        List<Object> interfaces = inventory.get("interfaces") == null ? List.of() : Values.list(inventory.get("interfaces"), "inventory/interfaces");
        if (interfaces.isEmpty() || interfaces.size() > MOST_INTERFACES) {
            throw new Failure.Invalid("inventory/interfaces", "has %d elements, 1 to %d are allowed.".formatted(interfaces.size(), MOST_INTERFACES));
        }
        List<MacAddress> addresses = new ArrayList<>();
        for (int i = 0; i < interfaces.size(); i++) {
            String where = "inventory/interfaces/%d".formatted(i);
            Object mac = Values.object(interfaces.get(i), where).get("mac_address");
            if (mac == null) {
                throw new Failure.Missing(where + "/mac_address", "Each interface has one.");
            }
            MacAddress.parse(Values.text(mac, where + "/mac_address")).ifPresent(addresses::add);
        }
        return addresses;
    }
}
