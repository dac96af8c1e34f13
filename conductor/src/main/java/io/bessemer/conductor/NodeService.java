package io.bessemer.conductor;

import io.bessemer.conductor.allocation.AllocationRules;
import io.bessemer.conductor.engine.FlowRunner;
import io.bessemer.conductor.engine.FlowWaker;
import io.bessemer.conductor.engine.Transitions;
import io.bessemer.conductor.flow.BootModes;
import io.bessemer.conductor.flow.Flows;
import io.bessemer.core.agent.AgentStore;
import io.bessemer.core.driver.DriverNode;
import io.bessemer.core.driver.ManagementInterface.BootDeviceSetting;
import io.bessemer.core.fault.Failure;
import io.bessemer.core.flow.Flow;
import io.bessemer.core.flow.FlowKind;
import io.bessemer.core.flow.FlowStore;
import io.bessemer.core.flow.FlowUpdate;
import io.bessemer.core.lifecycle.LifecycleEvent;
import io.bessemer.core.lifecycle.ProvisionState;
import io.bessemer.core.lifecycle.StateClasses;
import io.bessemer.core.node.BootDevice;
import io.bessemer.core.node.Change;
import io.bessemer.core.node.HistoryEntry;
import io.bessemer.core.node.Node;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.node.NodeStore;
import io.bessemer.core.node.PowerTarget;
import io.bessemer.core.node.Requester;
import io.bessemer.core.pool.HypervisorStore;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/// Everything that a client may do to a node. Each method either stores the wish together with the work that fulfils it and
/// returns at once, or throws a [io.bessemer.core.fault.Failure] and stores nothing.
public class NodeService {
    private final NodeStore nodes;
    private final FlowStore flows;
    private final AgentStore agents;
    private final HypervisorStore hypervisors;
    private final NodeChanges changes;
    private final Drivers drivers;
    private final ProvisionVerbs verbs;
    private final Explainer explainer;
    private final FlowRunner runner;
    private final FlowWaker waker;
    private final Clock clock;
    private final ConductorSettings settings;

    NodeService(NodeStore nodes, FlowStore flows, AgentStore agents, HypervisorStore hypervisors, Drivers drivers, ProvisionVerbs verbs,
            Explainer explainer, FlowRunner runner, FlowWaker waker, Clock clock, ConductorSettings settings) {
        this.nodes = nodes;
        this.flows = flows;
        this.agents = agents;
        this.hypervisors = hypervisors;
        this.changes = new NodeChanges(nodes);
        this.drivers = drivers;
        this.verbs = verbs;
        this.explainer = explainer;
        this.runner = runner;
        this.waker = waker;
        this.clock = clock;
        this.settings = settings;
    }

    /// Stores a new node in `enroll`, with the driver's default interfaces filled in.
    public Node create(Node draft) {
        return create(draft, ProvisionState.ENROLL);
    }

    /// @param state where it begins
    public Node create(Node draft, ProvisionState state) {
        return nodes.create(draft.toBuilder()
                .interfaces(drivers.interfaces(draft.driver(), draft.interfaces()))
                .provisionState(state)
                .conductor(settings.hostname())
                .createdAt(draft.createdAt() == null ? clock.instant() : draft.createdAt())
                .build());
    }

    /// Stores a node that was managed elsewhere, in the state that it had there, and does nothing to its machine.
    public Node takeOver(Node node, Requester by) {
        Node created = create(node, node.provisionState());
        HistoryEntry entry = HistoryEntry.info(created.id(), clock.instant(), settings.hostname(), "provisioning",
                "taken over as '%s'".formatted(created.provisionState().wire())).by(by);
        return changes.commit(created.id(), before -> new Change(before, before, List.of(entry), List.of(), new FlowUpdate.None()));
    }

