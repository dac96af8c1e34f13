package io.bessemer.cli.demo;

import io.bessemer.cli.client.ApiException;
import io.bessemer.cli.client.BessemerClient;
import io.bessemer.cli.node.ExplanationText;
import io.bessemer.cli.node.NodeText;
import io.bessemer.cli.node.TimelineTail;
import io.bessemer.cli.terminal.Terminal;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/// Takes one machine from unknown to its goal, by the API alone: a host that reported, or an enabled hypervisor of a pool. [#run] works;
/// the other methods are for watching.
public final class MachineRun {
    /// What the printed table times.
    public enum Stage {
        VERIFY("verify"), INSPECT("inspect"), CLEAN("clean"), DEPLOY("deploy"), START("os start"), BOOTSTRAP("bootstrap"), CHECKS("checks");

        private final String title;

        Stage(String title) {
            this.title = title;
        }

        public String title() {
            return title;
        }
    }

    /// What a machine is at.
    ///
    /// @param total bytes of the write that goes on, 0 when none does
    record Status(String state, String phase, String lastEvent, long done, long total) {}

    private static final Duration PAUSE = Duration.ofMillis(400);

    /// what a machine that was available may be a moment later, as a pool takes it at once
    private static final Set<String> TAKEN = Set.of("deploying", "wait call-back", "active");

    private final DemoMachine machine;
    private final BessemerClient client;
    private final Goal goal;
    private final Duration limit;
    private final FleetView fleet;
    private final Phaser together;
    private final TimelineTail timeline;
    private final Map<Stage, Duration> times = new EnumMap<>(Stage.class);
    private final Map<String, Instant> firstSeen = new LinkedHashMap<>();
    private volatile Status status = new Status("unknown", "", "", 0, 0);
    /// as a member of a pool; empty while it is none
    private volatile String membership = "";
    private volatile String failure = "";
    private volatile Instant begin = Instant.now();
    private volatile Instant end;

    /// To a host of an image.
    public MachineRun(DemoMachine machine, BessemerClient client, String image, Duration limit) {
        this(machine, client, new Goal.Host(image), limit);
    }

    /// @param limit for each stage
    public MachineRun(DemoMachine machine, BessemerClient client, Goal goal, Duration limit) {
        this(machine, client, goal, limit, null, new Phaser(1));
    }

    /// @param limit    for each stage
    /// @param fleet    where to look at the node, of so many that nobody follows the events of each; null to ask for it and for them
    /// @param together of those that wait for each other before each stage
    MachineRun(DemoMachine machine, BessemerClient client, Goal goal, Duration limit, FleetView fleet, Phaser together) {
        this.machine = machine;
        this.client = client;
        this.goal = goal;
        this.limit = limit;
        this.fleet = fleet;
        this.together = together;
        this.timeline = new TimelineTail(machine.name(), "");
    }

    public void run() throws InterruptedException {
        begin = Instant.now();
        try {
            enrol();
            timed(Stage.VERIFY, "manage", Map.of(), "manageable");
            switch (goal) {
                case Goal.Watched _ -> { }
                case Goal.Host(String image) -> {
                    makeAvailable();
                    becomeHost(image);
                }
                case Goal.Member _ -> {
                    makeAvailable();
                    becomeMember();
                }
            }
        } catch (ApiException | StageFailedException e) {
            failure = e.getMessage();
        } finally {
            together.arriveAndDeregister();
            end = Instant.now();
        }
    }

    private void makeAvailable() throws ApiException, StageFailedException, InterruptedException {
        timed(Stage.INSPECT, "inspect", Map.of(), "manageable");
        timed(Stage.CLEAN, "provide", Map.of(), "available");
    }

    private void becomeHost(String image) throws ApiException, StageFailedException, InterruptedException {
        client.patch(path(), List.of(
                Map.of("op", "add", "path", "/instance_info", "value", Map.of("image_source", image, "display_name", machine.name()))));
        timed(Stage.DEPLOY, "active", Map.of("configdrive", configDrive()), "active");
        awaitHost();
    }

    /// The pool does it; here it is only watched.
    private void becomeMember() throws ApiException, StageFailedException, InterruptedException {
        Instant chosen = Instant.now();
        awaitHypervisor("bootstrapping", Set.of("verifying", "enabled"), chosen);
        note(Stage.DEPLOY, chosen);
        Instant deployed = Instant.now();
        awaitHypervisor("verifying", Set.of("enabled"), deployed);
        note(Stage.BOOTSTRAP, deployed);
        Instant joined = Instant.now();
        awaitHypervisor("enabled", Set.of(), joined);
        note(Stage.CHECKS, joined);
    }

