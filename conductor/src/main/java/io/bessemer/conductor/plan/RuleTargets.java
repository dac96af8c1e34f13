package io.bessemer.conductor.plan;

import io.bessemer.conductor.plan.InspectionRules.RuleException;
import io.bessemer.core.node.Capabilities;
import io.bessemer.core.node.JsonCopy;
import io.bessemer.core.node.Node;
import io.bessemer.core.node.Port;
import io.bessemer.core.node.Secrets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/// What rules may change: some attributes of the node and of its ports, and the plug-in data.
final class RuleTargets {
    private static final Pattern TRAIT = Pattern.compile("(CUSTOM|HW|COMPUTE|MISC|OWNER|STORAGE)_[A-Z0-9_]{1,240}");
    private static final int MOST_TRAITS = 50;
    private static final Set<String> NODE_OBJECTS = new TreeSet<>(Set.of("properties", "extra", "driver_info", "instance_info"));
    private static final Set<String> NODE_TEXTS = new TreeSet<>(Set.of("resource_class", "description", "owner", "lessee"));
    private static final Set<String> PORT_OBJECTS = new TreeSet<>(Set.of("extra", "local_link_connection"));
    private static final Set<String> PORT_OTHERS = new TreeSet<>(Set.of("physical_network", "pxe_enabled", "description"));

    private final Map<String, Port> portsBefore = new LinkedHashMap<>();
    private final Map<String, Port> ports = new LinkedHashMap<>();
    private final List<UnaryOperator<Node>> edits = new ArrayList<>();
    private Node node;
    private Map<String, Object> pluginData;

    RuleTargets(Node node, List<Port> ports, Map<String, Object> pluginData) {
        this.node = node;
        ports.forEach(port -> {
            this.ports.put(port.id().toString(), port);
            this.portsBefore.put(port.id().toString(), port);
        });
        this.pluginData = JsonCopy.of(pluginData);
    }

    UnaryOperator<Node> edit() {
        List<UnaryOperator<Node>> all = List.copyOf(edits);
        return before -> {
            Node after = before;
            for (UnaryOperator<Node> one : all) {
                after = one.apply(after);
            }
            return after;
        };
    }

    List<Port> changedPorts() {
        return ports.entrySet().stream().filter(entry -> !entry.getValue().equals(portsBefore.get(entry.getKey()))).map(Map.Entry::getValue).toList();
    }

    Map<String, Object> pluginData() {
        return pluginData;
    }

    /// What `{node.…}` finds.
    Map<String, Object> shownNode() {
        Map<String, Object> shown = new HashMap<>();
        shown.put("uuid", node.id().toString());
        shown.put("name", node.name());
        shown.put("driver", node.driver());
        shown.put("resource_class", node.resourceClass());
        shown.put("description", node.description());
        shown.put("owner", node.owner());
        shown.put("lessee", node.lessee());
        shown.put("conductor_group", node.conductorGroup());
        shown.put("provision_state", node.provisionState().wire());
        shown.put("properties", node.properties());
        shown.put("extra", node.extra());
        shown.put("driver_info", Secrets.mask(node.driverInfo()));
        shown.put("instance_info", Secrets.mask(node.instanceInfo()));
        shown.put("traits", List.copyOf(node.traits()));
        return shown;
    }

    private void editNode(UnaryOperator<Node> edit) {
        node = edit.apply(node); // first: what it refuses is not kept
        edits.add(edit);
    }

    void setAttribute(String path, Object value) {
        List<String> parts = parts(path);
        editNode(before -> {
            if (parts.size() == 1 && NODE_TEXTS.contains(parts.getFirst())) {
                return withText(before, parts.getFirst(), value == null ? null : Interpolation.shown(value));
            }
            return withObject(before, parts.getFirst(), path, object -> parts.size() == 1 ? wholeObject(path, value) : put(object, tail(parts), path, value));
        });
    }

    void extendAttribute(String path, Object value, boolean unique) {
        List<String> parts = parts(path);
        editNode(before -> withObject(before, parts.getFirst(), path, object -> extend(object, tail(parts), path, value, unique)));
    }

