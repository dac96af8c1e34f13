package io.bessemer.conductor;

import io.bessemer.conductor.configdrive.ConfigDrives;
import io.bessemer.conductor.engine.Transitions;
import io.bessemer.conductor.flow.BurnIn;
import io.bessemer.conductor.flow.DeployInterface;
import io.bessemer.conductor.flow.FirmwareStep;
import io.bessemer.conductor.flow.Flows;
import io.bessemer.conductor.flow.InstanceRamdisk;
import io.bessemer.conductor.flow.NodeStep;
import io.bessemer.conductor.flow.RaidSteps;
import io.bessemer.conductor.flow.StepCatalogue;
import io.bessemer.conductor.flow.StepFamily;
import io.bessemer.conductor.plan.DeploySteps;
import io.bessemer.core.driver.DriverException;
import io.bessemer.core.driver.DriverNode;
import io.bessemer.core.fault.Failure;
import io.bessemer.core.flow.FlowKind;
import io.bessemer.core.lifecycle.Lifecycle;
import io.bessemer.core.lifecycle.LifecycleEvent;
import io.bessemer.core.lifecycle.ProvisionState;
import io.bessemer.core.lifecycle.StateClasses;
import io.bessemer.core.lifecycle.Transition;
import io.bessemer.core.node.Change;
import io.bessemer.core.node.Node;
import io.bessemer.core.node.Requester;
import io.bessemer.core.node.PowerTarget;
import io.bessemer.core.plan.Plans;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What each provision verb needs, and the change that it makes (Ironic: `NodeStatesController.provision`).
final class ProvisionVerbs {
    private final Drivers drivers;
    private final ConfigDrives configDrives;
    private final Plans plans;
    private final ConductorSettings settings;

    ProvisionVerbs(Drivers drivers, ConfigDrives configDrives, Plans plans, ConductorSettings settings) {
        this.drivers = drivers;
        this.configDrives = configDrives;
        this.plans = plans;
        this.settings = settings;
    }

    Change change(Node node, LifecycleEvent verb, ProvisionRequest request, Instant now) {
        requireVerb(node, verb);
        requireFitting(verb, request);
        Transitions change = Transitions.from(node, now, settings.hostname());
        change.set(node.toBuilder().lastError(null).targetPowerState(null).build());
        return switch (verb) {
            case MANAGE -> manage(change, request);
            case PROVIDE -> provide(change, request);
            case INSPECT -> inspect(change, request, now);
            case CLEAN -> clean(change, request);
            case DEPLOY, REBUILD -> deploy(change, verb, request);
            case DELETE -> undeploy(change, request);
            case ADOPT -> change.move(verb, request.by()).start(FlowKind.ADOPT, Map.of()).change();
            case ABORT -> abort(change, request);
            case RESCUE -> rescue(change, request);
            case UNRESCUE -> unrescue(change, request);
            case SERVICE -> service(change, request);
            case UNHOLD -> unhold(change, request);
            case DONE, FAIL, WAIT, RESUME, HOLD -> throw new IllegalStateException("not a verb: " + verb);
        };
    }

    private static void requireVerb(Node node, LifecycleEvent verb) {
        if (Lifecycle.find(node.provisionState(), verb).filter(Transition::verb).isPresent()) {
            return;
        }
        if (verb == LifecycleEvent.ABORT && works(node)) {
            return;
        }
        if (node.reservation() != null) {
            throw new Failure.NodeLocked(node.displayName(), node.reservation());
        }
        throw new Failure.InvalidState("The requested action \"%s\" can not be performed on node \"%s\" while it is in state \"%s\". Possible now: %s."
                .formatted(verb.wire(), node.displayName(), node.provisionState().wire(),
                        Lifecycle.verbs(node.provisionState()).stream().map(LifecycleEvent::wire).toList()));
    }

    /// In a state in which Ironic's table knows no abort, because a worker has the node in hand. Ours need not be waited for.
    private static boolean works(Node node) {
        return StateClasses.BUSY.contains(node.provisionState()) && Lifecycle.find(node.provisionState(), LifecycleEvent.FAIL).isPresent();
    }

