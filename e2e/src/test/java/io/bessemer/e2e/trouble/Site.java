package io.bessemer.e2e.trouble;

import io.bessemer.cli.demo.DemoServer;
import io.bessemer.cli.demo.SimulatedSite;
import io.bessemer.lab.simulated.SimulatedMachine;
import io.bessemer.lab.simulated.SimulatedRack;
import io.bessemer.server.ServerMain;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A server with every part of it running, and machines that are off. All in this process (the server in another one where it is to be
/// killed), on loopback, on ports that were free.
final class Site implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.shared();
    /// A machine whose boot got lost on a busy computer is started again after a minute.
    private static final Duration PATIENCE = Duration.ofSeconds(150);
    static final long DISK_BYTES = 256L << 20;
    private static final int BOOT_FILE_BYTES = 4096;

    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final SimulatedRack rack;
    private AutoCloseable server;
    private final List<String> settings;
    private final SimulatedSite ports;

    private Site(SimulatedRack rack, AutoCloseable server, List<String> settings, SimulatedSite ports) {
        this.rack = rack;
        this.server = server;
        this.settings = settings;
        this.ports = ports;
    }

    /// @param firstSlot of the rack, different for each test class
    /// @param settings  of the server, beyond those that make it this one
    static Site start(Path directory, int firstSlot, int machines, String... settings) throws IOException {
        return start(directory, firstSlot, machines, Site::inThisProcess, settings);
    }

    /// With a server that can be killed; [#kill] and [#startAgain].
    static Site startProcess(Path directory, int firstSlot, int machines, String... settings) throws IOException {
        Path log = directory.resolve("server.log");
        Site site = start(directory, firstSlot, machines, all -> DemoServer.start(UnaryOperator.identity(), all, log), settings);
        site.awaitApi();
        return site;
    }

    private interface Starter {
        AutoCloseable start(List<String> settings) throws IOException;
    }

    private static AutoCloseable inThisProcess(List<String> settings) {
        SpringApplication application = new SpringApplication(ServerMain.class);
        application.setBannerMode(Banner.Mode.OFF);
        return application.run(settings.toArray(String[]::new));
    }

    private static Site start(Path directory, int firstSlot, int machines, Starter starter, String... settings) throws IOException {
        SimulatedSite ports = SimulatedSite.onFreePorts(directory.resolve("data"));
        ports.bootFiles(BOOT_FILE_BYTES);
        SimulatedRack rack = SimulatedRack.start(directory.resolve("rack"), firstSlot, machines, ports.network(), DISK_BYTES);
        var all = new ArrayList<>(ports.settings());
        all.add("--bessemer.images.denied-networks="); // the tests' web servers are on loopback
        all.addAll(List.of(settings));
        try {
            return new Site(rack, starter.start(all), List.copyOf(all), ports);
        } catch (RuntimeException | IOException e) {
            rack.close();
            throw e;
        }
    }

    /// `kill -9` of a server that is a process of its own.
    void kill() throws InterruptedException {
        ((DemoServer) server).kill();
    }

    void startAgain(Path log) throws IOException {
        server = DemoServer.start(UnaryOperator.identity(), settings, log);
        awaitApi();
    }

    private void awaitApi() {
        until("the API answers", () -> {
            try {
                return http.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + ports.api() + "/v1")).timeout(Duration.ofSeconds(1)).build(),
                        HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
            } catch (IOException notYet) {
                return false;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError(e);
            }
        });
    }

    /// @param body null when there is none
    record Answer(int status, JsonNode body) {
        /// The words of Ironic's error body.
        String fault() {
            return JSON.readTree(body.path("error_message").asString("{}")).path("faultstring").asString("");
        }

        Answer expect(int wanted) {
            if (status != wanted) {
                throw new AssertionError("expected %d, got %d: %s".formatted(wanted, status, body));
            }
            return this;
        }
    }

    Answer call(String method, String path, Object body) {
        var publisher = body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body));
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + ports.api() + path)).timeout(Duration.ofSeconds(30))
                .header("X-OpenStack-Ironic-API-Version", "1.90").header("Content-Type", "application/json").method(method, publisher).build();
        try {
            HttpResponse<byte[]> answer = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
            return new Answer(answer.statusCode(), answer.body().length == 0 ? null : JSON.readTree(answer.body()));
        } catch (IOException e) {
            throw new AssertionError(method + " " + path + ": " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /// What stands at a path that answers with text.
    String text(String path) {
        try {
            return http.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + ports.api() + path)).timeout(Duration.ofSeconds(30)).build(),
                    HttpResponse.BodyHandlers.ofString()).body();
        } catch (IOException e) {
            throw new AssertionError(path + ": " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    List<SimulatedMachine> machines() {
        return rack.machines();
    }

    SimulatedMachine machine(int index) {
        return rack.machines().get(index);
    }

    /// What a client writes to enrol a machine.
    Map<String, Object> nodeOf(SimulatedMachine machine) {
        var spec = machine.spec();
        var info = new LinkedHashMap<String, Object>(Map.of("ipmi_address", spec.bmcAddress(), "ipmi_port", spec.bmcPort(),
                "ipmi_username", SimulatedRack.BMC_USER, "ipmi_password", SimulatedRack.BMC_PASSWORD));
        return new LinkedHashMap<>(Map.of("name", spec.name(), "driver", "ipmi", "driver_info", info,
                "properties", Map.of("capabilities", "boot_mode:" + (spec.uefi() ? "uefi" : "bios"))));
    }

    /// Node and port, in `enroll`.
    void enrol(SimulatedMachine machine) {
        String uuid = call("POST", "/v1/nodes", nodeOf(machine)).expect(201).body().path("uuid").asString();
        call("POST", "/v1/ports", Map.of("node_uuid", uuid, "address", machine.spec().mac())).expect(201);
    }

    /// Enrolled, verified and provided.
    void makeAvailable(SimulatedMachine machine) {
        String name = machine.spec().name();
        enrol(machine);
        provision(name, "manage");
        await(name, "manageable");
        provision(name, "provide");
        await(name, "available");
    }

    void provision(String node, String target) {
        call("PUT", "/v1/nodes/" + node + "/states/provision", Map.of("target", target)).expect(202);
    }

    void set(String node, String path, Object value) {
        call("PATCH", "/v1/nodes/" + node, List.of(Map.of("op", "add", "path", path, "value", value))).expect(200);
    }

    JsonNode node(String name) {
        return call("GET", "/v1/nodes/" + name, null).expect(200).body();
    }

    JsonNode explain(String name) {
        return call("GET", "/v1/nodes/" + name + "/explain", null).expect(200).body();
    }

    JsonNode timeline(String name) {
        return call("GET", "/v1/nodes/" + name + "/timeline", null).expect(200).body().path("timeline");
    }

    JsonNode await(String name, String state) {
        return await(name, state, node -> node.path("provision_state").asString().equals(state));
    }

    /// The next state in which the node rests with an error.
    String awaitError(String name) {
        return await(name, "an error", node -> !node.path("last_error").asString("").isEmpty()
                && (node.path("target_provision_state").isNull() || node.path("provision_state").asString().endsWith("failed"))).path("last_error").asString();
    }

    JsonNode await(String name, String what, Predicate<JsonNode> wanted) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        JsonNode node;
        do {
            node = node(name);
            if (wanted.test(node)) {
                return node;
            }
            pause();
        } while (System.nanoTime() < deadline);
        throw new AssertionError("%s did not come to '%s' in %d s. It is '%s', last_error %s.\nExplanation: %s\nTimeline: %s".formatted(name, what, PATIENCE.toSeconds(),
                node.path("provision_state").asString(), node.path("last_error"), explain(name), timeline(name)));
    }

    static void until(String what, java.util.function.BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not within %d s: %s".formatted(PATIENCE.toSeconds(), what));
            }
            pause();
        }
    }

    /// Between two looks.
    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(50);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    Path data() {
        return ports.directory();
    }

    int apiPort() {
        return ports.api();
    }

    int dhcpPort() {
        return ports.dhcp();
    }

    int tftpPort() {
        return ports.tftp();
    }

    int contentPort() {
        return ports.http();
    }

    @Override
    public void close() {
        rack.close();
        try {
            server.close();
        } catch (Exception e) {
            throw new AssertionError("the server did not end", e);
        }
        http.shutdownNow();
    }
}
