package io.bessemer.cli.imports;

import io.bessemer.cli.client.ApiException;
import io.bessemer.cli.client.BessemerClient;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/// What of an Ironic is taken, in an order in which it can be: what others belong to goes first. Compares by UUIDs, so a plan that was carried out, or broken off, is
/// made anew from what is still missing.
final class ImportPlan {
    private static final String MASK = "******";
    private static final int NOT_FOUND = 404;
    private static final int PAGE = 1000;

    /// work is under way there, which an API cannot hand over
    private static final Set<String> RESTING = Set.of("enroll", "manageable", "available", "active", "error", "rescue", "inspect failed", "clean failed", "deploy failed",
            "adopt failed", "rescue failed", "unrescue failed", "service failed");

    private static final List<String> NODE = List.of("uuid", "name", "driver", "properties", "extra", "instance_uuid", "maintenance", "chassis_uuid", "resource_class", "conductor_group",
            "automated_clean", "protected", "protected_reason", "owner", "description", "retired", "retired_reason", "lessee", "network_data", "shard", "parent_node",
            "disable_power_off", "traits", "provision_state", "maintenance_reason");
    private static final List<String> INTERFACES = List.of("bios", "boot", "console", "deploy", "firmware", "inspect", "management", "network", "power", "raid", "rescue", "storage",
            "vendor");
    private static final List<String> CHASSIS = List.of("uuid", "description", "extra");
    private static final List<String> PORTGROUP = List.of("uuid", "name", "address", "node_uuid", "mode", "properties", "extra", "standalone_ports_supported", "physical_network",
            "category");
    private static final List<String> PORT = List.of("uuid", "name", "address", "node_uuid", "extra", "pxe_enabled", "local_link_connection", "portgroup_uuid", "physical_network",
            "is_smartnic", "description", "vendor", "category", "available_for_dynamic_portgroup");
    private static final List<String> CONNECTOR = List.of("uuid", "node_uuid", "type", "connector_id", "extra");
    private static final List<String> TARGET = List.of("uuid", "node_uuid", "volume_type", "volume_id", "boot_index", "properties", "extra");
    private static final List<String> TEMPLATE = List.of("uuid", "name", "steps", "extra");
    private static final List<String> RUNBOOK = List.of("uuid", "name", "steps", "disable_ramdisk", "public", "owner", "extra", "description");
    private static final List<String> RULE = List.of("uuid", "description", "priority", "phase", "sensitive", "conditions", "actions");
    private static final List<String> ALLOCATION = List.of("uuid", "name", "resource_class", "traits", "extra", "owner");

    private final BessemerClient ironic;
    private final BessemerClient here;
    private final Credentials credentials;
    private final List<Item> items = new ArrayList<>();

    /// nodes of Ironic's that are here, or will be, by UUID
    private final Map<String, JsonNode> nodes = new HashMap<>();
    private final Map<String, Map<String, Set<String>>> drivers = new HashMap<>();

    ImportPlan(BessemerClient ironic, BessemerClient here, Credentials credentials) {
        this.ironic = ironic;
        this.here = here;
        this.credentials = credentials;
    }

    List<Item> items() throws ApiException, InterruptedException {
        plain("chassis", "/v1/chassis/detail", "chassis", "/v1/chassis", CHASSIS);
        nodes();
        plain("port group", "/v1/portgroups/detail", "portgroups", "/v1/portgroups", PORTGROUP);
        plain("port", "/v1/ports/detail", "ports", "/v1/ports", PORT);
        vifs("portgroup", "/v1/portgroups/detail", "portgroups");
        vifs("port", "/v1/ports/detail", "ports");
        plain("volume connector", "/v1/volume/connectors?detail=True", "connectors", "/v1/volume/connectors", CONNECTOR);
        plain("volume target", "/v1/volume/targets?detail=True", "targets", "/v1/volume/targets", TARGET);
        plain("deploy template", "/v1/deploy_templates?detail=True", "deploy_templates", "/v1/deploy_templates", TEMPLATE);
        plain("runbook", "/v1/runbooks?detail=True", "runbooks", "/v1/runbooks", RUNBOOK);
        runbookTraits();
        plain("inspection rule", "/v1/inspection_rules?detail=True", "inspection_rules", "/v1/inspection_rules", RULE);
        allocations();
        return items;
    }

    /// What a version of Ironic does not have is as good as empty.
    private static List<JsonNode> all(BessemerClient client, String path, String key) throws ApiException, InterruptedException {
        try {
            return pages(client, path, key);
        } catch (ApiException absent) {
            if (absent.status() == NOT_FOUND) {
                return List.of();
            }
            throw absent;
        }
    }

