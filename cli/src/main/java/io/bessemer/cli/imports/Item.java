package io.bessemer.cli.imports;

import io.bessemer.cli.client.ApiException;
import io.bessemer.cli.client.BessemerClient;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// One thing of Ironic's, and what becomes of it.
///
/// @param kind   `node`
/// @param name   for people
/// @param notes  what is not taken of it, or why it is not
/// @param method `POST` or `PUT`, by which it is taken
/// @param body   null for none
record Item(String kind, String name, Action action, List<String> notes, String method, String path, Map<String, ?> body) {
    enum Action {
        TAKE,
        /// it is here already, and left alone
        THERE,
        /// it cannot be taken
        NOT
    }

    Item {
        notes = List.copyOf(notes);
    }

    static Item there(String kind, String name) {
        return new Item(kind, name, Action.THERE, List.of(), "", "", null);
    }

    static Item not(String kind, String name, String why) {
        return new Item(kind, name, Action.NOT, List.of(why), "", "", null);
    }

    static Item post(String kind, String name, List<String> notes, String path, Map<String, ?> body) {
        return new Item(kind, name, Action.TAKE, notes, "POST", path, body);
    }

    static Item put(String kind, String name, String path, Map<String, ?> body) {
        return new Item(kind, name, Action.TAKE, List.of(), "PUT", path, body);
    }

    void take(BessemerClient here) throws ApiException, InterruptedException {
        if (method.equals("POST")) {
            here.post(path, body);
        } else {
            here.put(path, body);
        }
    }

    String title() {
        return kind + " " + name;
    }

    Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("kind", kind);
        json.put("name", name);
        json.put("action", switch (action) {
            case TAKE -> "take";
            case THERE -> "there";
            case NOT -> "cannot be taken";
        });
        json.put("notes", notes);
        return json;
    }

    /// The body may hold secrets.
    @Override
    public String toString() {
        return "Item[%s, %s]".formatted(title(), action);
    }
}
