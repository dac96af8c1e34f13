package io.bessemer.conductor.flow;

import io.bessemer.conductor.engine.FlowPlan;
import io.bessemer.conductor.engine.Step;
import io.bessemer.conductor.pool.Deployments;
import io.bessemer.core.flow.Flow;
import io.bessemer.core.flow.FlowKind;
import io.bessemer.core.lifecycle.LifecycleEvent;
import io.bessemer.core.node.Fault;
import io.bessemer.core.node.Node;
import io.bessemer.core.node.PowerTarget;
import io.bessemer.core.timeline.BootPhase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/// The book of flows: which steps each has, and where its ends lead.
public final class Flows implements FlowPlan.Book {
    /// argument of a manual clean: Ironic's `clean_steps`
    public static final String CLEAN_STEPS = "clean_steps";
    /// arguments of a power flow
    public static final String POWER_TARGET = "target";
    public static final String POWER_TIMEOUT_SECONDS = "timeout_seconds";
    /// nobody asked for this power change: its failure is history, but no `last_error`
    public static final String QUIET = "quiet";

    private static final Set<String> OF_THE_INSTANCE = Set.of("root_device", Deployments.IMAGED, "host_token_hash", "host_up_at", "host_facts");

    private final Tools tools;
    private final Slots slots;

    public Flows(Tools tools) {
        this.tools = tools;
        this.slots = new Slots(tools.flows(), Map.of(
                FlowKind.DEPLOY, tools.settings().maxConcurrentDeploys(),
                FlowKind.CLEAN, tools.settings().maxConcurrentCleans()));
    }

    /// Whether a node is cleaned between its users.
    public static boolean cleansItself(Node node, boolean byDefault) {
        return node.automatedClean() == null ? byDefault : node.automatedClean();
    }

    /// Names of the manual clean steps, as in `deploy.erase_devices`.
    public static List<String> cleanSteps() {
        return CleanStep.known();
    }

    /// Arguments of a power change that nobody waits for.
    public static Map<String, Object> quietPowerOff() {
        return Map.of(POWER_TARGET, PowerTarget.OFF.wire(), QUIET, true);
    }

    @Override
    public FlowPlan planOf(Node node, Flow flow) {
        return switch (flow.kind()) {
            case VERIFY -> new Plan("Verification", List.of(new CheckDriver(), new LearnPower(), new LearnIdentity()),
                    done -> moved(healthy(done), LifecycleEvent.DONE), failed -> moved(failed, LifecycleEvent.FAIL));
            case INSPECT -> new Plan("Inspection", isFake(node, "inspect") ? List.of(new Pretend("inspect", "inspect")) : withAgent(flow, List.of(new Inspect(tools))),
                    done -> moved(healthy(done), LifecycleEvent.DONE), failed -> left(failed, flow));
            case CLEAN -> clean(node, flow);
            case DEPLOY -> new Plan("Deploy", isFake(node, "deploy") ? fakeDeploy() : deploy(flow), done -> moved(deployed(done), LifecycleEvent.DONE),
                    failed -> left(failed.toBuilder().deployStep(Map.of()).build(), flow));
            case TEAR_DOWN -> new Plan("Tear down", List.of(isFake(node, "deploy") ? new Pretend("deploy", "tear down") : new PowerOff(tools, "power off", false),
                            new DetachVifs(tools)),
                    this::tornDown, failed -> moved(withoutInstance(failed), LifecycleEvent.FAIL));
            case ADOPT -> new Plan("Adoption", List.of(new CheckDriver(), new LearnPower()),
                    done -> moved(healthy(done), LifecycleEvent.DONE), failed -> moved(failed, LifecycleEvent.FAIL));
            case POWER -> power(node, flow);
        };
    }

    private List<Step> withAgent(Flow flow, List<? extends Step> work) {
        List<Step> steps = new ArrayList<>(RamdiskBoot.steps(tools));
        steps.addAll(work);
        if (!tools.settings().fastTrack() && flow.kind() != FlowKind.DEPLOY) {
            steps.add(new PowerOff(tools, "power off", false));
        }
        return steps;
    }

    /// Whether the node's implementation of an interface is one that only says what would have been done.
    public static boolean isFake(Node node, String name) {
        return "fake".equals(node.interfaces().get(name));
    }

    private FlowPlan clean(Node node, Flow flow) {
        boolean manual = flow.args().get(CLEAN_STEPS) instanceof List<?>;
        List<Step> work = new ArrayList<>();
        if (flow.args().get(CLEAN_STEPS) instanceof List<?> asked) {
            for (Object one : asked) {
                Map<?, ?> step = (Map<?, ?>) one;
                work.add(CleanStep.of(tools, work.size() + 1, String.valueOf(step.get("step")), 0, step.get("args")));
            }
        } else {
            work.add(CleanStep.of(tools, 1, "erase_devices_metadata", 99, null));
        }
        List<Step> steps = new ArrayList<>();
        steps.add(new FreeSlot(tools, slots));
        if (isFake(node, "deploy")) {
            work.forEach(step -> steps.add(new Pretend("deploy", step.name())));
        } else {
            steps.addAll(withAgent(flow, work));
        }
        return new Plan("Clean", steps,
                done -> moved(healthy(done).toBuilder().cleanStep(Map.of()).build(), manual ? LifecycleEvent.MANAGE : LifecycleEvent.DONE),
                failed -> left(cleanFailed(failed), flow));
    }