    /// Edits a node's fields by compare-and-set, retried while only others' fields changed; refuses with `NodeLocked` in a state
    /// in which Ironic allows no update (see StateClasses.UPDATE_ALLOWED).
    ///
    /// @param removesOnlyInstance the patch only removes `/instance_uuid`, which is allowed in any state under maintenance
    public Node update(NodeId id, boolean removesOnlyInstance, UnaryOperator<Node> edit) {
        return changes.commit(id, node -> {
            boolean busy = node.targetProvisionState() != null && !StateClasses.UPDATE_ALLOWED.contains(node.provisionState());
            if (busy && !(removesOnlyInstance && node.maintenance())) {
                throw new Failure.NodeLocked(node.displayName(), Objects.requireNonNullElse(node.reservation(), settings.hostname()));
            }
            Node edited = AllocationRules.edited(node, edit.apply(node));
            if (!edited.driver().equals(node.driver())) {
                if (node.consoleEnabled()) {
                    throw new Failure.Conflict(("The driver of node %s cannot be changed while its console is enabled. "
                            + "Stop it first: baremetal node console disable %s").formatted(node.displayName(), node.displayName()));
                }
                edited = edited.toBuilder().interfaces(drivers.interfaces(edited.driver(), chosen(node, edited))).build();
            } else if (!edited.interfaces().equals(node.interfaces())) {
                edited = edited.toBuilder().interfaces(drivers.interfaces(edited.driver(), edited.interfaces())).build();
            }
            if (node.maintenance() && !edited.maintenance()) {
                edited = edited.toBuilder().maintenanceReason(null).fault(null).build();
            }
            return Change.of(node, edited);
        });
    }

    /// Of the interfaces only those that the edit itself chose: the others were the old driver's.
    private static Map<String, String> chosen(Node node, Node edited) {
        Map<String, String> chosen = new LinkedHashMap<>(edited.interfaces());
        chosen.entrySet().removeAll(node.interfaces().entrySet());
        return chosen;
    }

    /// Forgets the node. Works at once under maintenance, even with a dead BMC; a member of a pool is then forgotten with it.
    public void delete(NodeId id) {
        Node node = changes.find(id);
        if (node.protectedFromDelete()) {
            throw new Failure.NodeProtected(node.displayName());
        }
        if (!node.maintenance()) {
            hypervisors.find(id).ifPresent(member -> {
                throw new Failure.Conflict(("Node %s is a hypervisor of host pool %s (%s). Let it leave first: "
                        + "./bessemer hypervisor drain %s; or set it into maintenance mode to forget both at once.")
                        .formatted(node.displayName(), member.pool(), member.state().wire(), node.displayName()));
            });
            if (!StateClasses.DELETE_ALLOWED.contains(node.provisionState())) {
                throw new Failure.Conflict(("Can not delete node \"%s\" while it is in provision state \"%s\". "
                        + "Undeploy it first, or set it into maintenance mode to forget it at once.")
                        .formatted(node.displayName(), node.provisionState().wire()));
            }
            if (node.instanceUuid() != null) {
                throw new Failure.Conflict("Node %s is associated with instance %s.".formatted(node.displayName(), node.instanceUuid()));
            }
        }
        if (!nodes.delete(id)) {
            throw new Failure.NotFound("Node", id.toString());
        }
        runner.stopBelow(id, Long.MAX_VALUE);
        waker.wake(id);
    }

    public void provision(NodeId id, LifecycleEvent verb, ProvisionRequest request) {
        provision(id, verb, request, UnaryOperator.identity());
    }

    /// @param edit applied to the node in the same commit, before the verb; may throw a Failure, and may be asked several times
    public void provision(NodeId id, LifecycleEvent verb, ProvisionRequest request, UnaryOperator<Node> edit) {
        Node changed = changes.commit(id, node -> verbs.change(edit.apply(node), verb, request, clock.instant()).from(node));
        runner.stopBelow(id, changed.attempt());
        if (verb == LifecycleEvent.ABORT || verb == LifecycleEvent.DELETE) {
            agents.close(id, "the flow was ended by '%s'".formatted(verb.wire()), clock.instant());
        }
        waker.wake(id);
    }

    /// @param timeout for soft targets, and how long to wait for the state; default from configuration
    public void setPower(NodeId id, PowerTarget target, Optional<Duration> timeout) {
        if (timeout.isPresent() && !timeout.get().isPositive()) {
            throw new Failure.Invalid("timeout", "found %d, expected 1 or more seconds.".formatted(timeout.get().toSeconds()));
        }
        Node changed = changes.commit(id, node -> {
            Optional<Flow> running = flows.find(id);
            boolean works = StateClasses.BUSY.contains(node.provisionState()) || StateClasses.HELD.contains(node.provisionState());
            if (works && running.isPresent()) {
                throw new Failure.NodeLocked(node.displayName(), Objects.requireNonNullElse(node.reservation(), settings.hostname()));
            }
            if (node.disablePowerOff() && target.result() == io.bessemer.core.node.PowerState.OFF) {
                throw new Failure.Invalid("target", "power off is disabled for node %s (disable_power_off).".formatted(node.displayName()));
            }
            verbs.requireDriverInfo(node);
            Map<String, Object> args = new LinkedHashMap<>(Map.of(Flows.POWER_TARGET, target.wire()));
            timeout.ifPresent(time -> args.put(Flows.POWER_TIMEOUT_SECONDS, time.toSeconds()));
            Node wished = node.toBuilder().targetPowerState(target).lastError(null).build();
            return Transitions.from(node, clock.instant(), settings.hostname())
                    .set(wished)
                    .note(HistoryEntry.info(id, clock.instant(), settings.hostname(), "power", "asked for '%s'".formatted(target.wire())))
                    .start(FlowKind.POWER, args)
                    .change();
        });
        runner.stopBelow(id, changed.attempt());
        waker.wake(id);
    }

