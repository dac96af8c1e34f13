package io.bessemer.api.wire;

import io.bessemer.core.fault.Failure;
import io.bessemer.core.node.Secrets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/// The table of a resource's fields. Lists, details, `fields=`, creation, JSON-Patch and sorting are all read off it.
public final class Fields<T> {
    private final String resource;
    private final Map<String, Field<T>> byName;

    /// @param resource for messages: `node`
    public Fields(String resource, List<Field<T>> fields) {
        this.resource = resource;
        this.byName = fields.stream().collect(Collectors.toMap(Field::name, field -> field, (one, two) -> {
            throw new IllegalStateException("two rows for field " + one.name());
        }, LinkedHashMap::new));
    }

    public String resource() {
        return resource;
    }

    /// Whether lists show all there is anyway.
    public boolean allListed() {
        return byName.values().stream().allMatch(Field::listed);
    }

    /// What a request wants to see of each item.
    public List<Field<T>> wanted(Query query, RequestContext context, boolean detailByPath) {
        Optional<List<String>> names = query.names("fields");
        Optional<Boolean> detail = query.flag("detail");
        if (detail.isPresent()) {
            context.require(43, "Argument 'detail'");
        }
        if (names.isPresent()) {
            context.require(8, "Argument 'fields'");
            if (detailByPath || detail.orElse(false)) {
                throw new Failure.Invalid("fields", "cannot be combined with detail.");
            }
            return select(names.get(), context);
        }
        return detailByPath || detail.orElse(false) ? all(context) : visible(context).filter(Field::listed).toList();
    }

    /// Like [#wanted] for a single item, which shows everything by default.
    public List<Field<T>> wantedOfOne(Query query, RequestContext context) {
        return query.has("fields") ? wanted(query, context, false) : all(context);
    }

    public List<Field<T>> all(RequestContext context) {
        return visible(context).toList();
    }

    private java.util.stream.Stream<Field<T>> visible(RequestContext context) {
        return byName.values().stream().filter(field -> context.version().atLeast(field.since()));
    }

    private List<Field<T>> select(List<String> names, RequestContext context) {
        List<String> unknown = names.stream().filter(name -> !byName.containsKey(name)).toList();
        if (!unknown.isEmpty()) {
            throw new Failure.Invalid("fields", "Field(s) \"%s\" are not valid. Valid: %s."
                    .formatted(String.join(", ", unknown), visible(context).map(Field::name).collect(Collectors.joining(", "))));
        }
        List<Field<T>> selected = names.stream().map(byName::get).toList();
        selected.forEach(field -> requireVisible(field, context));
        return selected;
    }

    public Map<String, Object> show(T item, List<Field<T>> fields, RequestContext context) {
        Map<String, Object> shown = new Shown(fields.size());
        fields.forEach(field -> shown.put(field.name(), field.shown().apply(item, context)));
        return shown;
    }

    /// A type of its own, as Jackson looks at each key of a map of which it does not know that they are strings.
    private static final class Shown extends LinkedHashMap<String, Object> {
        private Shown(int fields) {
            super(fields * 2);
        }
    }

    public Map<String, Object> detail(T item, RequestContext context) {
        return show(item, all(context), context);
    }

    /// Puts the members of a creation request into a draft.
    public T create(T draft, Map<String, Object> members, RequestContext context) {
        T item = draft;
        for (Map.Entry<String, Object> member : members.entrySet()) {
            Field<T> field = settable(member.getKey(), context);
            if (field.setter() == null) {
                throw new Failure.Invalid(field.name(), "cannot be set by clients.");
            }
            if (member.getValue() != null) {
                item = field.setter().set(item, member.getValue(), field.name());
            }
        }
        return item;
    }

    /// Checks what can be known of a patch without the item: fields, versions, secrets that would be probed.
    public void check(JsonPatch patch, RequestContext context) {
        for (JsonPatch.Operation operation : patch.operations()) {
            Field<T> field = settable(operation.field(), context);
            if (!field.patchable()) {
                throw new Failure.Invalid(operation.path(), "'%s' cannot be changed.".formatted(field.name()));
            }
            if (operation.op() == JsonPatch.Op.TEST && operation.segments().stream().anyMatch(Secrets::isSecret)) {
                throw new Failure.Invalid(operation.path(), "secrets cannot be tested.");
            }
        }
    }

    /// The item with the patch applied. Masked secrets that a client sends back unchanged keep their values.
    public T patch(T item, JsonPatch patch) {
        Map<String, Object> before = new LinkedHashMap<>();
        byName.values().stream().filter(Field::patchable).forEach(field -> before.put(field.name(), field.stored().apply(item)));
        Map<String, Object> after = patch.apply(before);
        T patched = item;
        for (Field<T> field : byName.values()) {
            if (!field.patchable()) {
                continue;
            }
            Object value = unmasked(before.get(field.name()), after.get(field.name()));
            if (!Objects.equals(before.get(field.name()), value)) {
                patched = field.setter().set(patched, value, field.name());
            }
        }
        return patched;
    }

    private static Object unmasked(Object before, Object after) {
        if (!(before instanceof Map<?, ?> old) || !(after instanceof Map<?, ?> fresh)) {
            return after;
        }
        Map<String, Object> result = new LinkedHashMap<>();
        fresh.forEach((key, value) -> {
            boolean kept = Secrets.MASK.equals(value) && Secrets.isSecret(String.valueOf(key)) && old.containsKey(key);
            result.put(String.valueOf(key), kept ? old.get(key) : unmasked(old.get(key), value));
        });
        return result;
    }

    void requireSortable(String key, RequestContext context) {
        Field<T> field = byName.get(key);
        if (field == null || !field.sortable()) {
            throw new Failure.Invalid("sort_key", "The sort_key value \"%s\" is an invalid field for sorting. Valid: %s."
                    .formatted(key, visible(context).filter(Field::sortable).map(Field::name).collect(Collectors.joining(", "))));
        }
        requireVisible(field, context);
    }

    String sortValue(String key, T item, RequestContext context) {
        Object value = byName.get(key).shown().apply(item, context);
        return value == null ? null : String.valueOf(value);
    }

    private Field<T> settable(String name, RequestContext context) {
        Field<T> field = byName.get(name);
        if (field == null) {
            throw new Failure.Invalid(name, "is not a field of a %s. Fields that can be set: %s.".formatted(resource,
                    visible(context).filter(known -> known.setter() != null).map(Field::name).collect(Collectors.joining(", "))));
        }
        requireVisible(field, context);
        return field;
    }

    private static void requireVisible(Field<?> field, RequestContext context) {
        context.require(field.since(), "Field '%s'".formatted(field.name()));
    }
}
