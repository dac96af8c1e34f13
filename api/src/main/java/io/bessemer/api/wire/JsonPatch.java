package io.bessemer.api.wire;

import io.bessemer.core.fault.Failure;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// JSON-Patch, RFC 6902, with the operations that Ironic takes: add, remove, replace, test. Own code because it works on the
/// maps of core, refuses by path, and needs a fifth of what a library would bring.
public record JsonPatch(List<Operation> operations) {
    private static final int MOST_OPERATIONS = 1000;
    private static final int DEEPEST_PATH = 100;

    public JsonPatch {
        operations = List.copyOf(operations);
    }

    public enum Op { ADD, REMOVE, REPLACE, TEST }

    /// @param path     as the client wrote it
    /// @param segments of the path, `~1` and `~0` decoded; the first is the field
    public record Operation(Op op, String path, List<String> segments, Object value) {
        public String field() {
            return segments.getFirst();
        }
    }

    /// @throws Failure.Invalid that names the operation when it is not a patch
    public static JsonPatch parse(List<Object> body) {
        if (body.size() > MOST_OPERATIONS) {
            throw new Failure.Invalid("patch", "has %d operations, at most %d are allowed.".formatted(body.size(), MOST_OPERATIONS));
        }
        List<Operation> operations = new ArrayList<>();
        for (int i = 0; i < body.size(); i++) {
            operations.add(operation(body.get(i), "patch[%d]".formatted(i)));
        }
        return new JsonPatch(operations);
    }

    private static Operation operation(Object element, String where) {
        Map<String, Object> members = Values.object(element, where);
        String path = Values.text(members.get("path"), where + "/path");
        String name = Values.text(members.get("op"), where + "/op");
        Optional<Op> op = Arrays.stream(Op.values()).filter(known -> known.name().toLowerCase(Locale.ROOT).equals(name)).findFirst();
        if (op.isEmpty()) {
            throw new Failure.Invalid(where + "/op", "'%s' is not one of add, remove, replace, test.".formatted(name));
        }
        if (op.get() != Op.REMOVE && !members.containsKey("value")) {
            throw new Failure.Missing(where + "/value", "'%s' of %s needs one.".formatted(name, path));
        }
        members.keySet().stream().filter(key -> !List.of("op", "path", "value").contains(key)).findFirst().ifPresent(key -> {
            throw new Failure.Invalid(where + "/" + key, "is not a member of a JSON-Patch operation.");
        });
        return new Operation(op.get(), path, segments(path, where), members.get("value"));
    }

    private static List<String> segments(String path, String where) {
        if (!path.startsWith("/") || path.length() < 2) {
            throw new Failure.Invalid(where + "/path", "'%s' does not name a field. It must look like /extra/rack.".formatted(path));
        }
        List<String> segments = Arrays.stream(path.substring(1).split("/", -1)).map(part -> part.replace("~1", "/").replace("~0", "~")).toList();
        if (segments.size() > DEEPEST_PATH) {
            throw new Failure.Invalid(where + "/path", "is deeper than %d levels.".formatted(DEEPEST_PATH));
        }
        return segments;
    }

    /// Only removes `/field` and does nothing else.
    public boolean onlyRemoves(String field) {
        return !operations.isEmpty() && operations.stream().allMatch(operation -> operation.op() == Op.REMOVE && operation.segments().equals(List.of(field)));
    }

    public boolean touches(String field) {
        return operations.stream().anyMatch(operation -> operation.op() != Op.TEST && operation.field().equals(field));
    }

    /// A patched copy of `document`, whose own fields are never absent: removing one makes it null.
    public Map<String, Object> apply(Map<String, Object> document) {
        Map<String, Object> copy = Values.object(mutable(document), "document");
        operations.forEach(operation -> apply(operation, copy));
        return copy;
    }

    private static void apply(Operation operation, Map<String, Object> document) {
        List<String> segments = operation.segments();
        Object parent = document;
        for (String segment : segments.subList(0, segments.size() - 1)) {
            parent = child(parent, segment, operation);
        }
        String last = segments.getLast();
        switch (parent) {
            case Map<?, ?> map -> applyToObject(operation, uncheckedObject(map), last, segments.size() == 1);
            case List<?> list -> applyToArray(operation, uncheckedList(list), last);
            case null, default -> throw refused(operation, "its parent is neither an object nor an array");
        }
    }

    private static void applyToObject(Operation operation, Map<String, Object> object, String key, boolean isField) {
        boolean present = object.containsKey(key) && (isField || object.get(key) != null || operation.op() != Op.REPLACE);
        switch (operation.op()) {
            case ADD -> object.put(key, mutable(operation.value()));
            case REPLACE -> {
                requirePresent(present, operation);
                object.put(key, mutable(operation.value()));
            }
            case REMOVE -> {
                requirePresent(present, operation);
                if (isField) {
                    object.put(key, null);
                } else {
                    object.remove(key);
                }
            }
            case TEST -> test(operation, object.get(key));
        }
    }

    private static void applyToArray(Operation operation, List<Object> list, String segment) {
        if (operation.op() == Op.ADD && segment.equals("-")) {
            list.add(mutable(operation.value()));
            return;
        }
        int size = list.size();
        int index = index(operation, segment, operation.op() == Op.ADD ? size + 1 : size);
        switch (operation.op()) {
            case ADD -> list.add(index, mutable(operation.value()));
            case REPLACE -> list.set(index, mutable(operation.value()));
            case REMOVE -> list.remove(index);
            case TEST -> test(operation, list.get(index));
        }
    }

    private static Object child(Object parent, String segment, Operation operation) {
        return switch (parent) {
            case Map<?, ?> map when map.containsKey(segment) -> map.get(segment);
            case List<?> list -> list.get(index(operation, segment, list.size()));
            case null, default -> throw refused(operation, "'%s' does not exist".formatted(segment));
        };
    }

    private static int index(Operation operation, String segment, int bound) {
        if (!segment.matches("0|[1-9]\\d{0,8}") || Integer.parseInt(segment) >= bound) {
            throw refused(operation, "'%s' is not an index of the array".formatted(segment));
        }
        return Integer.parseInt(segment);
    }

    private static void requirePresent(boolean present, Operation operation) {
        if (!present) {
            throw refused(operation, "can't %s a non-existent object '%s'"
                    .formatted(operation.op().name().toLowerCase(Locale.ROOT), operation.segments().getLast()));
        }
    }

    private static void test(Operation operation, Object found) {
        if (!Objects.equals(mutable(found), mutable(operation.value()))) {
            throw refused(operation, "the value is another");
        }
    }

    private static Failure.Invalid refused(Operation operation, String reason) {
        return new Failure.Invalid(operation.path(), "the patch cannot be applied: %s.".formatted(reason));
    }

    private static Object mutable(Object value) {
        return switch (value) {
            case Map<?, ?> map -> {
                Map<String, Object> copy = new LinkedHashMap<>();
                map.forEach((key, inner) -> copy.put(String.valueOf(key), mutable(inner)));
                yield copy;
            }
            case List<?> list -> {
                List<Object> copy = new ArrayList<>();
                list.forEach(inner -> copy.add(mutable(inner)));
                yield copy;
            }
            case null -> null;
            default -> value;
        };
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> uncheckedObject(Map<?, ?> map) {
        return (Map<String, Object>) map;
    }

    @SuppressWarnings("unchecked")
    private static List<Object> uncheckedList(List<?> list) {
        return (List<Object>) list;
    }
}