    /// Works in every state.
    public void setMaintenance(NodeId id, boolean on, String reason) {
        changes.commit(id, node -> {
            Node changed = node.toBuilder().maintenance(on).maintenanceReason(on ? reason : null).fault(null).build();
            String text = on ? "maintenance on" + (reason == null ? "" : ": " + reason) : "maintenance off";
            return Transitions.from(node, clock.instant(), settings.hostname())
                    .set(changed)
                    .note(HistoryEntry.info(id, clock.instant(), settings.hostname(), "maintenance", text))
                    .change();
        });
    }

    /// Talks to the BMC before it returns.
    public void setBootDevice(NodeId id, BootDevice device, boolean persistent) {
        Node node = changes.find(id);
        var management = drivers.of(node).management();
        Set<BootDevice> supported = management.supportedBootDevices(DriverNode.of(node));
        if (!supported.contains(device)) {
            throw new Failure.Invalid("boot_device", "'%s' is not one of %s.".formatted(device.wire(), supported.stream().map(BootDevice::wire).sorted().toList()));
        }
        drivers.call(() -> {
            management.setBootDevice(DriverNode.of(node), device, BootModes.of(node), persistent);
            return device;
        });
    }

    /// Talks to the BMC before it returns.
    public BootDeviceSetting bootDevice(NodeId id) {
        Node node = changes.find(id);
        return drivers.call(() -> drivers.of(node).management().bootDevice(DriverNode.of(node)));
    }

    public Set<BootDevice> supportedBootDevices(NodeId id) {
        Node node = changes.find(id);
        return drivers.of(node).management().supportedBootDevices(DriverNode.of(node));
    }

    /// Talks to the BMC before it returns.
    public void injectNmi(NodeId id) {
        Node node = changes.find(id);
        drivers.call(() -> {
            drivers.of(node).management().injectNmi(DriverNode.of(node));
            return node;
        });
    }

    /// By interface name: is the node complete enough for it?
    public Map<String, Validation> validate(NodeId id) {
        Node node = changes.find(id);
        Validation driverInfo = checked(() -> verbs.requireDriverInfo(node));
        Map<String, Validation> all = new LinkedHashMap<>();
        for (String name : List.of("bios", "boot", "console", "deploy", "firmware", "inspect", "management", "network", "power", "raid", "rescue",
                "storage")) {
            all.put(name, validation(node, name, driverInfo));
        }
        return all;
    }

    private Validation validation(Node node, String name, Validation driverInfo) {
        if (node.interfaces().getOrDefault(name, "no-" + name).equals("no-" + name)) {
            return new Validation(null, "not supported");
        }
        return switch (name) {
            case "boot", "management", "power" -> driverInfo;
            case "console" -> Flows.isFake(node, name) ? new Validation(true, null)
                    : drivers.of(node).serialConsole(node.interfaces().get(name)).isPresent() ? driverInfo : new Validation(null, "not supported");
            case "deploy" -> Flows.isFake(node, name) ? new Validation(true, null) : checked(() -> verbs.requireDeployable(node));
            case "rescue" -> driverInfo;
            case "inspect", "network", "storage" -> new Validation(true, null);
            default -> Flows.isFake(node, name) ? new Validation(true, null) : new Validation(null, "not supported");
        };
    }

    private static Validation checked(Runnable check) {
        try {
            check.run();
            return new Validation(true, null);
        } catch (Failure e) {
            return new Validation(false, e.getMessage());
        }
    }

    /// The phase a machine is in, how long that usually takes, what was seen last and what to try.
    public Explanation explain(NodeId id) {
        return explainer.explain(changes.find(id));
    }

    /// @param result true, false, or null when the interface is not supported
    /// @param reason null when the result is true
    public record Validation(Boolean result, String reason) {}
}
