package io.bessemer.e2e.trouble;

import io.bessemer.core.image.ImageLibrary.ImageSource;
import io.bessemer.core.program.Progress;
import io.bessemer.images.ImageDirectory;
import io.bessemer.images.ImageSettings;
import io.bessemer.lab.simulated.SimulatedMachine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A [Site] whose machines become hosts of pools: each test has a pool with racks of its own, and deadlines of seconds.
final class PoolSite implements AutoCloseable {
    static final String IMAGE = "host";
    private static final String AVAILABLE_AT_ONCE = "--bessemer.conductor.automated-clean=false";
    private static final String OFTEN = "--bessemer.hosts.report-every=2s";
    private static final String ZONE = "az1";
    private static final Duration PATIENCE = Duration.ofSeconds(80);
    private static final int IMAGE_BYTES = 3 << 20;

    final Site site;
    private final AtomicInteger given = new AtomicInteger();

    private PoolSite(Site site) {
        this.site = site;
        site.call("POST", "/v1/availability_zones", Map.of("name", ZONE)).expect(201);
    }

    /// Back in seconds after a power loss, given up after seconds.
    static PoolSite start(Path directory, int firstSlot, int machines) throws IOException {
        importImage(directory);
        return new PoolSite(Site.start(directory, firstSlot, machines, AVAILABLE_AT_ONCE, OFTEN, "--bessemer.conductor.power-sync.interval=1s",
                "--bessemer.conductor.agent-lost=4s", "--bessemer.conductor.max-retries=1", "--bessemer.ipmi.retries=1", "--bessemer.ipmi.command-timeout=500ms",
                "--bessemer.conductor.boot.power=6s", "--bessemer.conductor.boot.dhcp=6s", "--bessemer.conductor.boot.loader=6s",
                "--bessemer.conductor.boot.script=6s", "--bessemer.conductor.boot.kernel=6s"));
    }

    /// With a server that can be killed.
    static PoolSite startProcess(Path directory, int firstSlot, int machines) throws IOException {
        importImage(directory);
        return new PoolSite(Site.startProcess(directory, firstSlot, machines, AVAILABLE_AT_ONCE, OFTEN));
    }

    private static void importImage(Path directory) throws IOException {
        Path raw = directory.resolve("host.raw");
        byte[] content = new byte[IMAGE_BYTES];
        new Random(9).nextBytes(content);
        Files.write(raw, content);
        Path images = directory.resolve("data").resolve("images");
        Files.createDirectories(images);
        try (var library = new ImageDirectory(ImageSettings.of(images))) {
            library.importImage(IMAGE, new ImageSource(raw.toString(), null, null, "raw"), true, Progress.SILENT);
        }
    }

    // --- what a test has of its own -----------------------------------------------------------------------------------------

    /// The next machines of the site, enrolled in this rack and available, or taken by a pool that waited for them.
    List<SimulatedMachine> machines(String rack, int count) {
        int first = given.getAndAdd(count);
        List<SimulatedMachine> machines = IntStream.range(first, first + count).mapToObj(site::machine).toList();
        machines.forEach(machine -> enrol(machine, rack));
        machines.forEach(machine -> site.await(machine.spec().name(), "manageable"));
        machines.forEach(machine -> site.provision(machine.spec().name(), "provide"));
        machines.forEach(machine -> site.await(machine.spec().name(), "available", node -> node.path("provision_state").asString().equals("available")
                || !node.path("instance_uuid").isNull()));
        return machines;
    }

    private void enrol(SimulatedMachine machine, String rack) {
        Map<String, Object> node = site.nodeOf(machine);
        node.put("extra", Map.of("rack", rack));
        String uuid = site.call("POST", "/v1/nodes", node).expect(201).body().path("uuid").asString();
        site.call("POST", "/v1/ports", Map.of("node_uuid", uuid, "address", machine.spec().mac())).expect(201);
        site.provision(machine.spec().name(), "manage");
    }

    /// Deadlines that only those fail whom nothing happens any more.
    static Map<String, Object> deadlines(Map<String, Object> shorter) {
        var all = new HashMap<String, Object>(Map.of("deploy", 300, "bootstrap", 300, "verify", 300, "drain", 300, "silence", 20));
        all.putAll(shorter);
        return all;
    }

    /// A pool of machines of the rack of the same name, and a profile of that name too.
    void pool(String name, int size, Map<String, Object> deadlines, Map<String, Object> limits) {
        site.call("POST", "/v1/host_profiles", Map.of("name", name, "image", IMAGE, "checks", List.of("first-boot", "cpu", "canary"),
                "deadlines", deadlines(deadlines))).expect(201);
        site.call("POST", "/v1/host_pools", Map.of("name", name, "zone", ZONE, "profile", name, "size", size, "selector", Map.of("racks", List.of(name)),
                "limits", limits)).expect(201);
    }