    private void awaitHypervisor(String wanted, Set<String> later, Instant start) throws ApiException, StageFailedException, InterruptedException {
        String state = "";
        while (Duration.between(start, Instant.now()).compareTo(limit) <= 0) {
            JsonNode node = look();
            JsonNode hypervisor = hypervisor();
            state = hypervisor.path("state").asString("");
            membership = state;
            if (state.equals(wanted) || later.contains(state)) {
                return;
            }
            if (state.equals("quarantined")) {
                throw new StageFailedException("%s is in quarantine: %s".formatted(machine.name(), hypervisor.path("reason").asString("")));
            }
            if (node.path("provision_state").asString("").endsWith("failed")) {
                throw new StageFailedException("%s is '%s': %s".formatted(machine.name(), node.path("provision_state").asString(""), node.path("last_error").asString("")));
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
        }
        throw new StageFailedException("%s is %s after %s, not '%s'".formatted(machine.name(),
                state.isEmpty() ? "in no pool" : "'" + state + "'", NodeText.duration(limit), wanted));
    }

    /// @return missing when no pool has chosen the machine yet
    JsonNode hypervisor() throws ApiException, InterruptedException {
        try {
            return client.get("/v1/hypervisors/" + BessemerClient.segment(machine.name()));
        } catch (ApiException e) {
            if (e.status() == 404) {
                return MissingNode.getInstance();
            }
            throw e;
        }
    }

    private synchronized void note(Stage stage, Instant start) {
        times.put(stage, Duration.between(start, Instant.now()));
    }

    private void enrol() throws ApiException, InterruptedException {
        String mode = machine.uefi() ? "uefi" : "bios";
        JsonNode node = client.post("/v1/nodes", Map.of("name", machine.name(), "driver", "ipmi", "resource_class", "demo",
                "driver_info", Map.of("ipmi_address", machine.bmcAddress(), "ipmi_port", machine.bmcPort(), "ipmi_username", machine.bmcUser(),
                        "ipmi_password", machine.bmcPassword()),
                "properties", Map.of("capabilities", "boot_mode:" + mode),
                "extra", goal instanceof Goal.Member(String rack) ? Map.of("rack", rack) : Map.of()));
        client.post("/v1/ports", Map.of("node_uuid", node.path("uuid").asString(""), "address", machine.mac()));
    }

    private Map<String, ?> configDrive() {
        return Map.of("meta_data", Map.of("hostname", machine.name()),
                "user_data", "#cloud-config\nssh_pwauth: true\npassword: bessemer\nchpasswd: {expire: false}\n");
    }

    private void timed(Stage stage, String verb, Map<String, ?> more, String goal) throws ApiException, StageFailedException, InterruptedException {
        together.awaitAdvanceInterruptibly(together.arrive());
        Instant start = Instant.now();
        var body = new LinkedHashMap<String, Object>(more);
        body.put("target", verb);
        client.put(path() + "/states/provision", body);
        awaitState(goal, start);
        note(stage, start);
    }

    private void awaitState(String goal, Instant start) throws ApiException, StageFailedException, InterruptedException {
        while (true) {
            JsonNode node = look();
            String state = node.path("provision_state").asString("");
            if (state.equals(goal) || goal.equals("available") && TAKEN.contains(state)) {
                return;
            }
            boolean gaveUp = state.endsWith("failed") || state.equals("error") || state.equals("enroll");
            String error = node.path("last_error").asString("");
            if (gaveUp && !(state.equals("enroll") && error.isEmpty())) {
                throw new StageFailedException("%s is '%s': %s".formatted(machine.name(), state, error));
            }
            if (Duration.between(start, Instant.now()).compareTo(limit) > 0) {
                throw new StageFailedException("%s is '%s' after %s, not '%s'".formatted(machine.name(), state, NodeText.duration(limit), goal));
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
        }
    }

    private void awaitHost() throws ApiException, StageFailedException, InterruptedException {
        Instant start = Instant.now();
        while (true) {
            look();
            readTimeline();
            if (firstSeen().containsKey("host")) {
                break;
            }
            if (Duration.between(start, Instant.now()).compareTo(limit) > 0) {
                throw new StageFailedException("%s is active, but its operating system did not report within %s"
                        .formatted(machine.name(), NodeText.duration(limit)));
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
        }
        note(Stage.START, start);
    }

    /// Reads node and timeline, and keeps what is worth showing.
    private JsonNode look() throws ApiException, InterruptedException {
        JsonNode node = fleet == null ? client.get(path()) : fleet.node(machine.name());
        String state = node.path("provision_state").asString("");
        String shown = state.equals("active") && !membership.isEmpty() ? membership : state;
        if (fleet != null) {
            status = new Status(shown, "", "", 0, 0);
            return node;
        }
        readTimeline();
        JsonNode progress = state.contains("wait") ? client.explanation(machine.name()).path("progress") : MissingNode.getInstance();
        status = new Status(shown, status.phase(), status.lastEvent(), progress.path("done").asLong(0), progress.path("total").asLong(0));
        return node;
    }

    private void readTimeline() throws ApiException, InterruptedException {
        for (JsonNode event : timeline.news(client)) {
            String phase = event.path("phase").asString("");
            status = new Status(status.state(), phase, event.path("message").asString(""), status.done(), status.total());
            noteFirst(phase, NodeText.instant(event.path("at")));
        }
    }

    /// Events need not come in the order of their times.
    private synchronized void noteFirst(String phase, Instant at) {
        firstSeen.merge(phase, at, (one, other) -> one.isBefore(other) ? one : other);
    }

    private String path() {
        return "/v1/nodes/" + BessemerClient.segment(machine.name());
    }

    Goal goal() {
        return goal;
    }

    public DemoMachine machine() {
        return machine;
    }

    Status status() {
        return status;
    }

    /// Empty when nothing failed.
    public String failure() {
        return failure;
    }

    boolean ended() {
        return end != null;
    }

    Duration elapsed() {
        return Duration.between(begin, end == null ? Instant.now() : end);
    }

    public synchronized Map<Stage, Duration> times() {
        return Map.copyOf(times);
    }

    /// When each boot phase was seen for the first time.
    synchronized Map<String, Instant> firstSeen() {
        return new LinkedHashMap<>(firstSeen);
    }

    /// What the server says about why it stands where it does; for a failure's report.
    List<String> explain(Terminal terminal) throws InterruptedException {
        try {
            return ExplanationText.lines(terminal, client.explanation(machine.name()),
                    client.timeline(machine.name(), ""), Instant.now());
        } catch (ApiException e) {
            return List.of("(no explanation: %s)".formatted(e.getMessage()));
        }
    }

    private static final class StageFailedException extends Exception {
        private static final long serialVersionUID = 1;

        StageFailedException(String message) {
            super(message);
        }
    }
}
