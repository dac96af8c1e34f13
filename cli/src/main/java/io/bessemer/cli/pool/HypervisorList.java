package io.bessemer.cli.pool;

import io.bessemer.cli.client.BessemerClient;
import io.bessemer.cli.client.ServerOptions;
import io.bessemer.cli.terminal.Terminal;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

@Command(name = "list", description = "All hypervisors: their states, for how long, and why.")
final class HypervisorList implements Callable<Integer> {
    private final Terminal terminal;

    @Option(names = "--pool", paramLabel = "POOL", description = "Only those of this pool.")
    private String pool;

    @Option(names = "--zone", paramLabel = "ZONE", description = "Only those of this availability zone.")
    private String zone;

    @Option(names = "--state", paramLabel = "STATE", description = "Only those in this state: enabled, quarantined, ...")
    private String state;

    @Mixin
    private ServerOptions options;

    HypervisorList(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        String path = "/v1/hypervisors?detail=true" + filter("pool", pool) + filter("zone", zone) + filter("state", state);
        List<JsonNode> hosts = options.ask(client -> client.list(path, "hypervisors"));
        if (options.json()) {
            terminal.line("%s", BessemerClient.pretty(hosts));
            return 0;
        }
        if (hosts.isEmpty()) {
            boolean filtered = pool != null || zone != null || state != null;
            terminal.line(filtered ? "No hypervisor is like that." : "No hypervisors yet. They come from host pools: ./bessemer pool list");
            return 0;
        }
        PoolText.hosts(terminal, hosts, true);
        return 0;
    }

    private static String filter(String name, String value) {
        return value == null ? "" : "&" + name + "=" + BessemerClient.segment(value);
    }
}
