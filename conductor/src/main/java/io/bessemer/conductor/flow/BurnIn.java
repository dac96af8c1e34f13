package io.bessemer.conductor.flow;

import io.bessemer.core.fault.Failure;
import io.bessemer.core.node.Node;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// What burn-in steps are told: their arguments, else the node's `driver_info` under Ironic's names, else Ironic's defaults.
public final class BurnIn {
    /// in `driver_internal_info`, by step
    public static final String RESULTS = "burnin_results";

    private static final String CPU_SECONDS = "agent_burnin_cpu_timeout";
    private static final String CPU_COUNT = "agent_burnin_cpu_cpu";
    private static final String MEMORY_SECONDS = "agent_burnin_vm_timeout";
    private static final String MEMORY_BYTES = "agent_burnin_vm_vm-bytes";
    private static final String DISK_SECONDS = "agent_burnin_fio_disk_runtime";
    private static final String DISK_LOOPS = "agent_burnin_fio_disk_loops";
    private static final String NETWORK_SECONDS = "agent_burnin_fio_network_runtime";
    private static final String NETWORK_CONFIG = "agent_burnin_fio_network_config";

    private static final long DAY = 86_400;
    private static final long LONGEST_SECONDS = 7 * DAY;
    private static final Pattern BYTES = Pattern.compile("(\\d{1,15})([bkmgt%]?)", Pattern.CASE_INSENSITIVE);
    private static final Pattern HOST = Pattern.compile("[0-9A-Za-z][0-9A-Za-z.:-]{0,253}");

    private BurnIn() {
    }

    /// @throws Failure.Invalid that names the key in `driver_info`, what was found and what is allowed
    public static void check(Node node, List<NodeStep> steps) {
        steps.stream().filter(step -> step.by().equals("deploy") && step.step().startsWith("burnin_")).forEach(step -> params(step, node));
    }

    static Map<String, Object> params(NodeStep step, Node node) {
        Map<String, Object> info = node.driverInfo();
        Map<String, Object> params = new LinkedHashMap<>();
        switch (step.step()) {
            case "burnin_cpu" -> {
                params.put("seconds", number(info, CPU_SECONDS, 1, LONGEST_SECONDS, DAY));
                params.put("threads", number(info, CPU_COUNT, 0, 4096, 0));
            }
            case "burnin_memory" -> {
                params.put("seconds", number(info, MEMORY_SECONDS, 1, LONGEST_SECONDS, DAY));
                params.putAll(bytes(info.getOrDefault(MEMORY_BYTES, "98%")));
            }
            case "burnin_disk" -> {
                params.put("seconds", number(info, DISK_SECONDS, 0, LONGEST_SECONDS, 0));
                params.put("loops", number(info, DISK_LOOPS, 1, 1_000, 4));
            }
            case "burnin_network" -> {
                params.put("seconds", number(info, NETWORK_SECONDS, 2, LONGEST_SECONDS, DAY / 4));
                params.putAll(pair(info.get(NETWORK_CONFIG)));
            }
            default -> throw new IllegalStateException("no burn-in: " + step.name());
        }
        params.putAll(step.args());
        return params;
    }

    /// By step, what came out of its newest run.
    static Map<String, Object> results(Node node) {
        Map<String, Object> results = new LinkedHashMap<>();
        if (node.driverInternalInfo().get(RESULTS) instanceof Map<?, ?> map) {
            map.forEach((key, value) -> results.put(String.valueOf(key), value));
        }
        return results;
    }

    /// For people: each step with its result; empty when there was none.
    public static String text(Node node) {
        return results(node).entrySet().stream().filter(one -> one.getValue() instanceof Map<?, ?>)
                .map(one -> "%s (%s)".formatted(text(one.getKey(), (Map<?, ?>) one.getValue()), ((Map<?, ?>) one.getValue()).get("finished_at"))).collect(Collectors.joining("; "));
    }

    static String text(String step, Map<?, ?> result) {
        return step + ": " + switch (step) {
            case "burnin_cpu" -> "%s threads, %s rounds in %s s".formatted(result.get("threads"), result.get("rounds"), result.get("seconds"));
            case "burnin_memory" -> "%d MiB, %s rounds in %s s".formatted(mebibytes(result.get("bytes")), result.get("rounds"), result.get("seconds"));
            case "burnin_network" -> "%s MiB/s to and %s MiB/s from %s".formatted(mebibytes(result.get("sent_bytes_per_second")), mebibytes(result.get("received_bytes_per_second")),
                    result.get("partner"));
            default -> result.get("disks") instanceof List<?> disks ? disks.stream().filter(Map.class::isInstance).map(disk -> disk((Map<?, ?>) disk)).collect(Collectors.joining(", "))
                    : String.valueOf(result);
        };
    }

    private static String disk(Map<?, ?> disk) {
        return "%s %s loops at %d MiB/s".formatted(disk.get("name"), disk.get("loops"), mebibytes(disk.get("bytes_per_second")));
    }

    private static long mebibytes(Object bytes) {
        return bytes instanceof Number number ? number.longValue() >> 20 : 0;
    }

    /// Clients send them as numbers or as text.
    private static long number(Map<String, Object> info, String key, long lowest, long highest, long otherwise) {
        Object found = info.get(key);
        if (found == null) {
            return otherwise;
        }
        String text = String.valueOf(found);
        if (!text.matches("\\d{1,15}") || Long.parseLong(text) < lowest || Long.parseLong(text) > highest) {
            throw new Failure.Invalid("driver_info/" + key, "'%s' is not a number of %d to %d.".formatted(found, lowest, highest));
        }
        return Long.parseLong(text);
    }

    /// As stress-ng takes it: `98%`, `2G`, `512M`, or bytes.
    private static Map<String, Object> bytes(Object given) {
        Matcher matcher = BYTES.matcher(String.valueOf(given));
        if (!matcher.matches() || matcher.group(2).equals("%") && (Long.parseLong(matcher.group(1)) < 1 || Long.parseLong(matcher.group(1)) > 100)) {
            throw new Failure.Invalid("driver_info/" + MEMORY_BYTES, "'%s' is neither a share as in 98%% nor a size as in 2G, 512M.".formatted(given));
        }
        long number = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2).toLowerCase(Locale.ROOT)) {
            case "%" -> Map.of("percent", number);
            case "k" -> Map.of("bytes", number << 10);
            case "m" -> Map.of("bytes", number << 20);
            case "g" -> Map.of("bytes", Math.min(number, 1 << 20) << 30);
            case "t" -> Map.of("bytes", Math.min(number, 1 << 10) << 40);
            default -> Map.of("bytes", number);
        };
    }

    private static Map<String, Object> pair(Object config) {
        if (!(config instanceof Map<?, ?> map)) {
            throw new Failure.Missing("driver_info/" + NETWORK_CONFIG, "Set it to {\"role\": \"writer\", \"partner\": ADDRESS} on one node, and to role \"reader\" on its partner.");
        }
        if (!"writer".equals(map.get("role")) && !"reader".equals(map.get("role"))) {
            throw new Failure.Invalid("driver_info/" + NETWORK_CONFIG + "/role", "'%s' is not writer or reader.".formatted(map.get("role")));
        }
        if (!(map.get("partner") instanceof String partner) || !HOST.matcher(partner).matches()) {
            throw new Failure.Invalid("driver_info/" + NETWORK_CONFIG + "/partner", "'%s' is not the address of the partner's ramdisk.".formatted(map.get("partner")));
        }
        return Map.of("role", map.get("role"), "partner", partner);
    }
}