    void deleteAttribute(String path) {
        List<String> parts = parts(path);
        editNode(before -> {
            if (parts.size() == 1 && NODE_TEXTS.contains(parts.getFirst())) {
                return withText(before, parts.getFirst(), null);
            }
            return withObject(before, parts.getFirst(), path, object -> parts.size() == 1 ? Map.of() : remove(object, tail(parts), path));
        });
    }

    void setCapability(String name, String value) {
        capabilities(found -> found.put(name, value));
    }

    void unsetCapability(String name) {
        capabilities(found -> found.remove(name));
    }

    private void capabilities(java.util.function.Consumer<Map<String, String>> change) {
        editNode(before -> {
            Map<String, String> found = Capabilities.of(before.properties().get("capabilities"));
            change.accept(found);
            Map<String, Object> properties = new LinkedHashMap<>(before.properties());
            properties.put("capabilities", Capabilities.text(found));
            return before.toBuilder().properties(properties).build();
        });
    }

    void addTrait(String trait) {
        if (!TRAIT.matcher(trait).matches()) {
            throw new RuleException("'%s' is neither a standard trait nor CUSTOM_ with capital letters, digits and '_'".formatted(trait));
        }
        editNode(before -> {
            Set<String> traits = new TreeSet<>(before.traits());
            traits.add(trait);
            if (traits.size() > MOST_TRAITS) {
                throw new RuleException("trait %s would be one more than the %d that are allowed".formatted(trait, MOST_TRAITS));
            }
            return before.toBuilder().traits(traits).build();
        });
    }

    void removeTrait(String trait) {
        editNode(before -> {
            Set<String> traits = new TreeSet<>(before.traits());
            traits.remove(trait);
            return before.toBuilder().traits(traits).build();
        });
    }

    void setPluginData(String path, Object value) {
        pluginData = put(pluginData, parts(path), path, value);
    }

    void extendPluginData(String path, Object value, boolean unique) {
        pluginData = extend(pluginData, parts(path), path, value, unique);
    }

    void unsetPluginData(String path) {
        pluginData = remove(pluginData, parts(path), path);
    }

    void setPortAttribute(String id, String path, Object value) {
        List<String> parts = parts(path);
        editPort(id, path, parts, object -> parts.size() == 1 ? wholeObject(path, value) : put(object, tail(parts), path, value), value);
    }

    /// A value stands there once even when that was not asked for: a port is stored before the step ends, which may be done again.
    void extendPortAttribute(String id, String path, Object value) {
        List<String> parts = parts(path);
        requirePortObject(path, parts);
        editPort(id, path, parts, object -> extend(object, tail(parts), path, value, true), null);
    }

    void deletePortAttribute(String id, String path) {
        List<String> parts = parts(path);
        editPort(id, path, parts, object -> parts.size() == 1 ? Map.of() : remove(object, tail(parts), path), null);
    }

    private static void requirePortObject(String path, List<String> parts) {
        if (!PORT_OBJECTS.contains(parts.getFirst()) || parts.size() < 2) {
            throw new RuleException("'%s' of a port cannot be extended, only what is below %s".formatted(path, String.join(", ", PORT_OBJECTS)));
        }
    }

    private void editPort(String id, String path, List<String> parts, UnaryOperator<Map<String, Object>> edit, Object value) {
        Port port = ports.get(id);
        if (port == null) {
            throw new RuleException("port %s could not be found; the node has %s".formatted(id, ports.keySet()));
        }
        String first = parts.getFirst();
        boolean known = PORT_OBJECTS.contains(first) || parts.size() == 1 && PORT_OTHERS.contains(first);
        if (!known) {
            throw new RuleException("'%s' of a port cannot be changed by a rule, only %s, %s".formatted(path, String.join(", ", PORT_OBJECTS), String.join(", ", PORT_OTHERS)));
        }
        String text = value == null ? null : Interpolation.shown(value);
        Port.Builder edited = port.toBuilder();
        switch (first) {
            case "pxe_enabled" -> edited.pxeEnabled("true".equalsIgnoreCase(text));
            case "extra" -> edited.extra(edit.apply(port.extra()));
            case "local_link_connection" -> edited.localLinkConnection(edit.apply(port.localLinkConnection()));
            case "physical_network" -> edited.physicalNetwork(text);
            case "description" -> edited.description(text);
            default -> throw new IllegalStateException(first);
        }
        ports.put(id, edited.build());
    }

