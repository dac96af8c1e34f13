package io.bessemer.cli.pool;

import io.bessemer.cli.client.BessemerClient;
import io.bessemer.cli.client.ServerOptions;
import io.bessemer.cli.terminal.Terminal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

@Command(name = "create", description = {"Make a host pool of a profile in a zone, which must be there.",
    "For whole racks, and for all that can be set, use: apply -f FILE."})
final class PoolCreate implements Callable<Integer> {
    private final Terminal terminal;

    @Parameters(paramLabel = "POOL", description = "Its name; it cannot be changed.")
    private String name;

    @Option(names = "--zone", required = true, paramLabel = "ZONE", description = "Its availability zone; it cannot be changed.")
    private String zone;

    @Option(names = "--profile", required = true, paramLabel = "PROFILE", description = "What its hosts are made of.")
    private String profile;

    @Option(names = "--size", paramLabel = "N", description = "Hosts wanted (default: 0).")
    private int size;

    @Option(names = "--description", paramLabel = "TEXT", description = "For people.")
    private String description;

    @Option(names = "--resource-class", paramLabel = "CLASS", description = "Only nodes of this resource class.")
    private String resourceClass;

    @Option(names = "--rack", paramLabel = "RACK", description = "Only nodes whose extra.rack is this, or another one given.")
    private List<String> racks = List.of();

    @Option(names = "--trait", paramLabel = "TRAIT", description = "Only nodes with this trait, and all others given.")
    private List<String> traits = List.of();

    @Option(names = "--owner", paramLabel = "OWNER", description = "Only nodes of this owner.")
    private String owner;

    @Mixin
    private ServerOptions options;

    PoolCreate(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        Map<String, Object> selector = new LinkedHashMap<>();
        put(selector, "resource_class", resourceClass);
        put(selector, "racks", racks);
        put(selector, "traits", traits);
        put(selector, "owner", owner);
        Map<String, Object> body = new LinkedHashMap<>(Map.of("name", name, "zone", zone, "profile", profile, "size", size));
        put(body, "description", description);
        if (!selector.isEmpty()) {
            body.put("selector", selector);
        }
        JsonNode pool = options.ask(client -> client.post("/v1/host_pools", body));
        terminal.line("%s", options.json() ? BessemerClient.pretty(pool)
                : "%s is made and shall have %d hosts. Watch: ./bessemer pool watch %s".formatted(name, pool.path("size").asInt(0), name));
        return 0;
    }

    private static void put(Map<String, Object> members, String key, Object value) {
        if (value != null && !List.of().equals(value)) {
            members.put(key, value);
        }
    }
}
