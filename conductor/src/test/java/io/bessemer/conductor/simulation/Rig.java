package io.bessemer.conductor.simulation;

import io.bessemer.conductor.AgentUrl;
import io.bessemer.conductor.Conductor;
import io.bessemer.conductor.ConductorSettings;
import io.bessemer.conductor.Explanation;
import io.bessemer.conductor.ProvisionRequest;
import io.bessemer.core.agent.AgentCommand;
import io.bessemer.core.driver.BmcInterface;
import io.bessemer.core.flow.Flow;
import io.bessemer.core.lifecycle.LifecycleEvent;
import io.bessemer.core.lifecycle.ProvisionState;
import io.bessemer.core.node.HistoryEntry;
import io.bessemer.core.node.Inventory;
import io.bessemer.core.node.MacAddress;
import io.bessemer.core.node.Node;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.node.Port;
import io.bessemer.core.plan.Plans;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;

/// A world with one machine in which nothing goes wrong unless a test says so.
public final class Rig {
    private final World world;
    private final NodeId id = new NodeId(new UUID(7, 7));
    private final MacAddress mac = new MacAddress("52:54:00:00:00:07");

    public Rig() {
        this(UnaryOperator.identity());
    }

    public Rig(UnaryOperator<ConductorSettings> settings) {
        world = new World(1, Faults.NONE, settings.apply(
                ConductorSettings.defaults("conductor-1", new AgentUrl.WhereItBooted(6386))));
    }

    public void enroll() {
        world.machines.put(id, new Machine(world, id, mac));
        conductor().nodeService().create(Node.builder(id, "fake").name("web-1").driverInfo(Map.of("address", "192.0.2.7")).build());
        world.stores.all().ports().create(Port.of(id, mac, world.now()));
    }

    public Conductor conductor() {
        return world.call(conductor -> conductor).orElseThrow();
    }

    public NodeId id() {
        return id;
    }

    public MacAddress mac() {
        return mac;
    }

    public void verb(LifecycleEvent verb) {
        verb(verb, ProvisionRequest.plain());
    }

    public void verb(LifecycleEvent verb, ProvisionRequest request) {
        conductor().nodeService().provision(id, verb, request);
    }

    public void edit(UnaryOperator<Node> edit) {
        conductor().nodeService().update(id, false, edit);
    }

    public Node node() {
        return world.stores.all().nodes().find(id).orElseThrow();
    }

    public Conductor.Stores stores() {
        return world.stores.all();
    }

    public Plans plans() {
        return world.stores.all().plans();
    }

    public List<Port> ports() {
        return world.stores.all().ports().ofNode(id);
    }

    /// With the details.
    public List<String> timeline() {
        return world.stores.all().timelines().read(id, Instant.EPOCH, 1000).stream().map(event -> event.message() + " " + event.details()).toList();
    }

    public Inventory inventory() {
        return world.stores.all().nodes().inventory(id).orElseThrow();
    }

    public Explanation explain() {
        return conductor().nodeService().explain(id);
    }

    public List<String> history() {
        return world.stores.all().nodes().history(id).stream().map(HistoryEntry::event).toList();
    }

    public List<Flow> flow() {
        return world.stores.all().flows().find(id).stream().toList();
    }

    /// What agents were told, in order.
    public List<String> agentWork() {
        return world.story.stream().map(line -> line.substring(line.indexOf(' ') + 1)).filter(line -> line.startsWith("agent begins "))
                .map(line -> line.substring("agent begins ".length())).toList();
    }

    /// Until the node is in `state`.
    public void await(ProvisionState state) {
        Instant end = world.now().plus(Duration.ofHours(2));
        while (node().provisionState() != state) {
            if (world.now().isAfter(end)) {
                throw new AssertionError("not '%s' after two hours but '%s': %s".formatted(state.wire(), node().provisionState().wire(), flow()));
            }
            pass(Duration.ofMillis(200));
        }
    }

