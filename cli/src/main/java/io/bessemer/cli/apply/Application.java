package io.bessemer.cli.apply;

import io.bessemer.cli.CommandFailure;
import io.bessemer.cli.apply.Change.Action;
import io.bessemer.cli.apply.Change.FieldChange;
import io.bessemer.cli.client.ApiException;
import io.bessemer.cli.client.BessemerClient;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/// Makes the changes of a plan. Each is made of requests that a second run would find done, so one that was cut is run again.
final class Application {
    /// as the server begins its messages: `networks/0/bridge: ...` or `image is missing. ...`
    private static final Pattern FIELD = Pattern.compile("/?([a-z_]+(?:/[^ :]+)*)(?:: | is missing)");

    private final BessemerClient client;

    Application(BessemerClient client) {
        this.client = client;
    }

    void make(Change change) throws InterruptedException {
        try {
            if (change.action() == Action.CREATE) {
                create(change.what());
            } else {
                edit(change);
            }
        } catch (ApiException e) {
            throw failure(change.what(), e);
        }
    }

    private static CommandFailure failure(Described what, ApiException e) {
        if (e.status() == 0) {
            return new CommandFailure(e.getMessage(), e);
        }
        Matcher field = FIELD.matcher(e.getMessage());
        String place = what.place().of(field.lookingAt() && what.kind().fields().contains(field.group(1).split("/", 2)[0]) ? field.group(1) : "");
        return new CommandFailure("%s%s".formatted(place.substring(0, place.indexOf(": ") + 2), "%s %s: %s".formatted(what.kind().title(), what.name(),
                e.getMessage())), e);
    }

    private void create(Described what) throws ApiException, InterruptedException {
        Map<String, Object> body = new LinkedHashMap<>(Map.of("name", what.name()));
        what.fields().forEach((name, value) -> {
            if (value != null && !List.of("traits", "ports", "state").contains(name)) {
                body.put(name, withoutNull(value));
            }
        });
        JsonNode created = client.post("/v1/" + what.kind().key(), body);
        if (what.kind() != Kind.NODE) {
            return;
        }
        String uuid = created.path("uuid").asString("");
        if (what.fields().get("traits") != null) {
            client.put("/v1/nodes/%s/traits".formatted(uuid), Map.of("traits", what.fields().get("traits")));
        }
        for (Map<String, Object> port : NodeShape.ports(what).values()) {
            addPort(uuid, port);
        }
    }

    private void addPort(String node, Map<String, Object> port) throws ApiException, InterruptedException {
        Map<String, Object> body = new LinkedHashMap<>(port);
        body.put("node_uuid", node);
        client.post("/v1/ports", body);
    }

    private void edit(Change change) throws ApiException, InterruptedException {
        String path = "/v1/%s/%s".formatted(change.what().kind().key(), BessemerClient.segment(change.id()));
        List<Map<String, Object>> patch = new ArrayList<>();
        for (FieldChange field : change.fields()) {
            if (field.path().equals("state")) {
                continue; // driven afterwards, all nodes at once
            }
            if (field.path().equals("traits") && change.what().kind() == Kind.NODE) {
                client.put(path + "/traits", Map.of("traits", field.after() == null ? List.of() : field.after()));
            } else if (field.path().startsWith("ports/")) {
                editPort(change.id(), field);
            } else {
                patch.add(operation(field.path(), field.after()));
            }
        }
        if (!patch.isEmpty()) {
            client.patch(path, patch);
        }
    }

    private void editPort(String node, FieldChange field) throws ApiException, InterruptedException {
        Map<?, ?> after = (Map<?, ?>) field.after();
        if (field.before() == null) {
            Map<String, Object> port = new LinkedHashMap<>();
            after.forEach((key, value) -> port.put(String.valueOf(key), value));
            addPort(node, port);
            return;
        }
        String mac = field.path().substring("ports/".length());
        String uuid = client.get("/v1/ports?address=" + BessemerClient.segment(mac)).path("ports").path(0).path("uuid").asString("");
        client.patch("/v1/ports/" + uuid, after.entrySet().stream().map(entry -> operation(String.valueOf(entry.getKey()), entry.getValue())).toList());
    }

    private static Map<String, Object> operation(String path, Object value) {
        Map<String, Object> operation = new LinkedHashMap<>();
        operation.put("op", value == null ? "remove" : "add"); // 'add' replaces what is there
        String[] parts = path.split("/", 2);
        operation.put("path", "/" + parts[0] + (parts.length == 1 ? "" : "/" + parts[1].replace("~", "~0").replace("/", "~1")));
        if (value != null) {
            operation.put("value", value);
        }
        return operation;
    }

    private static Object withoutNull(Object value) {
        if (!(value instanceof Map<?, ?> map)) {
            return value;
        }
        Map<Object, Object> copy = new LinkedHashMap<>();
        map.forEach((key, inner) -> {
            if (inner != null) {
                copy.put(key, inner);
            }
        });
        return copy;
    }
}
