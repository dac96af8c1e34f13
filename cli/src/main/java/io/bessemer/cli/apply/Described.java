package io.bessemer.cli.apply;

import io.bessemer.cli.CommandFailure;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// One thing that a file describes.
///
/// @param fields as written, without the name
/// @param place  knows the lines
record Described(Kind kind, String name, Map<String, Object> fields, Place place) {
    /// Where the thing stands.
    ///
    /// @param path  within the file: `0/nodes/1`
    /// @param lines of the whole file
    record Place(String file, String path, Map<String, Integer> lines) {
        /// `rack.yaml:12: nodes/1/driver: `, with the line of the deepest part of `field` that is written there
        String of(String field) {
            String whole = field.isEmpty() ? path : path + "/" + field;
            String part = whole;
            while (!lines.containsKey(part)) {
                part = part.substring(0, part.lastIndexOf('/'));
            }
            return "%s:%d: %s: ".formatted(file, lines.get(part), whole.substring(whole.indexOf('/') + 1));
        }
    }

    CommandFailure wrong(String field, String reason) {
        return new CommandFailure(place.of(field) + reason);
    }

    /// Everything that a file describes, checked as far as that goes without a server.
    ///
    /// @param file for messages
    /// @throws CommandFailure naming line and field
    static List<Described> read(String text, String file) {
        Map<String, Integer> lines = new HashMap<>();
        List<Object> documents = YamlText.read(text, file, lines);
        List<Described> all = new ArrayList<>();
        for (int i = 0; i < documents.size(); i++) {
            if (documents.get(i) != null) {
                addDocument(all, documents.get(i), String.valueOf(i), file, lines);
            }
        }
        if (all.isEmpty()) {
            throw new CommandFailure("%s describes nothing. It should have lists called %s.".formatted(file, String.join(", ", keys())));
        }
        requireUnique(all);
        return all;
    }

    private static void addDocument(List<Described> all, Object document, String path, String file, Map<String, Integer> lines) {
        if (!(document instanceof Map<?, ?> lists)) {
            throw new CommandFailure("%s:%d: expected lists called %s.".formatted(file, lines.get(path), String.join(", ", keys())));
        }
        for (Map.Entry<?, ?> entry : lists.entrySet()) {
            String key = String.valueOf(entry.getKey());
            Place place = new Place(file, path, lines);
            Kind kind = List.of(Kind.values()).stream().filter(one -> one.key().equals(key)).findFirst()
                    .orElseThrow(() -> new CommandFailure(place.of(key) + "is not known. Known: %s.".formatted(String.join(", ", keys()))));
            if (!(entry.getValue() instanceof List<?> things)) {
                throw new CommandFailure(place.of(key) + "must be a list; each element begins with '- name: ...'.");
            }
            for (int i = 0; i < things.size(); i++) {
                all.add(of(kind, things.get(i), new Place(file, path + "/" + key + "/" + i, lines)));
            }
        }
    }

    private static Described of(Kind kind, Object thing, Place place) {
        if (!(thing instanceof Map<?, ?> map)) {
            throw new CommandFailure(place.of("") + "must be a mapping that begins with 'name: ...'.");
        }
        Map<String, Object> fields = new LinkedHashMap<>();
        map.forEach((key, value) -> fields.put(String.valueOf(key), value));
        Described described = new Described(kind, String.valueOf(fields.get("name")), fields, place);
        for (String name : kind.required()) {
            if (fields.get(name) == null) {
                throw described.wrong("", "%s is missing.".formatted(name));
            }
        }
        if (!(fields.get("name") instanceof String)) {
            throw described.wrong("name", "'%s' must be a string; put it in quotes.".formatted(described.name));
        }
        fields.keySet().stream().filter(name -> !kind.fields().contains(name)).findFirst().ifPresent(name -> {
            throw described.wrong(name, "is not a field of a %s here. Fields: %s.".formatted(kind.title(), String.join(", ", kind.fields())));
        });
        if (kind == Kind.NODE) {
            NodeShape.check(described);
        }
        fields.remove("name");
        return described;
    }

    private static void requireUnique(List<Described> all) {
        Map<String, Described> seen = new HashMap<>();
        for (Described one : all) {
            Described first = seen.putIfAbsent(one.kind + " " + one.name, one);
            if (first != null) {
                throw one.wrong("name", "%s '%s' is there already, at %s".formatted(one.kind.title(), one.name,
                        first.place.of("").replaceFirst(": $", ".")));
            }
        }
    }

    private static List<String> keys() {
        return List.of(Kind.values()).stream().map(Kind::key).toList();
    }
}
