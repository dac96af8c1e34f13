package io.bessemer.conductor;

import io.bessemer.conductor.console.Consoles;
import io.bessemer.conductor.flow.BootAdvice;
import io.bessemer.conductor.flow.BurnIn;
import io.bessemer.conductor.flow.Memo;
import io.bessemer.core.agent.AgentCommand;
import io.bessemer.core.agent.AgentStore;
import io.bessemer.core.flow.Flow;
import io.bessemer.core.flow.FlowStore;
import io.bessemer.core.lifecycle.LifecycleEvent;
import io.bessemer.core.lifecycle.ProvisionState;
import io.bessemer.core.lifecycle.StateClasses;
import io.bessemer.core.node.Node;
import io.bessemer.core.node.NodeQuery;
import io.bessemer.core.node.NodeStore;
import io.bessemer.core.pool.Hypervisor;
import io.bessemer.core.pool.HypervisorState;
import io.bessemer.core.pool.HypervisorStore;
import io.bessemer.core.timeline.BootPhase;
import io.bessemer.core.timeline.TimelineEvent;
import io.bessemer.core.timeline.TimelineStore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Tells why a node is where it is.
final class Explainer {
    private static final Duration REMEMBER = Duration.ofMinutes(5);
    private static final int NODES_ASKED = 50;
    private static final int EVENTS = 2000;
    private static final int CONSOLE_LINES = 20;
    private static final Pattern FAILED_PHASE = Pattern.compile("failed in phase '([^']+)'");

    private final NodeStore nodes;
    private final FlowStore flows;
    private final AgentStore agents;
    private final TimelineStore timelines;
    private final HypervisorStore hypervisors;
    private final Consoles consoles;
    private final Clock clock;
    private volatile Usual usual = new Usual(Instant.MIN, Map.of());

    Explainer(NodeStore nodes, FlowStore flows, AgentStore agents, TimelineStore timelines, HypervisorStore hypervisors, Consoles consoles, Clock clock) {
        this.nodes = nodes;
        this.flows = flows;
        this.agents = agents;
        this.timelines = timelines;
        this.hypervisors = hypervisors;
        this.consoles = consoles;
        this.clock = clock;
    }

    Explanation explain(Node node) {
        Optional<Flow> flow = flows.find(node.id());
        Optional<Hypervisor> member = hypervisors.find(node.id());
        List<TimelineEvent> events = timelines.read(node.id(), null, EVENTS);
        Optional<TimelineEvent> last = events.isEmpty() ? Optional.empty() : Optional.of(events.getLast());
        boolean hostComing = node.provisionState() == ProvisionState.ACTIVE && node.driverInternalInfo().get("host_token_hash") != null
                && node.driverInternalInfo().get("host_up_at") == null;
        boolean booting = flow.isPresent() && flow.get().memo().containsKey(Memo.NETBOOT) || hostComing;
        Optional<PhaseNow> phase = booting ? phaseNow(events) : Optional.empty();
        Optional<Duration> usualTime = phase.flatMap(now -> usual(now.phase));
        boolean onConsole = phase.isPresent() || StateClasses.isFailed(node.provisionState());
        List<String> console = onConsole ? consoles.tail(node.id(), CONSOLE_LINES) : List.of();
        return new Explanation(summary(node, flow, phase, last) + asNoted(node, events) + asTested(node) + asHost(member), node.provisionState().wire(), phase.map(now -> now.phase.wire()),
                phase.map(now -> now.since), usualTime, last.map(Explainer::text), last.map(TimelineEvent::at), flow.filter(_ -> !StateClasses.HELD.contains(node.provisionState())).map(Flow::deadline).or(() -> member.map(Hypervisor::deadline)),
                flow.map(one -> one.retries() + (one.memo().get(Memo.BOOTS) instanceof Number boots ? boots.intValue() : 0)).orElse(0),
                advice(node, flow, phase, usualTime, member), flow.flatMap(this::progress), console,
                onConsole ? consoles.trouble(node.id()) : Optional.empty());
    }

    private Optional<Explanation.Progress> progress(Flow flow) {
        return agents.next(flow.node(), flow.attempt())
                .filter(command -> command.status() == AgentCommand.Status.RUNNING && !command.progress().isEmpty())
                .map(command -> new Explanation.Progress(command.step(), String.valueOf(command.progress().getOrDefault("phase", "")),
                        number(command.progress().get("done")), number(command.progress().get("total")),
                        String.valueOf(command.progress().getOrDefault("message", ""))));
    }

