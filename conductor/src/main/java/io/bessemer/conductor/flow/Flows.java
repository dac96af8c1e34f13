package io.bessemer.conductor.flow;

import io.bessemer.conductor.AutomaticLessee;
import io.bessemer.conductor.ConductorSettings;
import io.bessemer.conductor.engine.FlowPlan;
import io.bessemer.conductor.engine.FlowWaker;
import io.bessemer.conductor.engine.Step;
import io.bessemer.conductor.pool.Deployments;
import io.bessemer.core.flow.Flow;
import io.bessemer.core.flow.FlowKind;
import io.bessemer.core.lifecycle.LifecycleEvent;
import io.bessemer.core.node.Fault;
import io.bessemer.core.node.Node;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.node.PowerTarget;
import io.bessemer.core.timeline.BootPhase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/// The book of flows: which steps each has, and where its ends lead.
public final class Flows implements FlowPlan.Book {
    /// argument of a clean or service that goes without the ramdisk
    public static final String DISABLE_RAMDISK = "disable_ramdisk";
    /// argument of an automated clean: its steps, as the settings had them when it began
    private static final String AUTOMATED_STEPS = "automated_steps";
    /// arguments of a power flow
    public static final String POWER_TARGET = "target";
    public static final String POWER_TIMEOUT_SECONDS = "timeout_seconds";
    /// on its way the machine is sent to its own disk
    private static final String TO_DISK = "to_disk";
    /// nobody asked for this power change: its failure is history, but no `last_error`
    public static final String QUIET = "quiet";

    private static final Set<String> OF_THE_INSTANCE = Set.of("root_device", Deployments.IMAGED, "host_token_hash", "host_up_at", "host_facts",
            SetRescuePassword.ADDRESS, AutomaticLessee.MARK, InstanceRamdisk.KEY);

    private final Tools tools;
    private final Slots slots;

    /// @param waker of flows whose turn has come
    public Flows(Tools tools, FlowWaker waker) {
        this.tools = tools;
        this.slots = new Slots(tools.flows(), Map.of(
                FlowKind.DEPLOY, tools.settings().maxConcurrentDeploys(),
                FlowKind.CLEAN, tools.settings().maxConcurrentCleans()), waker::wake);
    }

    @Override
    public void ended(NodeId node, long below) {
        slots.ended(node, below);
    }

    /// Whether a node is cleaned between its users.
    public static boolean cleansItself(Node node, boolean byDefault) {
        return node.automatedClean() == null ? byDefault : node.automatedClean();
    }

    /// Arguments of an automated clean.
    public static Map<String, Object> automatedClean(ConductorSettings settings) {
        return settings.cleanStepPriorities().isEmpty() ? Map.of()
                : Map.of(AUTOMATED_STEPS, StepCatalogue.automatedClean(settings.cleanStepPriorities()).stream().map(NodeStep::toMap).toList());
    }

    /// Arguments of a rescue.
    public static Map<String, Object> rescue(String passwordHash) {
        return Map.of(SetRescuePassword.HASH, passwordHash);
    }

