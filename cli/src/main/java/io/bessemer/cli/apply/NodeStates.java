package io.bessemer.cli.apply;

import io.bessemer.cli.CommandFailure;
import io.bessemer.cli.client.ApiException;
import io.bessemer.cli.client.BessemerClient;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/// Drives nodes to `manageable` or `available`, all at the same time: manage, inspect once, provide.
final class NodeStates {
    private static final Set<String> ON_THE_WAY = Set.of("verifying", "inspecting", "inspect wait", "cleaning", "clean wait");
    private static final Set<String> FAILED = Set.of("inspect failed", "clean failed", "adopt failed");
    private static final long POLL_MILLISECONDS = 1000;

    private final BessemerClient client;
    private final Consumer<String> news;
    private final Map<String, String> lastState = new LinkedHashMap<>();
    private final Set<String> asked = new LinkedHashSet<>();
    private final Set<String> inspected = new LinkedHashSet<>();

    NodeStates(BessemerClient client, Consumer<String> news) {
        this.client = client;
        this.news = news;
    }

    /// Whether a node in state `now` has to be moved on. One that is further, such as an `active` one, is left alone.
    static boolean mustMove(String now, String wanted) {
        return switch (wanted) {
            case "manageable" -> now.equals("enroll") || now.equals("verifying") || FAILED.contains(now);
            case "available" -> now.equals("enroll") || now.equals("manageable") || ON_THE_WAY.contains(now) || FAILED.contains(now);
            default -> false;
        };
    }

    /// Returns once each is where it shall be.
    ///
    /// @param wanted state by name of node
    /// @throws CommandFailure when one failed on the way, after the others have come as far as they can
    void drive(Map<String, String> wanted, Duration patience) throws ApiException, InterruptedException {
        Instant end = Instant.now().plus(patience);
        Map<String, String> open = new LinkedHashMap<>(wanted);
        Map<String, String> failed = new LinkedHashMap<>();
        while (true) {
            for (String name : List.copyOf(open.keySet())) {
                JsonNode node = client.node(name);
                String state = node.path("provision_state").asString("");
                if (!state.equals(lastState.put(name, state))) {
                    news.accept(name + ": " + state);
                }
                if (!mustMove(state, open.get(name))) {
                    open.remove(name);
                } else if (!ON_THE_WAY.contains(state)) {
                    String problem = next(name, node, state, open.get(name));
                    if (problem != null) {
                        failed.put(name, problem);
                        open.remove(name);
                    }
                }
            }
            if (open.isEmpty()) {
                break;
            }
            if (Instant.now().isAfter(end)) {
                throw new CommandFailure("After %d s these are not there yet: %s. They go on; look with ./bessemer node explain %s."
                        .formatted(patience.toSeconds(), String.join(", ", open.keySet()), open.keySet().iterator().next()));
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLISECONDS);
        }
        if (!failed.isEmpty()) {
            throw new CommandFailure(String.join("\n", failed.values()));
        }
    }

    /// @return what is wrong, null when the next verb was asked for
    private String next(String name, JsonNode node, String state, String wanted) throws ApiException, InterruptedException {
        if (node.path("maintenance").asBoolean(false)) {
            return "%s is in maintenance (%s). Clear it, then apply again.".formatted(name, node.path("maintenance_reason").asString("no reason given"));
        }
        String verb = switch (state) {
            case "enroll", "inspect failed", "clean failed", "adopt failed" -> "manage";
            default -> inspected.contains(name) || !node.path("inspection_finished_at").isNull() || !wanted.equals("available") ? "provide" : "inspect";
        };
        // a verb is tried once: a node that is back where it was has failed
        if (!asked.add(name + " " + verb + (verb.equals("manage") ? "" : state))) {
            return "%s is '%s' again after '%s': %s. See ./bessemer node explain %s.".formatted(name, state, verb,
                    node.path("last_error").asString("no error is told"), name);
        }
        if (verb.equals("inspect")) {
            inspected.add(name);
        }
        client.put("/v1/nodes/%s/states/provision".formatted(BessemerClient.segment(name)), Map.of("target", verb));
        return null;
    }
}