    public List<String> powerActions() {
        return world.story.stream().map(line -> line.substring(line.indexOf(' ') + 1)).filter(line -> line.startsWith("BMC: ")).toList();
    }

    public void giveVirtualDrives() {
        world.virtualDrives = true;
    }

    public Map<String, String> bios() {
        return Map.copyOf(world.machines.get(id).bios);
    }

    /// From now on the firmware throws away what it is told.
    public void refuseBios() {
        world.machines.get(id).refusesBios = true;
    }

    public void seenByBmc(Map<String, Object> inventory) {
        world.seenByBmc = inventory;
    }

    /// What its BMC writes, and has written.
    public BmcFirmware firmware() {
        return new BmcFirmware(world.machines.get(id).firmware);
    }

    /// @param of the machine
    public record BmcFirmware(SimulatedFirmware of) {
        public Map<String, String> versions() {
            return Map.copyOf(of.versions);
        }

        public List<String> told() {
            return List.copyOf(of.told);
        }

        /// The power went away while it was written.
        public boolean ruined() {
            return of.ruined;
        }

        public void fails(String why) {
            of.fails = why;
        }

        public void forgets() {
            of.forgets = true;
        }

        /// With an update of somebody else's, which shows as a job.
        public void busyFor(Duration time) {
            of.isBusyFor(time);
        }

        public void staged() {
            of.staged = true;
        }
    }

    /// What the BMC was told of images.
    public List<String> media() {
        return world.story.stream().map(line -> line.substring(line.indexOf(' ') + 1)).filter(line -> line.startsWith("media: ")).toList();
    }

    public Seen machine() {
        Machine machine = world.machines.get(id);
        return new Seen(machine.hostBoots, machine.power(), machine.device(), machine.login.get());
    }

    /// The agent that is up has been told something, and has not finished.
    public void occupyAgent(String kind) {
        var agents = world.stores.all().agents();
        agents.ensure(new AgentCommand(new UUID(8, 8), id, agents.session(id).orElseThrow().attempt(), kind, kind, Map.of(), AgentCommand.Status.RUNNING,
                Map.of(), Map.of(), null, world.now(), world.now()));
    }

    /// From now on each boot hangs before its first DHCP packet.
    public void hangBoots() {
        world.faults = new Faults(0, 0, 0, 1, 0, 0, 0, 0);
    }

    public void giveBmc(BmcInterface bmc) {
        world.bmc = bmc;
    }

    public Instant now() {
        return world.now();
    }

    public void killBmc() {
        world.machines.get(id).bmcDeadUntil = Instant.MAX;
    }

    public void reviveBmc() {
        world.machines.get(id).bmcDeadUntil = Instant.MIN;
    }

    public int backgroundCalls() {
        return world.backgroundCalls;
    }

    public int clientCalls() {
        return world.clientCalls;
    }

    public void powerBehindOurBack(io.bessemer.core.driver.PowerInterface.PowerAction action) {
        world.machines.get(id).apply(action);
        pass(Duration.ofSeconds(5));
    }

    public void pass(Duration time) {
        world.runUntil(world.now().plus(time));
    }

    /// Until no flow is left.
    public void settle() {
        Instant end = world.now().plus(Duration.ofHours(2));
        while (!world.stores.nodesWithFlow().isEmpty()) {
            if (world.now().isAfter(end)) {
                throw new AssertionError("not settled after two hours: " + world.stores.all().flows().find(id) + "\n" + String.join("\n", world.story));
            }
            pass(Duration.ofSeconds(1));
        }
    }

    /// What a passer-by sees of the machine.
    ///
    /// @param login hash of the password with which `rescue` can log in, null when nobody can
    /// @param device that it always boots from
    public record Seen(int hostBoots, io.bessemer.core.node.PowerState power, io.bessemer.core.node.BootDevice device, String login) {}
}
