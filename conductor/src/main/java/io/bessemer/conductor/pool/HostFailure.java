package io.bessemer.conductor.pool;

import io.bessemer.core.fault.Failure;
import io.bessemer.core.node.Node;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// Why the first boot of a host failed, as the host says it. It is kept with the node, until a deploy makes another host of it.
///
/// @param part   of the first boot, as in `install packages`
/// @param error  one line
/// @param output the last lines of what failed; may be none
public record HostFailure(String part, String error, List<String> output) {
    /// in `driver_internal_info`
    public static final String KEY = "host_failure";

    private static final int LONGEST_PART = 64;
    private static final int LONGEST_LINE = 400;
    private static final int MOST_LINES = 12;
    private static final String LOG = "/var/log/cloud-init-output.log";

    public HostFailure {
        output = List.copyOf(output);
    }

    /// Whatever comes from a host is cut, made one line, and freed of secrets that it may have printed.
    ///
    /// @param hostToken by which the host spoke
    /// @throws Failure.Invalid that names the field
    public static HostFailure parse(Map<String, Object> told, String hostToken) {
        String part = line(required(told, "part"), hostToken, LONGEST_PART);
        String error = line(required(told, "error"), hostToken, LONGEST_LINE);
        Object output = told.getOrDefault("output", List.of());
        if (!(output instanceof List<?> lines)) {
            throw new Failure.Invalid("output", "found a %s, expected a list of lines.".formatted(output == null ? "null" : output.getClass().getSimpleName()));
        }
        List<String> last = lines.subList(Math.max(0, lines.size() - MOST_LINES), lines.size()).stream().map(one -> line(String.valueOf(one), hostToken, LONGEST_LINE))
                .filter(one -> !one.isBlank()).toList();
        return new HostFailure(part, error, last);
    }

    /// As the node remembers it.
    static Optional<String> of(Node node) {
        if (!(node.driverInternalInfo().get(KEY) instanceof Map<?, ?> kept)) {
            return Optional.empty();
        }
        List<String> output = kept.get("output") instanceof List<?> lines ? lines.stream().map(String::valueOf).toList() : List.of();
        return Optional.of(new HostFailure(String.valueOf(kept.get("part")), String.valueOf(kept.get("error")), output).text());
    }

    public Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("part", part);
        map.put("error", error);
        map.put("output", output);
        return map;
    }

    /// For people.
    public String text() {
        String said = output.isEmpty() ? "" : ". It said: " + output.stream().collect(Collectors.joining(" | "));
        return "The first boot failed at '%s': %s%s. More is on the host, in %s".formatted(part, error.replaceAll("[.\\s]+$", ""), said.replaceAll("[.\\s]+$", ""), LOG);
    }

    private static String required(Map<String, Object> told, String field) {
        if (!(told.get(field) instanceof String text) || text.isBlank()) {
            throw new Failure.Invalid(field, "found '%s', expected text that says what failed.".formatted(told.get(field)));
        }
        return text;
    }

    private static String line(String text, String hostToken, int longest) {
        String masked = text.replace(hostToken, "***").replaceAll("(?<=://)[^/@\\s]+@", "***@").replaceAll("(?i)(token|password|secret)=[^&\\s]+", "$1=***");
        String clean = masked.replaceAll("\\p{Cntrl}+", " ").strip();
        return clean.length() <= longest ? clean : clean.substring(0, longest) + "…";
    }
}
