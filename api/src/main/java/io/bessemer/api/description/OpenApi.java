package io.bessemer.api.description;

import io.bessemer.api.identity.Policy;
import io.bessemer.api.wire.ErrorKind;
import io.bessemer.api.wire.JsonBody;
import io.bessemer.api.wire.Microversion;
import io.bessemer.api.wire.Page;
import io.bessemer.api.wire.Shaped.Shape;
import io.bessemer.api.wire.Since;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import tools.jackson.databind.json.JsonMapper;

/// Makes the OpenAPI 3.1 description of the mappings that there really are. Fields come from the tables of fields, who may from the policy, versions from
/// [Since], the rest from `operations.txt`. (springdoc reads Java types, of which our resources have none.)
final class OpenApi {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Pattern VARIABLE = Pattern.compile("\\{(\\w+)}");
    private static final List<String> ANY = List.of("GET", "POST", "PUT", "PATCH", "DELETE");
    private static final Set<String> NOT_DESCRIBED = Set.of("/error");
    private static final Pattern RESOURCE = Pattern.compile("/v1/(\\w+)");

    /// in the order of the page
    private static final Map<String, String> TAGS = tags();

    private final List<Shape<?>> shapes;
    private final Map<String, Told> told = Told.all();
    private final Set<String> used = new LinkedHashSet<>();
    private final Set<String> operationIds = new LinkedHashSet<>();

    private static Map<String, String> tags() {
        Map<String, String> tags = new LinkedHashMap<>();
        tags.put("nodes", "Machines: what they are, their states, power, hardware, history");
        tags.put("ports", "NICs of nodes");
        tags.put("portgroups", "Ports that are bonded");
        tags.put("chassis", "Groupings of nodes");
        tags.put("volume", "Where nodes find remote volumes, and how they call themselves there");
        tags.put("allocations", "Wishes for a node, and what came of them");
        tags.put("deploy_templates", "Steps that instances ask for by traits");
        tags.put("runbooks", "Steps by which approved nodes are cleaned or serviced");
        tags.put("inspection_rules", "What to do with what an inspection found");
        tags.put("drivers", "Kinds of hardware, and what each can do");
        tags.put("conductors", "Processes that work on nodes");
        tags.put("shards", "How nodes are split between services that watch them");
        tags.put("events", "What happened, and what other services tell");
        tags.put("webhooks", "Bessemer's own: who is told of events by POST");
        tags.put("availability_zones", "Bessemer's own: zones of a cloud");
        tags.put("host_profiles", "Bessemer's own: how a machine becomes a host");
        tags.put("host_pools", "Bessemer's own: hosts of one profile in one zone");
        tags.put("hypervisors", "Bessemer's own: hosts, and their guests");
        tags.put("client_certificates", "Bessemer's own: who may speak to hosts' libvirt");
        tags.put("imports", "Bessemer's own: nodes of another Ironic");
        tags.put("consoles", "Bessemer's own: serial consoles for browsers");
        tags.put("lookup", "For ramdisks");
        tags.put("agent", "For Bessemer's agent in the ramdisk");
        tags.put("hosts", "For Bessemer's agent on hosts");
        tags.put("versions", "The API itself");
        return tags;
    }

    OpenApi(List<Shape<?>> shapes) {
        this.shapes = shapes;
    }

    /// @throws IllegalStateException when a mapping is told of nowhere, or a line of `operations.txt` is of none
    Map<String, Object> describe(Map<RequestMappingInfo, HandlerMethod> mappings) {
        Map<String, Map<String, Object>> paths = new TreeMap<>();
        mappings.forEach((info, handler) -> {
            List<String> methods = info.getMethodsCondition().getMethods().isEmpty() ? ANY
                    : info.getMethodsCondition().getMethods().stream().map(RequestMethod::name).toList();
            for (String path : info.getPatternValues()) {
                if (!NOT_DESCRIBED.contains(path)) {
                    methods.forEach(method -> paths.computeIfAbsent(path, _ -> new TreeMap<>()).put(method.toLowerCase(Locale.ROOT), operation(method, path, handler)));
                }
            }
        });
        List<String> stale = told.keySet().stream().filter(key -> !used.contains(key)).toList();
        if (!stale.isEmpty()) {
            throw new IllegalStateException("operations.txt tells of what no resource answers: " + stale);
        }
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("openapi", "3.1.0");
        document.put("info", info());
        document.put("servers", List.of(Map.of("url", "/")));
        document.put("security", List.of(Map.of(), Map.of("token", List.of()), Map.of("password", List.of())));
        document.put("tags", TAGS.entrySet().stream().map(tag -> Map.of("name", tag.getKey(), "description", tag.getValue())).toList());
        document.put("paths", paths);
        document.put("components", components());
        return document;
    }