    private static long number(Object value) {
        return value instanceof Number number ? number.longValue() : 0;
    }

    private String summary(Node node, Optional<Flow> flow, Optional<PhaseNow> phase, Optional<TimelineEvent> last) {
        String name = node.displayName();
        if (flow.isEmpty() && phase.isEmpty()) {
            String error = node.lastError() == null ? "" : " The last failure: " + node.lastError();
            String held = node.maintenance() ? " It is in maintenance" + (node.maintenanceReason() == null ? "." : ": " + node.maintenanceReason()) : "";
            return "%s is %s; nothing is under way.%s%s".formatted(name, node.provisionState().wire(), held, error);
        }
        String seen = last.map(event -> "; last seen %d s ago: %s".formatted(seconds(event.at()), text(event))).orElse("");
        if (flow.isEmpty()) {
            return "%s is active and was sent to its own disk %d s ago%s".formatted(name, phase.map(now -> seconds(now.since)).orElse(0L), seen);
        }
        String waits = flow.get().waitingFor() == null ? "works" : "waits for " + flow.get().waitingFor();
        boolean failed = StateClasses.isFailed(node.provisionState()) && node.lastError() != null; // what goes on is only tidying up
        return "%s is %s and %s%s%s".formatted(name, node.provisionState().wire(), waits, seen, failed ? ". It failed: " + node.lastError() : "");
    }

    private static List<String> advice(Node node, Optional<Flow> flow, Optional<PhaseNow> phase, Optional<Duration> usual, Optional<Hypervisor> member) {
        List<String> advice = new ArrayList<>();
        if (phase.isPresent()) {
            boolean early = usual.isPresent() && phase.get().lasted.compareTo(usual.get()) < 0;
            if (early) {
                advice.add("Nothing yet: this usually takes %d s.".formatted(usual.get().toSeconds()));
            } else {
                advice.addAll(BootAdvice.of(phase.get().phase));
            }
        }
        if (flow.isEmpty() && node.fault() != null) {
            advice.add("The fault '%s' is cleared by itself when the cause is gone, or with `baremetal node maintenance unset %s`."
                    .formatted(node.fault().wire(), node.displayName()));
        }
        if (phase.isEmpty() && StateClasses.isFailed(node.provisionState())) {
            failedPhase(node).map(BootAdvice::of).ifPresent(advice::addAll);
            advice.add(switch (node.provisionState()) {
                case CLEAN_FAILED, INSPECT_FAILED, ADOPT_FAILED -> "Then `baremetal node manage %s`.".formatted(node.displayName());
                case RESCUE_FAILED, UNRESCUE_FAILED -> "Then `baremetal node rescue %1$s` or `unrescue %1$s` again.".formatted(node.displayName());
                case SERVICE_FAILED -> "Then `baremetal node service %1$s` again, or `baremetal node abort %1$s` for what is on its disk.".formatted(node.displayName());
                case ERROR -> "Then `baremetal node undeploy %s`.".formatted(node.displayName());
                default -> "Then `baremetal node deploy %s` again, or `undeploy`.".formatted(node.displayName());
            });
        }
        member.filter(host -> host.state() == HypervisorState.QUARANTINED).ifPresent(host -> advice.add(
                "Cure what the reason names; then `./bessemer hypervisor verify %s`, or `remove` to give the machine back.".formatted(node.displayName())));
        return advice;
    }

    private String asHost(Optional<Hypervisor> member) {
        return member.map(host -> " As a hypervisor of pool %s it is %s for %d s%s%s".formatted(host.pool(), host.state().wire(), seconds(host.stateSince()),
                host.reason() == null ? "." : ": " + host.reason(), checks(host))).orElse("");
    }

    /// What the BMC noted while the flow was under way that failed last.
    private static String asNoted(Node node, List<TimelineEvent> events) {
        if (!StateClasses.isFailed(node.provisionState())) {
            return "";
        }
        long failed = events.stream().filter(event -> isState(event) && LifecycleEvent.FAIL.wire().equals(event.details().get("event"))).mapToLong(TimelineEvent::attempt).max().orElse(-1);
        String noted = events.stream().filter(event -> event.attempt() == failed && BmcWitness.noted(event))
                .map(event -> "%s (%s)".formatted(event.message(), event.at().truncatedTo(ChronoUnit.SECONDS))).collect(Collectors.joining("; "));
        return noted.isEmpty() ? "" : " Its BMC noted meanwhile: %s.".formatted(noted);
    }