    private static Node withText(Node node, String attribute, String text) {
        return switch (attribute) {
            case "resource_class" -> node.toBuilder().resourceClass(limited(attribute, text, 80)).build();
            case "description" -> node.toBuilder().description(limited(attribute, text, 4096)).build();
            case "owner" -> node.toBuilder().owner(limited(attribute, text, 255)).build();
            case "lessee" -> node.toBuilder().lessee(limited(attribute, text, 255)).build();
            default -> throw new IllegalStateException(attribute);
        };
    }

    private static String limited(String attribute, String text, int longest) {
        if (text != null && text.length() > longest) {
            throw new RuleException("%s would have %d characters, at most %d are allowed".formatted(attribute, text.length(), longest));
        }
        return text;
    }

    private static Node withObject(Node node, String attribute, String path, UnaryOperator<Map<String, Object>> edit) {
        return switch (attribute) {
            case "properties" -> node.toBuilder().properties(edit.apply(node.properties())).build();
            case "extra" -> node.toBuilder().extra(edit.apply(node.extra())).build();
            case "driver_info" -> node.toBuilder().driverInfo(edit.apply(node.driverInfo())).build();
            case "instance_info" -> node.toBuilder().instanceInfo(edit.apply(node.instanceInfo())).build();
            default -> throw new RuleException("'%s' of a node cannot be changed so by a rule, only %s, and whole %s".formatted(path, String.join(", ", NODE_OBJECTS),
                    String.join(", ", NODE_TEXTS)));
        };
    }

    /// Both of Ironic's ways to write one: `/extra/rack` and `extra.rack`.
    private static List<String> parts(String path) {
        List<String> parts = Arrays.stream(path.split("[/.]")).filter(part -> !part.isEmpty()).toList();
        if (parts.isEmpty() || parts.size() > 20) {
            throw new RuleException("'%s' is not a path, as in extra/rack".formatted(path));
        }
        return parts;
    }

    private static List<String> tail(List<String> parts) {
        return parts.subList(1, parts.size());
    }

    private static Map<String, Object> wholeObject(String path, Object value) {
        if (value instanceof Map<?, ?> map) {
            Map<String, Object> object = new LinkedHashMap<>();
            map.forEach((key, inner) -> object.put(String.valueOf(key), inner));
            return object;
        }
        throw new RuleException("%s must be an object, not '%s'".formatted(path, Interpolation.shown(value)));
    }

    private static Map<String, Object> put(Map<String, Object> object, List<String> parts, String path, Object value) {
        Map<String, Object> copy = new LinkedHashMap<>(object);
        if (parts.size() == 1) {
            copy.put(parts.getFirst(), value);
        } else {
            copy.put(parts.getFirst(), put(inner(copy, parts.getFirst(), path), tail(parts), path, value));
        }
        return copy;
    }

    private static Map<String, Object> inner(Map<String, Object> object, String key, String path) {
        return object.get(key) == null ? Map.of() : wholeObject("the '%s' in %s".formatted(key, path), object.get(key));
    }

    private static Map<String, Object> extend(Map<String, Object> object, List<String> parts, String path, Object value, boolean unique) {
        if (parts.isEmpty()) {
            throw new RuleException("'%s' is no list that could be extended".formatted(path));
        }
        if (parts.size() > 1) {
            return put(object, parts.subList(0, 1), path, extend(inner(object, parts.getFirst(), path), tail(parts), path, value, unique));
        }
        List<Object> list = new ArrayList<>();
        switch (object.get(parts.getFirst())) {
            case List<?> found -> list.addAll(found);
            case null -> { }
            case Object other -> throw new RuleException("'%s' is no list that could be extended, but '%s'".formatted(path, other));
        }
        if (!unique || !list.contains(value)) {
            list.add(value);
        }
        return put(object, parts, path, list);
    }

    private static Map<String, Object> remove(Map<String, Object> object, List<String> parts, String path) {
        if (!object.containsKey(parts.getFirst())) {
            return object; // gone already: a rule may be applied twice
        }
        Map<String, Object> copy = new LinkedHashMap<>(object);
        if (parts.size() == 1) {
            copy.remove(parts.getFirst());
        } else {
            copy.put(parts.getFirst(), remove(inner(object, parts.getFirst(), path), tail(parts), path));
        }
        return copy;
    }
}