    private static Map<String, Object> info() {
        Map<String, Object> info = new LinkedHashMap<>();
        info.put("title", "Bessemer");
        info.put("version", Microversion.MAXIMUM.toString());
        info.put("summary", "Bare-metal provisioning by OpenStack Ironic's API");
        info.put("description", """
                Ironic's API, microversions %s to %s, and resources of Bessemer's own. A request names its version by `X-OpenStack-Ironic-API-Version`; without
                one it is %s. *Since* tells which version brought something: older requests do not see fields, and are refused by 406 when they use them."""
                .formatted(Microversion.MINIMUM, Microversion.MAXIMUM, Microversion.MINIMUM));
        return info;
    }

    private Map<String, Object> operation(String method, String path, HandlerMethod handler) {
        Map<String, Object> operation = new LinkedHashMap<>();
        Optional<Use> use = use(method, path);
        Optional<Told> line = Told.of(told, method, path);
        line.ifPresent(_ -> used.add(told.containsKey(method + " " + path) ? method + " " + path : "* " + path));
        if (use.isEmpty() && line.isEmpty()) {
            throw new IllegalStateException("operations.txt has no line for %s %s".formatted(method, path));
        }
        String summary = line.map(Told::summary).orElseGet(() -> use.get().summary());
        operation.put("operationId", operationId(method, path));
        operation.put("tags", List.of(tag(path)));
        operation.put("summary", summary);
        operation.put("description", description(method, path, handler));
        Since since = since(handler);
        if (since != null) {
            operation.put("x-since", "1." + since.value());
        }
        operation.put("x-action", Policy.actionOf(method, path));
        operation.put("parameters", parameters(path, line, use));
        boolean takesBody = Arrays.stream(handler.getMethodParameters()).anyMatch(parameter -> parameter.getParameterType() == JsonBody.class);
        if (takesBody && !method.equals("GET")) {
            operation.put("requestBody", body(line, use));
        }
        operation.put("responses", responses(method, line, use));
        return operation;
    }

    /// What a request does with things that have a shape.
    private record Use(Shape<?> shape, Kind kind, String owner) {
        enum Kind { LIST, DETAIL, CREATE, SHOW, CHANGE, DELETE }

        String summary() {
            String one = shape.fields().resource();
            String many = one.endsWith("chassis") ? one : one + "s";
            String article = "aeiou".indexOf(one.charAt(0)) >= 0 ? "an " : "a ";
            String of = owner.isEmpty() ? "" : " of a " + owner;
            return switch (kind) {
                case LIST -> "List " + many + of;
                case DETAIL -> "List " + many + of + " with all their fields";
                case CREATE -> "Create " + article + one;
                case SHOW -> "Show " + article + one;
                case CHANGE -> "Change " + article + one;
                case DELETE -> "Delete " + article + one;
            };
        }
    }

    private Optional<Use> use(String method, String path) {
        for (Shape<?> shape : shapes) {
            if (path.equals(shape.collection())) {
                if (method.equals("GET") || method.equals("POST")) {
                    return Optional.of(new Use(shape, method.equals("GET") ? Use.Kind.LIST : Use.Kind.CREATE, ""));
                }
            } else if (path.equals(shape.collection() + "/detail") && method.equals("GET")) {
                return Optional.of(new Use(shape, Use.Kind.DETAIL, ""));
            } else if (path.matches(Pattern.quote(shape.collection()) + "/\\{\\w+}")) {
                return switch (method) {
                    case "GET" -> Optional.of(new Use(shape, Use.Kind.SHOW, ""));
                    case "PATCH" -> Optional.of(new Use(shape, Use.Kind.CHANGE, ""));
                    case "DELETE" -> Optional.of(new Use(shape, Use.Kind.DELETE, ""));
                    default -> Optional.empty();
                };
            }
            Matcher below = Pattern.compile("/v1/(nodes|portgroups|chassis)/\\{\\w+}" + shape.collection().substring("/v1".length()) + "(/detail)?").matcher(path);
            if (method.equals("GET") && below.matches()) {
                return Optional.of(new Use(shape, below.group(2) == null ? Use.Kind.LIST : Use.Kind.DETAIL, below.group(1).replaceFirst("(?<!i)s$", "")));
            }
        }
        return Optional.empty();
    }