    private static void requireFitting(LifecycleEvent verb, ProvisionRequest request) {
        boolean deploys = verb == LifecycleEvent.DEPLOY || verb == LifecycleEvent.REBUILD;
        if (request.cleanSteps() != null && verb != LifecycleEvent.CLEAN) {
            throw new Failure.Invalid("clean_steps", "is only valid with target 'clean', not with '%s'.".formatted(verb.wire()));
        }
        if (request.deploySteps() != null && !deploys) {
            throw new Failure.Invalid("deploy_steps", "is only valid with targets 'active' and 'rebuild', not with '%s'.".formatted(verb.wire()));
        }
        if (request.serviceSteps() != null && verb != LifecycleEvent.SERVICE) {
            throw new Failure.Invalid("service_steps", "is only valid with target 'service', not with '%s'.".formatted(verb.wire()));
        }
        if (request.rescuePassword() != null && verb != LifecycleEvent.RESCUE) {
            throw new Failure.Invalid("rescue_password", "is only valid with target 'rescue', not with '%s'.".formatted(verb.wire()));
        }
        if (request.disableRamdisk() && verb != LifecycleEvent.CLEAN && verb != LifecycleEvent.SERVICE) {
            throw new Failure.Invalid("disable_ramdisk", "is only valid with targets 'clean' and 'service', not with '%s'.".formatted(verb.wire()));
        }
        if (request.configDrive() != null && !deploys) {
            throw new Failure.Invalid("configdrive", "is only valid with targets 'active' and 'rebuild', not with '%s'.".formatted(verb.wire()));
        }
    }

    private static Change manage(Transitions change, ProvisionRequest request) {
        boolean verifies = change.node().provisionState() == ProvisionState.ENROLL;
        change.move(LifecycleEvent.MANAGE, request.by());
        return verifies ? change.start(FlowKind.VERIFY, Map.of()).change() : change.change();
    }

    private Change provide(Transitions change, ProvisionRequest request) {
        if (change.node().retired()) {
            throw new Failure.NodeRetired(change.node().displayName());
        }
        change.move(LifecycleEvent.PROVIDE, request.by());
        if (Flows.cleansItself(change.node(), settings.automatedClean())) {
            return change.start(FlowKind.CLEAN, Flows.automatedClean(settings)).change();
        }
        return change.move(LifecycleEvent.DONE, Requester.BESSEMER).change();
    }

    private static Change inspect(Transitions change, ProvisionRequest request, Instant now) {
        if ("no-inspect".equals(change.node().interfaces().get("inspect"))) {
            throw new Failure.Unsupported("Node %s has inspect_interface 'no-inspect'. Give it another, or go on without an inspection."
                    .formatted(change.node().displayName()));
        }
        change.set(change.node().toBuilder().inspectionStartedAt(now).inspectionFinishedAt(null).build());
        return change.move(LifecycleEvent.INSPECT, request.by()).start(FlowKind.INSPECT, Map.of()).change();
    }

    private Change clean(Transitions change, ProvisionRequest request) {
        requireInService(change.node(), "cleaning");
        return change.move(LifecycleEvent.CLEAN, request.by()).target(ProvisionState.MANAGEABLE)
                .start(FlowKind.CLEAN, steps(change.node(), StepFamily.CLEAN, request.cleanSteps(), request)).change();
    }

    /// An instance that is held, or whose service failed, gets these steps instead of those that are left.
    private Change service(Transitions change, ProvisionRequest request) {
        requireInService(change.node(), "servicing");
        requireDriverInfo(change.node());
        Map<String, Object> args = steps(change.node(), StepFamily.SERVICE, request.serviceSteps(), request);
        change.set(change.node().toBuilder().serviceStep(Map.of()).build());
        return change.move(LifecycleEvent.SERVICE, request.by()).start(FlowKind.SERVICE, args).change();
    }