    /// From now on; a state that was entered keeps its deadline, and silence counts from now.
    void deadline(String pool, String what, int seconds) {
        site.call("PATCH", "/v1/host_profiles/" + pool, List.of(Map.of("op", "add", "path", "/deadlines", "value", deadlines(Map.of(what, seconds))))).expect(200);
    }

    /// One host, on its way.
    SimulatedMachine one(String name, Map<String, Object> deadlines) {
        return one(name, deadlines, _ -> {});
    }

    SimulatedMachine one(String name, Map<String, Object> deadlines, Consumer<SimulatedMachine> prepare) {
        SimulatedMachine machine = machines(name, 1).getFirst();
        prepare.accept(machine);
        pool(name, 1, deadlines, Map.of());
        return machine;
    }

    void scale(String pool, int size) {
        site.call("PATCH", "/v1/host_pools/" + pool, List.of(Map.of("op", "replace", "path", "/size", "value", size))).expect(200);
    }

    void rollout(String pool, String target) {
        site.call("PUT", "/v1/host_pools/" + pool + "/rollout", Map.of("target", target)).expect(202);
    }

    void ask(SimulatedMachine machine, String verb) {
        site.call("PUT", "/v1/hypervisors/" + machine.spec().name() + "/states", Map.of("target", verb)).expect(202);
    }

    // --- what is to be seen ----------------------------------------------------------------------------------------------------

    JsonNode poolNow(String name) {
        return site.call("GET", "/v1/host_pools/" + name, null).expect(200).body();
    }

    /// @return empty object when it is no member
    JsonNode member(SimulatedMachine machine) {
        Site.Answer answer = site.call("GET", "/v1/hypervisors/" + machine.spec().name(), null);
        return answer.status() == 404 ? JsonMapper.shared().createObjectNode() : answer.expect(200).body();
    }

    String state(SimulatedMachine machine) {
        return member(machine).path("state").asString("none");
    }

    List<JsonNode> members(String pool) {
        return StreamSupport.stream(site.call("GET", "/v1/hypervisors?pool=" + pool, null).expect(200).body().path("hypervisors").spliterator(), false).toList();
    }

    /// @param state or `none`, of one that has left
    JsonNode await(SimulatedMachine machine, String state) {
        return await(machine, "'%s'".formatted(state), member -> member.path("state").asString("none").equals(state));
    }

    JsonNode await(SimulatedMachine machine, String what, Predicate<JsonNode> wanted) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        JsonNode member;
        do {
            member = member(machine);
            if (wanted.test(member)) {
                return member;
            }
            pause();
        } while (System.nanoTime() < deadline);
        String name = machine.spec().name();
        throw new AssertionError("%s did not come to %s in %d s: %s\nConsole: %s\nNode: %s\nExplanation: %s\nTimeline: %s".formatted(name, what, PATIENCE.toSeconds(), member,
                machine.console(), site.node(name).path("provision_state"), site.explain(name), site.timeline(name)));
    }

    JsonNode awaitPool(String name, String what, Predicate<JsonNode> wanted) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        JsonNode pool;
        do {
            pool = poolNow(name);
            if (wanted.test(pool)) {
                return pool;
            }
            pause();
        } while (System.nanoTime() < deadline);
        throw new AssertionError("pool %s did not come to %s in %d s: %s\nMembers: %s".formatted(name, what, PATIENCE.toSeconds(), pool, members(name)));
    }

    JsonNode awaitEnabled(String pool, int count) {
        return awaitPool(pool, count + " enabled", now -> now.at("/counts/enabled").asInt(0) == count);
    }

    /// Why it is in quarantine, once it is.
    String awaitQuarantine(SimulatedMachine machine) {
        return await(machine, "quarantined").path("reason").asString("");
    }

    /// Everything that `./bessemer node explain` prints.
    String explanation(SimulatedMachine machine) {
        JsonNode explained = site.explain(machine.spec().name());
        return explained.path("summary").asString("") + " " + explained.path("advice");
    }

    List<String> events(SimulatedMachine machine, String event) {
        return StreamSupport.stream(site.timeline(machine.spec().name()).spliterator(), false).filter(one -> one.path("event").asString("").equals(event))
                .map(one -> one.path("message").asString("")).toList();
    }

    static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(100);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /// Members by name, of what they are now.
    Map<String, String> states(String pool) {
        var states = new LinkedHashMap<String, String>();
        members(pool).forEach(member -> states.put(member.path("node_name").asString(""), member.path("state").asString("")));
        return states;
    }

    @Override
    public void close() {
        site.close();
    }
}
