package io.bessemer.conductor.simulation;

import io.bessemer.host.protocol.GuestOrder;
import io.bessemer.host.protocol.HostOrders;
import io.bessemer.host.protocol.HostPhase;
import io.bessemer.host.protocol.HostReport;
import io.bessemer.host.protocol.MoveOrder;
import io.bessemer.host.protocol.MoveReport;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// libvirt on a simulated host, and the part of its agent that keeps guests. What is defined outlives the host's power, what runs does not.
final class SimulatedGuests {
    static final int MEMORY_MIB = 256;

    private final World world;
    private final Machine machine;
    private final Map<UUID, Guest> guests = new LinkedHashMap<>();
    private final Map<UUID, String> errors = new LinkedHashMap<>();
    private final Map<UUID, MoveReport> moves = new LinkedHashMap<>();
    private String followed = "";
    /// the machine's life in which these guests run
    private long life = -1;

    /// @param kept by an order; the others were started by somebody with virsh, and are gone when they end
    record Guest(String name, boolean running, boolean kept) {}

    SimulatedGuests(World world, Machine machine) {
        this.world = world;
        this.machine = machine;
    }

    /// All that are here, running or not.
    Map<UUID, Guest> all() {
        return Map.copyOf(guests);
    }

    boolean up() {
        return life == machine.life();
    }

    List<UUID> running() {
        return up() ? guests.entrySet().stream().filter(entry -> entry.getValue().running).map(Map.Entry::getKey).toList() : List.of();
    }

    /// Whether a guest is on its way from here.
    boolean sends() {
        return up() && moves.values().stream().anyMatch(move -> move.state() == MoveReport.State.RUNNING);
    }

    void wipe() {
        guests.clear();
        forget();
        life = -1;
    }

    void boot() {
        life = machine.life();
        guests.values().removeIf(guest -> !guest.kept);
        guests.replaceAll((_, guest) -> new Guest(guest.name, false, guest.kept));
        forget();
    }

    private void forget() {
        errors.clear();
        moves.clear();
        followed = "";
    }

    /// Between two reports.
    void live(HostOrders orders) {
        if (orders.phase() == HostPhase.ENABLED && guests.size() < 3 && world.random.nextInt(150) == 0) {
            UUID uuid = new UUID(world.random.nextLong(), 1);
            guests.put(uuid, new Guest("v" + uuid, true, false));
        }
        if (orders.phase() == HostPhase.DRAINING && world.random.nextInt(60) == 0) {
            guests.values().removeIf(guest -> !guest.kept && world.random.nextInt(2) == 0); // their users shut them down
        }
        orders.moves().forEach(this::begin);
        moves.values().removeIf(move -> move.state() != MoveReport.State.RUNNING && orders.moves().stream().noneMatch(order -> order.guest().equals(move.guest())));
        orders.guests().forEach(this::keep);
        errors.keySet().removeIf(guest -> orders.guests().stream().noneMatch(order -> order.uuid().equals(guest)));
        followed = orders.id();
    }

    private void keep(GuestOrder order) {
        MoveReport move = moves.get(order.uuid());
        if (move != null && move.state() == MoveReport.State.RUNNING) {
            return;
        }
        if (order.state() == GuestOrder.GuestState.ABSENT) {
            guests.remove(order.uuid());
            return;
        }
        errors.remove(order.uuid());
        if (world.chance(world.faults.commandFails() * 3)) {
            errors.put(order.uuid(), "no luck");
            return;
        }
        guests.put(order.uuid(), new Guest(order.name(), order.state() == GuestOrder.GuestState.RUNNING, true));
    }

    private void begin(MoveOrder order) {
        MoveReport before = moves.get(order.guest());
        if (before != null && (before.state() == MoveReport.State.RUNNING || before.number() >= order.number())) {
            return;
        }
        tell(order, MoveReport.State.RUNNING, "");
        machine.after(world.between(1_000, 40_000), () -> end(order));
    }

    private void end(MoveOrder order) {
        Guest guest = guests.get(order.guest());
        if (guest == null) {
            tell(order, MoveReport.State.GONE, "");
            return;
        }
        SimulatedGuests target = world.machines.values().stream().filter(other -> SimulatedHost.address(other).equals(order.address())).findFirst().orElseThrow().host.guests;
        if (target == this || !target.up() || target.guests.containsKey(order.guest()) || world.chance(world.faults.commandFails() * 5)) {
            tell(order, MoveReport.State.FAILED, "no luck");
            return;
        }
        target.guests.put(order.guest(), guest);
        guests.remove(order.guest());
        world.moved++;
        world.tell("guest %s moves from %s to %s".formatted(guest.name, machine.node, target.machine.node));
        tell(order, MoveReport.State.GONE, "");
    }

    private void tell(MoveOrder order, MoveReport.State state, String detail) {
        moves.put(order.guest(), new MoveReport(order.guest(), order.number(), state, detail));
    }

    HostReport report(HostReport plain) {
        var list = new ArrayList<HostReport.Guest>();
        guests.forEach((uuid, guest) -> list.add(new HostReport.Guest(uuid.toString(), guest.name, guest.running ? "running" : "shut off", 1, MEMORY_MIB)));
        var texts = new LinkedHashMap<String, String>();
        errors.forEach((uuid, error) -> texts.put(uuid.toString(), error));
        int running = (int) list.stream().filter(guest -> guest.state().equals("running")).count();
        return new HostReport(plain.version(), plain.hostname(), plain.time(), plain.orders(), plain.firstBoot(), plain.facts(),
                new HostReport.Capacity(4, 2048, 100, running, running, (long) running * MEMORY_MIB, 0), plain.verification(), list, followed, texts, List.copyOf(moves.values()));
    }
}