    private String operationId(String method, String path) {
        String words = VARIABLE.matcher(path.replaceFirst("^/v1", "")).replaceAll("by_$1").replaceAll("\\W+", "_").replaceAll("^_|_$", "");
        String id = (method.toLowerCase(Locale.ROOT) + "_" + words).replaceAll("_$", "");
        String unique = path.startsWith("/v1") ? id : id + "_without_version";
        if (!operationIds.add(unique)) {
            throw new IllegalStateException("two operations are called " + unique);
        }
        return unique;
    }

    private static String tag(String path) {
        Matcher matcher = RESOURCE.matcher(path);
        String first = matcher.lookingAt() ? matcher.group(1) : path.startsWith("/nodes") ? "nodes" : "versions";
        if (TAGS.containsKey(first)) {
            return first;
        }
        if (first.equals("openapi") || path.equals("/metrics")) {
            return "versions";
        }
        if (first.equals("heartbeat") || first.equals("continue_inspection")) {
            return "lookup"; // of the same ramdisk
        }
        throw new IllegalStateException("no tag for " + path);
    }

    private static Since since(HandlerMethod handler) {
        Since since = handler.getMethodAnnotation(Since.class);
        return since != null ? since : handler.getBeanType().getAnnotation(Since.class);
    }

    private static String description(String method, String path, HandlerMethod handler) {
        List<String> parts = new ArrayList<>();
        Since since = since(handler);
        if (since != null) {
            parts.add("Since 1.%d; older requests are answered %d.".formatted(since.value(), since.otherwise()));
        }
        parts.add("For %s (`%s`).".formatted(Policy.sentenceOf(method, path), Policy.actionOf(method, path)));
        return String.join("\n\n", parts);
    }

    private static List<Object> parameters(String path, Optional<Told> line, Optional<Use> use) {
        List<Object> parameters = new ArrayList<>();
        VARIABLE.matcher(path).results().map(match -> match.group(1)).forEach(name -> parameters.add(parameter(name, "path")));
        Set<String> arguments = new LinkedHashSet<>(line.map(Told::arguments).orElse(List.of()));
        use.ifPresent(used -> {
            switch (used.kind) {
                case LIST, DETAIL -> {
                    if (used.owner.isEmpty()) {
                        arguments.addAll(used.shape.filters());
                    }
                    arguments.addAll(Page.ARGUMENTS);
                    if (used.shape.fields().allListed()) {
                        arguments.remove("detail");
                    }
                }
                case SHOW -> arguments.add("fields");
                case CREATE, CHANGE, DELETE -> { }
            }
        });
        arguments.forEach(name -> parameters.add(Page.ARGUMENTS.contains(name) ? ref("parameters/" + name) : parameter(name, "query")));
        parameters.add(ref("parameters/version"));
        return parameters;
    }

    private static Map<String, Object> parameter(String name, String in) {
        Map<String, Object> parameter = new LinkedHashMap<>();
        parameter.put("name", name);
        parameter.put("in", in);
        parameter.put("required", in.equals("path"));
        parameter.put("schema", Map.of("type", "string"));
        return parameter;
    }

    private static Map<String, Object> body(Optional<Told> line, Optional<Use> use) {
        Map<String, Object> media = new LinkedHashMap<>();
        if (use.isPresent() && use.get().kind == Use.Kind.CHANGE) {
            media.put("schema", ref("schemas/patch"));
        } else if (use.isPresent() && use.get().kind == Use.Kind.CREATE) {
            media.put("schema", ref("schemas/" + schemaName(use.get().shape) + "_create"));
        } else {
            String example = line.map(Told::body).filter(text -> !text.isEmpty()).orElse("{}");
            Object value = JSON.readValue(example, Object.class);
            media.put("schema", Map.of("type", value instanceof List ? "array" : "object"));
            media.put("example", value);
        }
        return Map.of("content", Map.of("application/json", media));
    }