    private List<Step> fakeDeploy() {
        return List.of(new FreeSlot(tools, slots), new CheckDriver(), new Pretend("deploy", "deploy"));
    }

    private List<Step> deploy(Flow flow) {
        List<Step> steps = new ArrayList<>();
        steps.add(new FreeSlot(tools, slots));
        steps.add(new CheckDriver());
        steps.add(new PrepareConfigDrive(tools));
        steps.add(new RequestImage(tools, "request image", false));
        steps.addAll(withAgent(flow, List.of(
                new RequestImage(tools, "wait for image", true),
                new WriteImage(tools),
                new WriteConfigDrive(tools),
                new InstallBoot(tools),
                new DiskBootDevice(tools),
                new PowerOff(tools, "power off after write", false),
                new PowerOn(tools, "boot from disk", false, true, BootPhase.DISK_BOOT))));
        return steps;
    }

    private FlowPlan power(Node node, Flow flow) {
        PowerTarget target = PowerTarget.fromWire(String.valueOf(flow.args().get(POWER_TARGET))).orElse(PowerTarget.OFF);
        Duration timeout = flow.args().get(POWER_TIMEOUT_SECONDS) instanceof Number seconds
                ? Duration.ofSeconds(seconds.longValue()) : tools.settings().softPowerTimeout();
        Step off = new PowerOff(tools, "power off", false);
        Step on = new PowerOn(tools, "power on", false, target != PowerTarget.ON, BootPhase.POWER);
        List<Step> steps = switch (target) {
            case ON -> List.of(on);
            case OFF -> List.of(off);
            case REBOOT -> List.of(off, on);
            case SOFT_OFF -> List.of(new SoftPowerOff(tools, timeout));
            case SOFT_REBOOT -> List.of(new SoftPowerOff(tools, timeout), on);
        };
        boolean quiet = Boolean.TRUE.equals(flow.args().get(QUIET));
        return new Plan("Power change to '%s'".formatted(target.wire()), steps,
                done -> still((quiet ? done.toBuilder() : healthy(done).toBuilder()).targetPowerState(null).build()),
                failed -> still(failed.toBuilder().targetPowerState(null).lastError(quiet ? node.lastError() : failed.lastError()).build()));
    }

    private static Node healthy(Node node) {
        return node.toBuilder().lastError(null).build();
    }

    private static Node deployed(Node node) {
        return healthy(node).toBuilder().deployStep(Map.of()).build();
    }

    /// Ironic puts a node into maintenance when a clean step was under way: its disks are in an unknown state.
    private static Node cleanFailed(Node node) {
        if (node.cleanStep().isEmpty()) {
            return node;
        }
        return node.toBuilder().maintenance(true).maintenanceReason(node.lastError()).fault(Fault.CLEAN_FAILURE).cleanStep(Map.of()).build();
    }

    private FlowPlan.Ending tornDown(Node node) {
        Node free = healthy(withoutInstance(node));
        if (cleansItself(node, tools.settings().automatedClean())) {
            return new FlowPlan.Ending(List.of(LifecycleEvent.CLEAN), free, Optional.of(new FlowPlan.Next(FlowKind.CLEAN, Map.of())));
        }
        return new FlowPlan.Ending(List.of(LifecycleEvent.CLEAN, LifecycleEvent.DONE), free, Optional.empty());
    }

    /// The instance is gone even when the machine could not be powered off.
    private static Node withoutInstance(Node node) {
        Map<String, Object> kept = new LinkedHashMap<>(node.driverInternalInfo());
        kept.keySet().removeAll(OF_THE_INSTANCE);
        return node.toBuilder().instanceInfo(Map.of()).instanceUuid(null).instanceName(null).allocationUuid(null).deployStep(Map.of())
                .driverInternalInfo(kept).build();
    }

    /// A machine without an agent may be booting anything: it is powered off in the background. One with an agent stays up for the
    /// next try, and powers itself off when none comes.
    private static FlowPlan.Ending left(Node node, Flow flow) {
        boolean started = flow.memo().containsKey(Memo.POWERED_ON_AT) || flow.memo().containsKey(Memo.ASKED_AT);
        boolean off = started && !flow.memo().containsKey(Memo.SESSION);
        return new FlowPlan.Ending(List.of(LifecycleEvent.FAIL), node,
                off ? Optional.of(new FlowPlan.Next(FlowKind.POWER, quietPowerOff())) : Optional.empty());
    }

    private static FlowPlan.Ending moved(Node node, LifecycleEvent event) {
        return new FlowPlan.Ending(List.of(event), node, Optional.empty());
    }

    private static FlowPlan.Ending still(Node node) {
        return new FlowPlan.Ending(List.of(), node, Optional.empty());
    }

    private record Plan(String title, List<Step> steps, Function<Node, FlowPlan.Ending> onDone, Function<Node, FlowPlan.Ending> onFailed) implements FlowPlan {
        @Override
        public Ending done(Node node) {
            return onDone.apply(node);
        }

        @Override
        public Ending failed(Node node, String reason) {
            return onFailed.apply(node);
        }
    }
}