    private Map<String, Object> steps(Node node, StepFamily family, List<Map<String, Object>> asked, ProvisionRequest request) {
        if (asked == null || asked.isEmpty()) {
            throw new Failure.Missing(family.argument(), "Name at least one of %s.".formatted(StepCatalogue.names(family)));
        }
        Map<String, Object> args = new LinkedHashMap<>();
        args.put(family.argument(), checked(node, family, asked, !request.disableRamdisk()));
        if (request.disableRamdisk()) {
            args.put(Flows.DISABLE_RAMDISK, true);
        }
        return args;
    }

    /// @return as the flow keeps them
    private List<Map<String, Object>> checked(Node node, StepFamily family, List<Map<String, Object>> asked, boolean ramdisk) {
        List<NodeStep> steps = StepCatalogue.check(family, asked, ramdisk);
        RaidSteps.check(node, steps, "no-raid".equals(node.interfaces().get("raid")) ? Optional.empty() : drivers.of(node).raid());
        FirmwareStep.check(node, steps, drivers.of(node).firmware().isPresent());
        BurnIn.check(node, steps);
        return steps.stream().map(NodeStep::toMap).toList();
    }

    private Change rescue(Transitions change, ProvisionRequest request) {
        requireInService(change.node(), "rescuing");
        requireRescue(change.node());
        requireDriverInfo(change.node());
        if (request.rescuePassword() == null) {
            throw new Failure.Missing("rescue_password", "Give the password that the user 'rescue' shall log in with.");
        }
        change.set(change.node().toBuilder().serviceStep(Map.of()).build());
        return change.move(LifecycleEvent.RESCUE, request.by()).start(FlowKind.RESCUE, Flows.rescue(request.rescuePassword().hash())).change();
    }

    private Change unrescue(Transitions change, ProvisionRequest request) {
        requireInService(change.node(), "unrescuing");
        requireDriverInfo(change.node());
        return change.move(LifecycleEvent.UNRESCUE, request.by()).start(FlowKind.UNRESCUE, Map.of()).change();
    }

    /// The held flow is left as it is: it looks at the state to know that it may go on.
    private static Change unhold(Transitions change, ProvisionRequest request) {
        ProvisionState target = change.node().targetProvisionState();
        return change.move(LifecycleEvent.UNHOLD, request.by()).target(target).change();
    }

    private static void requireInService(Node node, String what) {
        if (node.maintenance()) {
            throw new Failure.NodeInMaintenance(node.displayName(), what);
        }
    }

    static void requireRescue(Node node) {
        if (node.interfaces().getOrDefault("rescue", "no-rescue").equals("no-rescue")) {
            throw new Failure.Unsupported("Node %s has rescue_interface 'no-rescue'. Set another that its driver has, such as 'agent'.".formatted(node.displayName()));
        }
    }

    private Change deploy(Transitions change, LifecycleEvent verb, ProvisionRequest request) {
        Node node = change.node();
        if (node.maintenance()) {
            throw new Failure.NodeInMaintenance(node.displayName(), "provisioning");
        }
        if (verb == LifecycleEvent.REBUILD && node.protectedFromDelete()) {
            throw new Failure.NodeProtected(node.displayName());
        }
        requireDeployable(node);
        DeployInterface by = DeployInterface.of(node);
        configDrives.check(request.configDrive());
        if (request.configDrive() != null && (by == DeployInterface.RAMDISK || by == DeployInterface.CUSTOM_AGENT)) {
            throw new Failure.Invalid("configdrive", "deploy_interface '%s' writes none. Leave it out, or deploy by 'direct'.".formatted(node.interfaces().get("deploy")));
        }
        Map<String, Object> args = new LinkedHashMap<>();
        if (request.configDrive() != null) {
            args.put(ConfigDrives.ARGUMENT, request.configDrive());
        }
        List<Map<String, Object>> asked = DeploySteps.asked(request.deploySteps() == null ? List.of() : request.deploySteps(),
                DeploySteps.templatesOf(node, plans.deployTemplates().list()));
        if (!asked.isEmpty()) {
            args.put(StepFamily.DEPLOY.argument(), checked(node, StepFamily.DEPLOY, asked, by != DeployInterface.RAMDISK));
        }
        if (verb == LifecycleEvent.DEPLOY) {
            change.set(settings.lessee().deployed(change.node(), request.by().project()));
        }
        change.set(InstanceRamdisk.forgotten(change.node()));
        return change.move(verb, request.by()).start(FlowKind.DEPLOY, args).change();
    }