    /// Page by page until one is empty: Ironic's links to the next page do not repeat all arguments, and its pages may be shorter than asked for.
    private static List<JsonNode> pages(BessemerClient client, String path, String key) throws ApiException, InterruptedException {
        List<JsonNode> things = new ArrayList<>();
        for (;;) {
            String marker = things.isEmpty() ? "" : "&marker=" + text(things.getLast(), "uuid");
            JsonNode page = client.get("%s%slimit=%d%s".formatted(path, path.contains("?") ? "&" : "?", PAGE, marker)).path(key);
            boolean again = !things.isEmpty() && text(page.path(0), "uuid").equals(text(things.getFirst(), "uuid")); // a server that knows no markers
            if (page.isEmpty() || again) {
                return things;
            }
            page.forEach(things::add);
        }
    }

    private static Set<String> values(List<JsonNode> things, String field) {
        Set<String> values = new HashSet<>();
        things.forEach(thing -> values.add(text(thing, field)));
        return values;
    }

    private static String text(JsonNode thing, String field) {
        return thing.path(field).asString("");
    }

    private static String called(JsonNode thing) {
        String name = text(thing, "name");
        return name.isEmpty() ? text(thing, "uuid") : name;
    }

    /// Fields that say something.
    private static Map<String, Object> picked(JsonNode thing, List<String> fields) {
        Map<String, Object> picked = new LinkedHashMap<>();
        for (String field : fields) {
            JsonNode value = thing.path(field);
            boolean silent = value.isMissingNode() || value.isNull() || value.isObject() && value.isEmpty() || value.isString() && value.asString().isEmpty();
            if (!silent) {
                picked.put(field, BessemerClient.plain(value));
            }
        }
        return picked;
    }

    private void nodes() throws ApiException, InterruptedException {
        List<JsonNode> present = all(here, "/v1/nodes/detail?include_children=true", "nodes");
        Set<String> uuids = values(present, "uuid");
        Map<String, String> named = new HashMap<>();
        present.forEach(node -> named.put(text(node, "name"), text(node, "uuid")));
        List<JsonNode> theirs;
        try {
            theirs = new ArrayList<>(pages(ironic, "/v1/nodes/detail?include_children=True", "nodes"));
        } catch (ApiException older) { // 1.83
            theirs = new ArrayList<>(pages(ironic, "/v1/nodes/detail", "nodes"));
        }
        theirs.sort(Comparator.comparing(node -> !text(node, "parent_node").isEmpty())); // parents first
        for (JsonNode node : theirs) {
            String uuid = text(node, "uuid");
            String name = called(node);
            Map<String, String> secrets = credentials.of(uuid, text(node, "name"));
            String other = text(node, "name").isEmpty() ? null : named.get(text(node, "name"));
            if (uuids.contains(uuid)) {
                nodes.put(uuid, node);
                items.add(Item.there("node", name));
            } else if (other != null) {
                items.add(Item.not("node", name, "Another node of this name is here already: %s. Rename or delete one of the two.".formatted(other)));
            } else if (!RESTING.contains(text(node, "provision_state"))) {
                items.add(Item.not("node", name, "It is in '%s': work on it is under way, which cannot be handed over. Let it end, or abort it, and import again.".formatted(text(node, "provision_state"))));
            } else if (driver(text(node, "driver")).isEmpty()) {
                items.add(Item.not("node", name, "Its driver '%s' is not enabled here. Enable it, or change it in Ironic.".formatted(text(node, "driver"))));
            } else if (!text(node, "parent_node").isEmpty() && !nodes.containsKey(text(node, "parent_node"))) {
                items.add(Item.not("node", name, "Its parent %s is not taken.".formatted(text(node, "parent_node"))));
            } else {
                nodes.put(uuid, node);
                items.add(node(node, secrets));
            }
        }
    }

