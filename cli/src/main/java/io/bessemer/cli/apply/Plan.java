package io.bessemer.cli.apply;

import io.bessemer.cli.apply.Change.FieldChange;
import io.bessemer.cli.client.ApiException;
import io.bessemer.cli.client.BessemerClient;
import io.bessemer.core.node.Secrets;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/// How what the server has differs from what a file describes. What a file does not mention is left alone: fields, keys of an object,
/// ports, and things.
final class Plan {
    /// objects that are compared and set key by key
    private static final List<String> OBJECTS = List.of("driver_info", "properties", "extra", "selector", "limits", "deadlines");
    /// lists without an order
    private static final List<String> SETS = List.of("traits", "racks");

    private final BessemerClient client;
    private final boolean setSecrets;

    /// @param setSecrets also those that the server has already, which it does not show, so that nobody can tell whether they differ
    Plan(BessemerClient client, boolean setSecrets) {
        this.client = client;
        this.setSecrets = setSecrets;
    }

    /// In the order in which they are to be made.
    List<Change> of(List<Described> described) throws ApiException, InterruptedException {
        List<Change> changes = new ArrayList<>();
        Map<Kind, Map<String, JsonNode>> present = new LinkedHashMap<>();
        List<JsonNode> ports = described.stream().anyMatch(one -> one.fields().get("ports") != null) ? client.list("/v1/ports/detail", "ports") : List.of();
        for (Described one : described.stream().sorted(Comparator.comparing(Described::kind)).toList()) {
            if (!present.containsKey(one.kind())) {
                present.put(one.kind(), byName(one.kind()));
            }
            changes.add(change(one, present.get(one.kind()).get(one.name()), ports));
        }
        return changes;
    }

    private Map<String, JsonNode> byName(Kind kind) throws ApiException, InterruptedException {
        Map<String, JsonNode> byName = new LinkedHashMap<>();
        client.list("/v1/" + kind.key() + (kind == Kind.NODE ? "/detail" : "?detail=true"), kind.key())
                .forEach(thing -> byName.put(thing.path("name").asString(""), thing));
        return byName;
    }

    private Change change(Described described, JsonNode present, List<JsonNode> ports) {
        List<FieldChange> fields = new ArrayList<>();
        Map<?, ?> actual = present == null ? Map.of() : (Map<?, ?>) BessemerClient.plain(present);
        described.fields().forEach((field, wanted) -> {
            switch (field) {
                case "ports" -> comparePorts(described, present, ports, fields);
                case "state" -> compareState(described, present, fields);
                default -> compare(field, field, wanted, actual.get(field), fields);
            }
        });
        if (present != null && described.kind() == Kind.POOL && fields.stream().anyMatch(one -> one.path().equals("zone"))) {
            throw described.wrong("zone", "a pool stays in its zone, which is '%s'. Make another pool there, and scale this one to 0."
                    .formatted(present.path("zone").asString("")));
        }
        String id = present == null ? null : described.kind() == Kind.NODE ? present.path("uuid").asString("") : described.name();
        return new Change(described, id, fields);
    }

    private void compare(String path, String name, Object wanted, Object actual, List<FieldChange> fields) {
        if (wanted == null && hasDefault(path)) {
            return; // what a null means there is the server's to say, and it was said when the thing was made
        }
        if (OBJECTS.contains(path) && wanted instanceof Map<?, ?> object) {
            Map<?, ?> before = actual instanceof Map<?, ?> map ? map : Map.of();
            object.forEach((key, value) -> compare(path + "/" + key, String.valueOf(key), value, before.get(key), fields));
            return;
        }
        boolean hidden = Secrets.isSecret(name) && Secrets.MASK.equals(actual);
        if (hidden ? setSecrets || wanted == null : !Objects.equals(normal(path, name, wanted), normal(path, name, actual))) {
            fields.add(new FieldChange(path, actual, wanted));
        }
    }

    private static boolean hasDefault(String path) {
        return OBJECTS.contains(path) || List.of("size", "hypervisor", "bootstrap", "networks", "storage_pools", "checks", "packages").contains(path)
                || path.startsWith("limits/") || path.startsWith("deadlines/");
    }

    /// So that what means the same is equal: numbers of any size, sets in any order, absent and null members, and the ways to write a
    /// duration.
    private static Object normal(String path, String name, Object value) {
        return switch (value) {
            case String text when path.startsWith("deadlines/") -> seconds(text);
            case Integer number -> number.longValue();
            case List<?> list when SETS.contains(name) -> new TreeSet<>(list.stream().map(String::valueOf).toList());
            case List<?> list -> list.stream().map(inner -> normal(path, "", inner)).toList();
            case Map<?, ?> map -> {
                Map<Object, Object> copy = new LinkedHashMap<>();
                map.forEach((key, inner) -> {
                    if (inner != null) {
                        copy.put(key, normal(path, String.valueOf(key), inner));
                    }
                });
                yield copy;
            }
            case null -> SETS.contains(name) ? new TreeSet<String>() : null;
            default -> value;
        };
    }

    private static Object seconds(String text) {
        try {
            return Duration.parse(text).toSeconds();
        } catch (DateTimeException notIso) {
            return text; // the server says what is wrong with it
        }
    }

    private static void comparePorts(Described described, JsonNode node, List<JsonNode> ports, List<FieldChange> fields) {
        NodeShape.ports(described).forEach((mac, wanted) -> {
            JsonNode port = ports.stream().filter(one -> one.path("address").asString("").equals(mac)).findFirst().orElse(null);
            if (port == null) {
                fields.add(new FieldChange("ports/" + mac, null, wanted));
                return;
            }
            if (node == null || !port.path("node_uuid").asString("").equals(node.path("uuid").asString(""))) {
                throw described.wrong("ports", "%s is a port of node %s already.".formatted(mac, port.path("node_uuid").asString("")));
            }
            Map<?, ?> actual = (Map<?, ?>) BessemerClient.plain(port);
            Map<String, Object> before = new LinkedHashMap<>();
            Map<String, Object> after = new LinkedHashMap<>();
            wanted.forEach((key, value) -> {
                if (!Objects.equals(normal("", key, value), normal("", key, actual.get(key)))) {
                    before.put(key, actual.get(key));
                    after.put(key, value);
                }
            });
            if (!after.isEmpty()) {
                fields.add(new FieldChange("ports/" + mac, before, after));
            }
        });
    }

    private static void compareState(Described described, JsonNode node, List<FieldChange> fields) {
        String now = node == null ? "enroll" : node.path("provision_state").asString("");
        if (NodeStates.mustMove(now, NodeShape.state(described))) {
            fields.add(new FieldChange("state", now, NodeShape.state(described)));
        }
    }
}