    /// @throws Failure.Invalid in the words of `GET validate`
    void requireDeployable(Node node) {
        boolean image = node.instanceInfo().get("image_source") instanceof String source && !source.isBlank();
        switch (DeployInterface.of(node)) {
            case FAKE, CUSTOM_AGENT -> {}
            case DIRECT -> {
                if (!image) {
                    throw new Failure.Missing("instance_info/image_source", "Set it to the name of an imported image, or to a URL.");
                }
                if ("partition".equals(node.instanceInfo().get("image_type"))) {
                    throw new Failure.Invalid("instance_info/image_type", "'partition' is not deployed. Give a whole-disk image, which brings its own boot loader, and 'whole-disk' or nothing here.");
                }
            }
            case RAMDISK -> {
                RamdiskArguments.of(node);
                if (!image && InstanceRamdisk.named(node).isEmpty()) {
                    throw new Failure.Missing("instance_info/boot_iso", "Give boot_iso, or kernel and ramdisk, or an image_source in Glance with the property boot_iso_id, or kernel_id and ramdisk_id.");
                }
            }
        }
        requireDriverInfo(node);
    }

    void requireDriverInfo(Node node) {
        try {
            drivers.of(node).validate(DriverNode.of(node));
        } catch (DriverException e) {
            throw new Failure.Invalid("driver_info", e.getMessage());
        }
    }

    private static Change undeploy(Transitions change, ProvisionRequest request) {
        if (change.node().protectedFromDelete()) {
            throw new Failure.NodeProtected(change.node().displayName());
        }
        return change.move(LifecycleEvent.DELETE, request.by()).start(FlowKind.TEAR_DOWN, Map.of()).change();
    }

    /// Ends the flow at once, whatever it waits for or does, as in docs/decisions/0009-abort.md. A machine that a flow may have started
    /// is powered off in the background, and its agent is fenced off; an instance in service is brought back from its disk. Only a machine whose
    /// firmware may be being written is left alone.
    private static Change abort(Transitions change, ProvisionRequest request) {
        String by = request.by().user() == null ? "by request" : "by " + request.by().user();
        ProvisionState state = change.node().provisionState();
        if (state == ProvisionState.SERVICE_FAILED) {
            requireInService(change.node(), "aborting the service");
        }
        boolean writing = FirmwareStep.isUnderWay(change.node());
        String left = writing ? " Its BMC may still be writing firmware, so the machine was left as it was: look at the BMC's list of jobs before you power it off." : "";
        change.set(change.node().toBuilder().lastError("Aborted in '%s' %s.%s".formatted(state.wire(), by, left))
                .cleanStep(Map.of()).deployStep(Map.of()).serviceStep(Map.of()).build());
        boolean waits = Lifecycle.find(state, LifecycleEvent.ABORT).isPresent();
        change.move(waits ? LifecycleEvent.ABORT : LifecycleEvent.FAIL, request.by());
        return switch (state) {
            // these only look at a machine that may be in use, or are powering it off, or back on from its disk, already
            case VERIFYING, ADOPTING, DELETING, UNRESCUING -> change.cancel().change();
            // through 'service failed' to 'active', as in Ironic
            case SERVICING, SERVICE_WAIT, SERVICE_HOLD -> {
                Transitions back = change.move(LifecycleEvent.ABORT, request.by());
                yield writing ? back.cancel().change() : returned(back);
            }
            case SERVICE_FAILED -> returned(change);
            default -> writing ? change.cancel().change() : change.start(FlowKind.POWER, Flows.quietPowerOff()).change();
        };
    }

    private static Change returned(Transitions change) {
        change.set(change.node().toBuilder().targetPowerState(PowerTarget.REBOOT).build());
        return change.start(FlowKind.POWER, Flows.backToDisk()).change();
    }
}
