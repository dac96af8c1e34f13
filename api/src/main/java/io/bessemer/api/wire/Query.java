package io.bessemer.api.wire;

import io.bessemer.core.fault.Failure;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;

/// A request's query parameters, with checks that name the parameter. Methods of resources take it as a parameter.
///
/// @param values by name; of a repeated parameter the first one counts
public record Query(Map<String, String> values) {
    static Query of(HttpServletRequest request) {
        Map<String, String> values = new LinkedHashMap<>();
        request.getParameterMap().forEach((name, all) -> values.put(name, all.length == 0 ? "" : all[0]));
        return new Query(values);
    }

    /// Refuses what the resource does not know: a mistyped filter must not list everything.
    public void allowOnly(String... known) {
        values.keySet().stream().filter(name -> !List.of(known).contains(name)).findFirst().ifPresent(name -> {
            throw new Failure.Invalid(name, "is not a known argument. Known: " + String.join(", ", known) + ".");
        });
    }

    /// The same query with what the path says.
    public Query and(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(values);
        more.put(name, value);
        return new Query(more);
    }

    public Query without(String name) {
        Map<String, String> fewer = new LinkedHashMap<>(values);
        fewer.remove(name);
        return new Query(fewer);
    }

    public boolean has(String name) {
        return values.containsKey(name);
    }

    public Optional<String> text(String name) {
        return Optional.ofNullable(values.get(name));
    }

    public Optional<Boolean> flag(String name) {
        return text(name).map(value -> Values.flag(value, name));
    }

    public Optional<UUID> uuid(String name) {
        return text(name).map(value -> Values.uuid(value, name));
    }

    /// Comma-separated names.
    public Optional<List<String>> names(String name) {
        return text(name).map(value -> Arrays.stream(value.split(",")).map(String::strip).filter(part -> !part.isEmpty()).distinct().toList());
    }

    /// The same query with another limit and marker, for the `next` link.
    String with(int limit, String marker) {
        Map<String, String> changed = new LinkedHashMap<>(values);
        changed.put("limit", String.valueOf(limit));
        changed.put("marker", marker);
        return changed.entrySet().stream()
                .map(entry -> URLEncoder.encode(entry.getKey(), StandardCharsets.UTF_8) + "=" + URLEncoder.encode(entry.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    }
}