    private Item node(JsonNode node, Map<String, String> secrets) throws ApiException, InterruptedException {
        List<String> notes = new ArrayList<>();
        Map<String, Object> body = picked(node, NODE);
        if (body.get("traits") instanceof List<?> traits && traits.isEmpty()) {
            body.remove("traits");
        }
        interfaces(node, body, notes);
        Set<String> missing = driverInfo(node, secrets, body);
        if (!missing.isEmpty()) {
            String reason = "Imported from Ironic without %s, which its API does not show. Set it, then end the maintenance.".formatted(String.join(", ", missing));
            notes.add("without %s: goes into maintenance. Give it by --credentials, or set it later: baremetal node set %s --driver-info %s=..., then maintenance unset"
                    .formatted(String.join(", ", missing), called(node), missing.iterator().next().substring("driver_info/".length())));
            body.put("maintenance", true);
            body.merge("maintenance_reason", reason, (old, added) -> old + " " + added);
        }
        Map<String, Object> instance = new LinkedHashMap<>(picked(node, List.of("instance_info")));
        if (instance.get("instance_info") instanceof Map<?, ?> info) {
            Map<String, Object> kept = new LinkedHashMap<>();
            info.forEach((key, value) -> {
                if (masked(value)) {
                    notes.add("without instance_info/%s, which Ironic does not show".formatted(key));
                } else {
                    kept.put(String.valueOf(key), value);
                }
            });
            body.put("instance_info", kept);
        }
        if (node.path("console_enabled").asBoolean(false)) {
            notes.add("its console is off here until it is turned on");
        }
        if (!node.path("target_raid_config").isEmpty()) {
            notes.add("without target_raid_config; set it again before the next cleaning");
        }
        return Item.post("node", "%s (%s)".formatted(called(node), text(node, "provision_state")), notes, "/v1/imports/nodes", body);
    }

    /// Those that the driver offers here; the driver's own choice instead of others.
    private void interfaces(JsonNode node, Map<String, Object> body, List<String> notes) throws ApiException, InterruptedException {
        Map<String, Set<String>> offered = driver(text(node, "driver"));
        for (String kind : INTERFACES) {
            String chosen = text(node, kind + "_interface");
            if (chosen.isEmpty()) {
                continue;
            }
            if (offered.getOrDefault(kind, Set.of()).contains(chosen)) {
                body.put(kind + "_interface", chosen);
            } else {
                notes.add("%s_interface '%s' becomes this driver's default here".formatted(kind, chosen));
            }
        }
    }

    /// @return secrets that are known to be there and are not
    private static Set<String> driverInfo(JsonNode node, Map<String, String> secrets, Map<String, Object> body) {
        Set<String> missing = new TreeSet<>();
        Map<String, Object> kept = new LinkedHashMap<>();
        if (BessemerClient.plain(node.path("driver_info")) instanceof Map<?, ?> info) {
            info.forEach((key, value) -> {
                if (!masked(value)) {
                    kept.put(String.valueOf(key), value);
                } else if (!secrets.containsKey(String.valueOf(key))) {
                    missing.add("driver_info/" + key);
                }
            });
        }
        kept.putAll(secrets);
        body.put("driver_info", kept);
        return missing;
    }

    private static boolean masked(Object value) {
        return switch (value) {
            case Map<?, ?> map -> map.values().stream().anyMatch(ImportPlan::masked);
            case List<?> list -> list.stream().anyMatch(ImportPlan::masked);
            case null -> false;
            default -> MASK.equals(value);
        };
    }

    /// What the driver offers here, by interface; empty when it is not enabled.
    private Map<String, Set<String>> driver(String name) throws ApiException, InterruptedException {
        if (!drivers.containsKey(name)) {
            Map<String, Set<String>> offered = new HashMap<>();
            try {
                JsonNode driver = here.get("/v1/drivers/" + BessemerClient.segment(name));
                for (String kind : INTERFACES) {
                    Set<String> names = new HashSet<>();
                    driver.path("enabled_%s_interfaces".formatted(kind)).forEach(one -> names.add(one.asString()));
                    offered.put(kind, names);
                }
            } catch (ApiException absent) {
                if (absent.status() != NOT_FOUND) {
                    throw absent;
                }
            }
            drivers.put(name, offered);
        }
        return drivers.get(name);
    }

    /// A collection whose things are created as they are shown.
    ///
    /// @param path of the detailed list, on both sides
    private void plain(String kind, String path, String key, String creation, List<String> fields) throws ApiException, InterruptedException {
        List<JsonNode> theirs = all(ironic, path, key);
        if (theirs.isEmpty()) {
            return;
        }
        Set<String> present = values(all(here, path, key), "uuid");
        for (JsonNode thing : theirs) {
            String name = fields.contains("address") && text(thing, "name").isEmpty() && !text(thing, "address").isEmpty() ? text(thing, "address") : called(thing);
            if (present.contains(text(thing, "uuid"))) {
                items.add(Item.there(kind, name));
            } else if (fields.contains("node_uuid") && !nodes.containsKey(text(thing, "node_uuid"))) {
                items.add(Item.not(kind, name, "Its node %s is not taken.".formatted(text(thing, "node_uuid"))));
            } else if (kind.equals("inspection rule") && thing.path("sensitive").asBoolean(false)) {
                items.add(Item.not(kind, name, "It is sensitive: Ironic shows neither its conditions nor its actions. Create it anew."));
            } else {
                List<String> notes = new ArrayList<>();
                items.add(Item.post(kind, name, notes, creation, body(kind, thing, fields, notes)));
            }
        }
    }