    private static boolean isState(TimelineEvent event) {
        return event.source().equals("flow") && event.phase() == BootPhase.COMMAND && event.event().equals("state");
    }

    private static String asTested(Node node) {
        String passed = BurnIn.text(node);
        return passed.isEmpty() ? "" : " It passed " + passed + ".";
    }

    private static String checks(Hypervisor host) {
        return host.state() != HypervisorState.VERIFYING ? "" : host.checks().stream().filter(check -> !check.status().equals("passed")).findFirst()
                .map(check -> " Check %s is %s. %s".formatted(check.check(), check.status(), check.detail())).orElse("");
    }

    /// The boot phase that a flow failed in, which only its error still knows.
    private static Optional<BootPhase> failedPhase(Node node) {
        Matcher phase = FAILED_PHASE.matcher(node.lastError() == null ? "" : node.lastError());
        return phase.find() ? BootPhase.fromWire(phase.group(1)) : Optional.empty();
    }

    private long seconds(Instant since) {
        return Math.max(0, Duration.between(since, clock.instant()).toSeconds());
    }

    private static String text(TimelineEvent event) {
        return "%s %s: %s".formatted(event.source(), event.event(), event.message());
    }

    private Optional<PhaseNow> phaseNow(List<TimelineEvent> events) {
        BootPhase phase = null;
        Instant since = null;
        for (TimelineEvent event : events) {
            if (isState(event) || BmcWitness.noted(event) || event.phase() == BootPhase.HYPERVISOR) {
                continue;
            }
            if (event.phase() == BootPhase.POWER || phase == null || event.phase().compareTo(phase) > 0) {
                phase = event.phase();
                since = event.at();
            }
        }
        return phase == null ? Optional.empty() : Optional.of(new PhaseNow(phase, since, Duration.between(since, clock.instant())));
    }

    private Optional<Duration> usual(BootPhase phase) {
        Instant now = clock.instant();
        if (usual.at.plus(REMEMBER).isBefore(now)) {
            usual = new Usual(now, measured());
        }
        return Optional.ofNullable(usual.medians.getOrDefault(phase, builtIn(phase)));
    }

    /// How long each phase lasted until the next one began, over the newest boots of all nodes.
    private Map<BootPhase, Duration> measured() {
        Map<BootPhase, List<Duration>> samples = new EnumMap<>(BootPhase.class);
        nodes.list(NodeQuery.all()).stream().limit(NODES_ASKED).forEach(node -> {
            BootPhase phase = null;
            Instant since = null;
            for (TimelineEvent event : timelines.read(node.id(), null, EVENTS)) {
                if (event.phase() == BootPhase.HYPERVISOR || BmcWitness.noted(event)) {
                    continue;
                }
                boolean restart = event.phase() == BootPhase.POWER;
                if (phase == null || restart || event.phase().compareTo(phase) > 0) {
                    if (phase != null && !restart && phase != BootPhase.COMMAND) {
                        samples.computeIfAbsent(phase, key -> new ArrayList<>()).add(Duration.between(since, event.at()));
                    }
                    phase = event.phase();
                    since = event.at();
                }
            }
        });
        Map<BootPhase, Duration> medians = new EnumMap<>(BootPhase.class);
        samples.forEach((phase, durations) -> medians.put(phase, durations.stream().sorted().toList().get(durations.size() / 2)));
        return medians;
    }

    private static Duration builtIn(BootPhase phase) {
        return switch (phase) {
            case POWER -> Duration.ofSeconds(60);
            case DHCP, LOADER, SCRIPT -> Duration.ofSeconds(10);
            case KERNEL -> Duration.ofSeconds(30);
            case AGENT -> Duration.ofSeconds(5);
            case COMMAND -> Duration.ofSeconds(60);
            case DISK_BOOT -> Duration.ofSeconds(90);
            case HOST, HYPERVISOR -> Duration.ZERO;
        };
    }

    private record PhaseNow(BootPhase phase, Instant since, Duration lasted) {}

    private record Usual(Instant at, Map<BootPhase, Duration> medians) {}
}