    /// Arguments of the power change that brings an instance back: off, and on again from its own disk.
    public static Map<String, Object> backToDisk() {
        return Map.of(POWER_TARGET, PowerTarget.REBOOT.wire(), TO_DISK, true);
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
            case INSPECT -> new Plan("Inspection", inspect(node),
                    done -> moved(healthy(done), LifecycleEvent.DONE), failed -> left(failed, flow));
            case CLEAN -> clean(node, flow);
            case DEPLOY -> new Plan("Deploy", deploy(node, flow), done -> moved(deployed(done), LifecycleEvent.DONE),
                    failed -> left(failed.toBuilder().deployStep(Map.of()).build(), flow));
            case TEAR_DOWN -> new Plan("Tear down", List.of(isFake(node, "deploy") ? new Pretend("deploy", "tear down") : new PowerOff(tools, "power off", false),
                            new DetachVifs(tools)),
                    this::tornDown, failed -> moved(withoutInstance(failed), LifecycleEvent.FAIL));
            case ADOPT -> new Plan("Adoption", List.of(new CheckDriver(), new LearnPower()),
                    done -> moved(healthy(done), LifecycleEvent.DONE), failed -> moved(failed, LifecycleEvent.FAIL));
            case SERVICE -> new Plan("Service", service(node, flow), done -> moved(healthy(done).toBuilder().serviceStep(Map.of()).build(), LifecycleEvent.DONE),
                    failed -> left(serviceFailed(failed), flow));
            case RESCUE -> new Plan("Rescue", rescue(node), done -> moved(healthy(done), LifecycleEvent.DONE), failed -> left(failed, flow));
            case UNRESCUE -> new Plan("Unrescue", isFake(node, "rescue") ? List.of(new Pretend("rescue", "unrescue")) : toDisk("power off"),
                    done -> moved(healthy(done).toBuilder().internal(SetRescuePassword.ADDRESS, null).build(), LifecycleEvent.DONE),
                    failed -> moved(failed, LifecycleEvent.FAIL));
            case POWER -> power(node, flow);
        };
    }

    private List<Step> inspect(Node node) {
        if (InspectByBmc.of(node)) {
            return List.of(new InspectByBmc(tools));
        }
        return isFake(node, "inspect") ? List.of(new Pretend("inspect", "inspect")) : withAgent(List.of(new Inspect(tools)));
    }

    private List<Step> withAgent(List<? extends Step> work) {
        List<Step> steps = new ArrayList<>(RamdiskBoot.steps(tools));
        steps.addAll(work);
        if (!tools.settings().fastTrack()) {
            steps.add(new PowerOff(tools, "power off", false));
        }
        return steps;
    }

    /// Whether the node's implementation of an interface is one that only says what would have been done.
    public static boolean isFake(Node node, String name) {
        return "fake".equals(node.interfaces().get(name));
    }

    private FlowPlan clean(Node node, Flow flow) {
        boolean manual = flow.args().containsKey(StepFamily.CLEAN.argument());
        Object wanted = flow.args().get(manual ? StepFamily.CLEAN.argument() : AUTOMATED_STEPS);
        List<NodeStep> asked = wanted == null ? StepCatalogue.automatedClean(Map.of()) : NodeStep.listOf(wanted);
        boolean ramdisk = withRamdisk(flow);
        List<Step> work = new StepWork(tools, StepFamily.CLEAN, node).of(asked, ramdisk);
        List<Step> steps = new ArrayList<>();
        steps.add(new FreeSlot(tools, slots));
        steps.addAll(isFake(node, "deploy") || !ramdisk ? work : withAgent(work));
        return new Plan("Clean", steps,
                done -> moved(healthy(done).toBuilder().cleanStep(Map.of()).build(), manual ? LifecycleEvent.MANAGE : LifecycleEvent.DONE),
                failed -> left(cleanFailed(failed), flow));
    }

    private static boolean withRamdisk(Flow flow) {
        return !Boolean.TRUE.equals(flow.args().get(DISABLE_RAMDISK));
    }

    private List<Step> service(Node node, Flow flow) {
        boolean ramdisk = withRamdisk(flow);
        List<Step> work = new StepWork(tools, StepFamily.SERVICE, node).of(NodeStep.listOf(flow.args().get(StepFamily.SERVICE.argument())), ramdisk);
        if (isFake(node, "deploy") || !ramdisk) {
            return work;
        }
        List<Step> steps = new ArrayList<>(RamdiskBoot.steps(tools));
        steps.addAll(work);
        steps.addAll(toDisk("power off after service"));
        return steps;
    }

    private List<Step> rescue(Node node) {
        if (isFake(node, "rescue")) {
            return List.of(new Pretend("rescue", "rescue"));
        }
        List<Step> steps = new ArrayList<>(RamdiskBoot.steps(tools));
        steps.add(new SetRescuePassword(tools));
        return steps;
    }

    private List<Step> toDisk(String off) {
        return List.of(new DiskBootDevice(tools), new PowerOff(tools, off, false), new PowerOn(tools, "boot from disk", false, true, BootPhase.DISK_BOOT));
    }

    /// The deploy's own work in the order of Ironic's core steps, and the client's steps between.
    private List<Step> deploy(Node node, Flow flow) {
        DeployInterface by = DeployInterface.of(node);
        Map<NodeStep, List<Step>> core = coreDeploy(by);
        List<NodeStep> all = new ArrayList<>(core.keySet());
        all.sort(Comparator.comparingInt(NodeStep::priority).reversed());
        all.addAll(NodeStep.listOf(flow.args().get(StepFamily.DEPLOY.argument())));
        StepWork work = new StepWork(tools, StepFamily.DEPLOY, node);
        List<Step> steps = new ArrayList<>();
        steps.add(new FreeSlot(tools, slots));
        steps.add(new CheckDriver());
        int number = 0;
        boolean ramdisk = false;
        for (NodeStep step : StepCatalogue.sorted(all)) {
            List<Step> own = core.get(step);
            ramdisk = by != DeployInterface.RAMDISK && step.equals(StepCatalogue.DEPLOY) || ramdisk && !step.equals(StepCatalogue.TEAR_DOWN_AGENT);
            steps.addAll(own != null ? own : work.of(step, ++number, ramdisk));
        }
        return steps;
    }

    private Map<NodeStep, List<Step>> coreDeploy(DeployInterface by) {
        return switch (by) {
            case FAKE -> Map.of(StepCatalogue.DEPLOY, List.of(new Pretend("deploy", "deploy")));
            case DIRECT -> imageDeploy();
            case CUSTOM_AGENT -> Map.of(
                    StepCatalogue.DEPLOY, RamdiskBoot.steps(tools),
                    StepCatalogue.TEAR_DOWN_AGENT, List.of(new DiskBootDevice(tools), new PowerOff(tools, "power off after the steps", false)),
                    StepCatalogue.BOOT_INSTANCE, List.of(new PowerOn(tools, "boot from disk", false, true, BootPhase.DISK_BOOT)));
            // the fence first: an agent of an earlier flow must be gone before the machine is anybody's
            case RAMDISK -> Map.of(
                    StepCatalogue.DEPLOY, List.of(new RequestBootFiles(tools), new PowerOff(tools, "power off for the instance", false), new DiskBootDevice(tools)),
                    StepCatalogue.BOOT_INSTANCE, List.of(new PowerOn(tools, "boot the ramdisk", false, true, BootPhase.DISK_BOOT)));
        };
    }

    private Map<NodeStep, List<Step>> imageDeploy() {
        List<Step> boot = new ArrayList<>(List.of(new PrepareConfigDrive(tools), new RequestImage(tools, "request image", false)));
        boot.addAll(RamdiskBoot.steps(tools));
        return Map.of(
                StepCatalogue.DEPLOY, boot,
                StepCatalogue.WRITE_IMAGE, List.of(new RequestImage(tools, "wait for image", true), new WriteImage(tools), new WriteConfigDrive(tools)),
                StepCatalogue.PREPARE_INSTANCE_BOOT, List.of(new InstallBoot(tools)),
                StepCatalogue.TEAR_DOWN_AGENT, List.of(new DiskBootDevice(tools), new PowerOff(tools, "power off after write", false)),
                StepCatalogue.BOOT_INSTANCE, List.of(new PowerOn(tools, "boot from disk", false, true, BootPhase.DISK_BOOT)));
    }

    private FlowPlan power(Node node, Flow flow) {
        PowerTarget target = PowerTarget.fromWire(String.valueOf(flow.args().get(POWER_TARGET))).orElse(PowerTarget.OFF);
        Duration timeout = flow.args().get(POWER_TIMEOUT_SECONDS) instanceof Number seconds
                ? Duration.ofSeconds(seconds.longValue()) : tools.settings().softPowerTimeout();
        Step off = new PowerOff(tools, "power off", false);
        Step on = new PowerOn(tools, "power on", false, target != PowerTarget.ON, BootPhase.POWER);
        boolean toDisk = Boolean.TRUE.equals(flow.args().get(TO_DISK));
        List<Step> steps = switch (target) {
            case ON -> List.of(on);
            case OFF -> List.of(off);
            case REBOOT -> toDisk ? toDisk("power off") : List.of(off, on);
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

    private static Node serviceFailed(Node node) {
        if (node.serviceStep().isEmpty()) {
            return node;
        }
        return node.toBuilder().maintenance(true).maintenanceReason(node.lastError()).fault(Fault.SERVICE_FAILURE).serviceStep(Map.of()).build();
    }

    private FlowPlan.Ending tornDown(Node node) {
        Node free = healthy(withoutInstance(node));
        if (cleansItself(node, tools.settings().automatedClean())) {
            return new FlowPlan.Ending(List.of(LifecycleEvent.CLEAN), free, Optional.of(new FlowPlan.Next(FlowKind.CLEAN, automatedClean(tools.settings()))));
        }
        return new FlowPlan.Ending(List.of(LifecycleEvent.CLEAN, LifecycleEvent.DONE), free, Optional.empty());
    }

    /// The instance is gone even when the machine could not be powered off.
    private static Node withoutInstance(Node node) {
        Map<String, Object> kept = new LinkedHashMap<>(node.driverInternalInfo());
        kept.keySet().removeAll(OF_THE_INSTANCE);
        return AutomaticLessee.undeployed(node).toBuilder().instanceInfo(Map.of()).instanceUuid(null).instanceName(null).allocationUuid(null).deployStep(Map.of()).serviceStep(Map.of())
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
