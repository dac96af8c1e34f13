package io.bessemer.conductor.simulation;

import io.bessemer.core.flow.Flow;
import io.bessemer.core.lifecycle.ProvisionState;
import io.bessemer.core.lifecycle.StateClasses;
import io.bessemer.core.node.HistoryEntry;
import io.bessemer.core.node.MacAddress;
import io.bessemer.core.node.Node;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.node.NodeStore;
import io.bessemer.core.node.Port;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/// Lives some nodes' lives under one seed, and holds what must hold.
public final class Lifetimes {
    /// what no wait may exceed: the longest step limit
    private static final Duration LONGEST_WAIT = Duration.ofHours(25);

    private Lifetimes() {
    }

    /// @param crashes of the process
    /// @param hostBoots of imaged systems
    /// @param attempts  flows begun
    /// @param firmware  files that BMCs were told to write
    public record Figures(int crashes, int hostBoots, long attempts, int firmware) {}

    /// @param loud prints the story when it fails
    public static Figures live(long seed, int nodes, boolean loud) {
        World world = new World(seed, Faults.MANY);
        try {
            return live(world, nodes);
        } catch (Throwable e) {
            if (loud) {
                world.story.forEach(System.out::println);
            }
            throw e;
        }
    }

    private static Figures live(World world, int count) {
        List<Operator> operators = new ArrayList<>();
        List<NodeId> ids = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            NodeId id = new NodeId(new UUID(world.random.nextLong(), i));
            MacAddress mac = new MacAddress("52:54:00:00:00:%02x".formatted(i));
            NodeStore nodes = world.stores.all().nodes();
            nodes.create(Node.builder(id, "fake").interfaces(Map.of("rescue", "agent")).driverInfo(Map.of("address", "192.0.2." + i)).build());
            world.stores.all().ports().create(Port.of(id, mac, world.now()));
            world.machines.put(id, new Machine(world, id, mac));
            operators.add(new Operator(world, id));
            ids.add(id);
        }
        Instant stormEnds = world.now().plus(Duration.ofMinutes(25));
        while (world.now().isBefore(stormEnds)) {
            world.runUntil(world.now().plusSeconds(30));
            ids.forEach(id -> check(world, id));
        }
        world.faults = Faults.NONE;
        Instant patience = world.now().plus(Duration.ofHours(3));
        while (!operators.stream().allMatch(operator -> operator.finished)) {
            world.runUntil(world.now().plusSeconds(30));
            ids.forEach(id -> check(world, id));
            if (world.now().isAfter(patience)) {
                throw new AssertionError("three hours after the last fault these are not done: " + unfinished(world, ids));
            }
        }
        world.runUntil(world.now().plus(Duration.ofMinutes(10)));
        for (NodeId id : ids) {
            check(world, id);
            Node node = world.stores.all().nodes().find(id).orElseThrow();
            historyTellsTheState(world, node);
            require(node.provisionState() == ProvisionState.AVAILABLE, id, "should rest in available, is " + node.provisionState().wire());
        }
        return new Figures(world.crashes, world.machines.values().stream().mapToInt(machine -> machine.hostBoots).sum(),
                ids.stream().mapToLong(id -> world.stores.all().nodes().find(id).orElseThrow().attempt()).sum(), world.machines.values().stream().mapToInt(machine -> machine.firmware.told.size()).sum());
    }

    private static List<String> unfinished(World world, List<NodeId> ids) {
        return ids.stream().map(id -> world.stores.all().nodes().find(id).orElseThrow()).filter(node -> node.provisionState() != ProvisionState.AVAILABLE)
                .map(node -> node + " " + node.lastError() + " " + world.stores.all().flows().find(node.id())).toList();
    }

    private static void check(World world, NodeId id) {
        List<String> told = world.machines.get(id).firmware.told;
        require(Set.copyOf(told).size() == told.size(), id, "its BMC was told twice to write the same: " + told);
        Node node = world.stores.all().nodes().find(id).orElseThrow(() -> new AssertionError("node " + id + " is lost"));
        Optional<Flow> flow = world.stores.all().flows().find(id);
        if (StateClasses.BUSY.contains(node.provisionState())) {
            require(flow.isPresent(), id, "is " + node.provisionState().wire() + " without a flow: stuck for ever");
        }
        if (StateClasses.HELD.contains(node.provisionState())) {
            require(flow.isPresent(), id, "is " + node.provisionState().wire() + " without a flow: nothing would go on after unhold");
        }
        if (flow.isEmpty()) {
            require(node.cleanStep().isEmpty() && node.serviceStep().isEmpty(), id, "shows a step without a flow");
            require(node.reservation() == null, id, "its reservation outlives the flow");
            require(node.targetPowerState() == null, id, "a power change is under way without a flow");
        }
        if (flow.isPresent()) {
            require(flow.get().attempt() == node.attempt(), id, "flow and node are of different attempts");
            if (world.alive()) {
                require(world.nextExecution(id).isPresent(), id, "nothing will run its flow");
                require(flow.get().waitingFor() == null || flow.get().deadline() != null, id, "waits without a deadline");
                require(world.nextExecution(id).get().isBefore(world.now().plus(LONGEST_WAIT)), id, "waits too long");
            }
        }
    }

    /// Every state came by an event that history has, in an unbroken line.
    private static void historyTellsTheState(World world, Node node) {
        String state = "enroll";
        List<HistoryEntry> history = world.stores.all().nodes().history(node.id());
        for (HistoryEntry entry : history.reversed()) {
            int arrow = entry.event().indexOf(" → ");
            if (!entry.eventType().equals("provisioning") || arrow < 0) {
                continue;
            }
            require(entry.event().substring(0, arrow).equals(state), node.id(), "history leaps from '%s' to '%s'".formatted(state, entry.event()));
            state = entry.event().substring(arrow + 3, entry.event().lastIndexOf(" ("));
        }
        require(state.equals(node.provisionState().wire()), node.id(), "history ends in '%s', the node is '%s'".formatted(state, node.provisionState().wire()));
    }

    private static void require(boolean holds, NodeId id, String what) {
        if (!holds) {
            throw new AssertionError("node " + id + " " + what);
        }
    }
}