    private static Map<String, Object> responses(String method, Optional<Told> line, Optional<Use> use) {
        Map<String, Object> responses = new LinkedHashMap<>();
        int status = line.map(Told::status).orElseGet(() -> switch (use.get().kind) {
            case CREATE -> 201;
            case DELETE -> 204;
            case LIST, DETAIL, SHOW, CHANGE -> 200;
        });
        Map<String, Object> response = new LinkedHashMap<>();
        response.put("description", switch (status) {
            case 201 -> "It is there.";
            case 202 -> "It is under way.";
            case 204 -> "It is done.";
            default -> "Here it is.";
        });
        if (status == 200 || status == 201) {
            Map<String, Object> schema = use.map(OpenApi::answer).orElse(Map.of());
            response.put("content", Map.of("application/json", Map.of("schema", schema)));
        }
        responses.put(String.valueOf(status), response);
        responses.put("default", ref("responses/error"));
        return responses;
    }

    private static Map<String, Object> answer(Use use) {
        Map<String, Object> item = ref("schemas/" + schemaName(use.shape));
        if (use.kind != Use.Kind.LIST && use.kind != Use.Kind.DETAIL) {
            return item;
        }
        Map<String, Object> properties = new LinkedHashMap<>();
        properties.put(use.shape.key(), Map.of("type", "array", "items", item));
        properties.put("next", Map.of("type", "string", "format", "uri", "description", "The next page, when there may be one."));
        return Map.of("type", "object", "properties", properties);
    }

    private Map<String, Object> components() {
        Map<String, Object> schemas = new TreeMap<>();
        shapes.forEach(shape -> {
            schemas.put(schemaName(shape), FieldTypes.schema(shape, false));
            schemas.put(schemaName(shape) + "_create", FieldTypes.schema(shape, true));
        });
        schemas.put("patch", JSON.readValue("""
                {"type": "array", "description": "JSON Patch, RFC 6902", "items": {"type": "object", "required": ["op", "path"], "properties": {
                  "op": {"type": "string", "enum": ["add", "replace", "remove", "test"]}, "path": {"type": "string", "examples": ["/extra/rack"]}, "value": {}}},
                 "examples": [[{"op": "add", "path": "/extra/rack", "value": "r7"}]]}""", Object.class));
        schemas.put("error", JSON.readValue("""
                {"type": "object", "required": ["error_message"], "properties": {"error_message": {"type": "string", "contentMediaType": "application/json",
                 "description": "A string that holds JSON with the members faultcode, faultstring (what was wrong and what to do), debuginfo and kind. Kinds: %s."}}}"""
                .formatted(String.join(", ", Arrays.stream(ErrorKind.values()).map(kind -> "%s (%d)".formatted(kind.wire(), kind.status())).toList())), Object.class));
        Map<String, Object> components = new LinkedHashMap<>();
        components.put("schemas", schemas);
        components.put("parameters", commonParameters());
        components.put("responses", Map.of("error", Map.of("description", "It was refused, or failed.",
                "content", Map.of("application/json", Map.of("schema", ref("schemas/error"))))));
        components.put("securitySchemes", Map.of("token", Map.of("type", "apiKey", "in", "header", "name", "X-Auth-Token", "description", "A Keystone token"),
                "password", Map.of("type", "http", "scheme", "basic")));
        return components;
    }

    private static Object commonParameters() {
        return JSON.readValue("""
                {"version": {"name": "X-OpenStack-Ironic-API-Version", "in": "header", "schema": {"type": "string", "default": "latest"}, "description": "`1.N`, or `latest`"},
                 "limit": {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 1000}, "description": "At most so many"},
                 "marker": {"name": "marker", "in": "query", "schema": {"type": "string"}, "description": "The last one of the page before"},
                 "sort_key": {"name": "sort_key", "in": "query", "schema": {"type": "string"}, "description": "A field"},
                 "sort_dir": {"name": "sort_dir", "in": "query", "schema": {"type": "string", "enum": ["asc", "desc"]}},
                 "fields": {"name": "fields", "in": "query", "schema": {"type": "string"}, "description": "Comma-separated names of fields; since 1.8 of nodes"},
                 "detail": {"name": "detail", "in": "query", "schema": {"type": "boolean"}, "description": "All fields; since 1.43"}}""", Object.class);
    }

    private static String schemaName(Shape<?> shape) {
        return shape.fields().resource().replace(' ', '_');
    }

    private static Map<String, Object> ref(String what) {
        return Map.of("$ref", "#/components/" + what);
    }
}