    private static Map<String, Object> body(String kind, JsonNode thing, List<String> fields, List<String> notes) {
        Map<String, Object> body = picked(thing, fields);
        if (kind.equals("port") && Boolean.TRUE.equals(body.get("pxe_enabled"))) {
            body.remove("pxe_enabled"); // it is the default, and asking for it is refused in a group without standalone ports
        }
        body.replaceAll((field, value) -> unmasked(field, value, kind, notes));
        return body;
    }

    private static Object unmasked(String field, Object value, String kind, List<String> notes) {
        if (!(value instanceof Map<?, ?> map) || !masked(value)) {
            if (masked(value)) {
                notes.add("%s holds secrets that Ironic does not show (%s): set them anew in this %s".formatted(field, MASK, kind));
            }
            return value;
        }
        Map<String, Object> kept = new LinkedHashMap<>();
        map.forEach((key, inner) -> {
            if (masked(inner)) {
                notes.add("without %s/%s, which Ironic does not show".formatted(field, key));
            } else {
                kept.put(String.valueOf(key), inner);
            }
        });
        return kept;
    }

    private void vifs(String what, String path, String key) throws ApiException, InterruptedException {
        Map<String, String> present = new HashMap<>();
        all(here, path, key).forEach(thing -> present.put(text(thing, "uuid"), vif(thing)));
        for (JsonNode thing : all(ironic, path, key)) {
            String vif = vif(thing);
            String node = text(thing, "node_uuid");
            if (vif.isEmpty() || !nodes.containsKey(node)) {
                continue;
            }
            String name = "%s on %s %s".formatted(vif, what, text(thing, "address").isEmpty() ? text(thing, "uuid") : text(thing, "address"));
            if (vif.equals(present.get(text(thing, "uuid")))) {
                items.add(Item.there("VIF", name));
            } else {
                items.add(Item.post("VIF", name, List.of(), "/v1/nodes/%s/vifs".formatted(node), Map.of("id", vif, what + "_uuid", text(thing, "uuid"))));
            }
        }
    }

    private static String vif(JsonNode thing) {
        return thing.path("internal_info").path("tenant_vif_port_id").asString("");
    }

    /// Before 1.112 a runbook had none, and its name was the trait.
    private void runbookTraits() throws ApiException, InterruptedException {
        Map<String, Object> present = new HashMap<>();
        all(here, "/v1/runbooks?detail=True", "runbooks").forEach(one -> present.put(text(one, "uuid"), BessemerClient.plain(one.path("traits"))));
        for (JsonNode runbook : all(ironic, "/v1/runbooks?detail=True", "runbooks")) {
            Object traits = runbook.has("traits") ? BessemerClient.plain(runbook.path("traits")) : List.of(text(runbook, "name"));
            if (List.of().equals(traits)) {
                continue;
            }
            if (traits.equals(present.get(text(runbook, "uuid")))) {
                items.add(Item.there("traits of runbook", called(runbook)));
            } else {
                items.add(Item.put("traits of runbook", called(runbook), "/v1/runbooks/%s/traits".formatted(text(runbook, "uuid")), Map.of("traits", traits)));
            }
        }
    }

    /// Those whose node is in use. One that waits, or whose node only is to be deployed, is asked for here anew.
    private void allocations() throws ApiException, InterruptedException {
        Set<String> present = values(all(here, "/v1/allocations", "allocations"), "uuid");
        for (JsonNode allocation : all(ironic, "/v1/allocations", "allocations")) {
            String node = text(allocation, "node_uuid");
            if (present.contains(text(allocation, "uuid"))) {
                items.add(Item.there("allocation", called(allocation)));
            } else if (!text(allocation, "state").equals("active")) {
                items.add(Item.not("allocation", called(allocation), "It is in '%s' and has no node. Create it here anew.".formatted(text(allocation, "state"))));
            } else if (!nodes.containsKey(node)) {
                items.add(Item.not("allocation", called(allocation), "Its node %s is not taken.".formatted(node)));
            } else if (!text(nodes.get(node), "provision_state").equals("active")) {
                items.add(Item.not("allocation", called(allocation), "Its node %s is not active but '%s'. Create it here anew when the node is available and has no instance_uuid."
                        .formatted(called(nodes.get(node)), text(nodes.get(node), "provision_state"))));
            } else {
                Map<String, Object> body = picked(allocation, ALLOCATION);
                body.put("node", node);
                items.add(Item.post("allocation", called(allocation), List.of(), "/v1/allocations", body));
            }
        }
    }
}
