package io.bessemer.cli.demo;

import io.bessemer.cli.client.ApiException;
import io.bessemer.cli.client.BessemerClient;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/// The states of all nodes by one request for a thousand of them, for those who watch very many.
final class FleetView implements AutoCloseable {
    private static final String NODES = "/v1/nodes?fields=name,provision_state,last_error&limit=1000";
    private static final long PAUSE_MILLISECONDS = 1000;

    private final BessemerClient client;
    private final Thread reader;
    private Map<String, JsonNode> nodes = Map.of();
    private ApiException failure;
    private int begun;
    private int done;

    FleetView(BessemerClient client) {
        this.client = client;
        this.reader = Thread.ofVirtual().name("fleet").start(this::read);
    }

    private void read() {
        try {
            while (true) {
                synchronized (this) {
                    begun++;
                }
                look();
                TimeUnit.MILLISECONDS.sleep(PAUSE_MILLISECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closed
        }
    }

    private void look() throws InterruptedException {
        var found = new HashMap<String, JsonNode>();
        ApiException why = null;
        try {
            List<JsonNode> all = client.list(NODES, "nodes");
            all.forEach(node -> found.put(node.path("name").asString(""), node));
        } catch (ApiException e) {
            why = e;
        }
        synchronized (this) {
            nodes = found;
            failure = why;
            done = begun;
            notifyAll();
        }
    }

    /// As it is now: waits for a look that begins after the call.
    ///
    /// @return missing when there is no such node
    synchronized JsonNode node(String name) throws ApiException, InterruptedException {
        int wanted = begun + 1;
        while (done < wanted) {
            wait();
        }
        if (failure != null) {
            throw failure;
        }
        return nodes.getOrDefault(name, MissingNode.getInstance());
    }

    @Override
    public void close() {
        reader.interrupt();
    }
}
