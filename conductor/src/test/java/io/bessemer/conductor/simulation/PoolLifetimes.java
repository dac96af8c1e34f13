package io.bessemer.conductor.simulation;

import io.bessemer.conductor.Conductor;
import io.bessemer.conductor.ProvisionRequest;
import io.bessemer.core.fault.Failure;
import io.bessemer.core.lifecycle.LifecycleEvent;
import io.bessemer.core.lifecycle.ProvisionState;
import io.bessemer.core.node.MacAddress;
import io.bessemer.core.node.Node;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.node.NodeQuery;
import io.bessemer.core.node.Port;
import io.bessemer.core.node.PowerTarget;
import io.bessemer.core.pool.AvailabilityZone;
import io.bessemer.core.pool.Bootstrap;
import io.bessemer.core.pool.GuestWish;
import io.bessemer.core.pool.HostCheck;
import io.bessemer.core.pool.HostPool;
import io.bessemer.core.pool.HostProfile;
import io.bessemer.core.pool.Hypervisor;
import io.bessemer.core.pool.HypervisorEvent;
import io.bessemer.core.pool.HypervisorKind;
import io.bessemer.core.pool.HypervisorState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

/// Two pools of one profile on some machines, from nothing through growth, rollouts and failures to rest, under one seed.
public final class PoolLifetimes {
    private static final Duration GRACE = Duration.ofMinutes(12);
    private static final List<String> POOLS = List.of("east", "west");

    private final World world;
    private final List<NodeId> ids = new ArrayList<>();
    private final Map<NodeId, HypervisorState> states = new HashMap<>();
    private int enabled;
    private int quarantined;
    private int halts;
    private int drained;

    private PoolLifetimes(World world) {
        this.world = world;
    }

    /// @param crashes     of the process
    /// @param enabled     how often a host was enabled
    /// @param quarantined how often one was put into quarantine
    /// @param halts       of pools
    /// @param moved       guests, from one host to another
    /// @param drained     hosts that left their pool or were imaged again without a guest
    public record Figures(int crashes, int enabled, int quarantined, int halts, int moved, int drained) {}

    public static Figures live(long seed, int machines, boolean loud) {
        PoolLifetimes lives = new PoolLifetimes(new World(seed, Faults.MANY));
        try {
            return lives.live(machines);
        } catch (Throwable e) {
            if (loud) {
                lives.world.story.forEach(System.out::println);
            }
            throw e;
        }
    }

    private Figures live(int machines) {
        enrol(machines);
        retried(this::define);
        world.stores.whenMembersMove(this::leaves);
        world.after(Duration.ofSeconds(1), world::lookAfterPools);
        world.after(Duration.ofSeconds(30), this::operate);
        Instant stormEnds = world.now().plus(Duration.ofHours(3));
        while (world.now().isBefore(stormEnds)) {
            pass();
            meddle();
        }
        world.faults = Faults.NONE;
        size("east", 2);
        size("west", 1);
        Instant patience = world.now().plus(Duration.ofHours(8));
        while (!settled()) {
            pass();
            if (world.now().isAfter(patience)) {
                throw new AssertionError("eight hours after the last fault: " + picture());
            }
        }
        size("east", 0);
        size("west", 0);
        while (!members().isEmpty()) {
            pass();
            if (world.now().isAfter(patience.plus(Duration.ofHours(8)))) {
                throw new AssertionError("pools of size 0 do not get empty: " + picture());
            }
        }
        return new Figures(world.crashes, enabled, quarantined, halts, world.moved, drained);
    }

    private void enrol(int machines) {
        for (int i = 1; i <= machines; i++) {
            NodeId id = new NodeId(new UUID(world.random.nextLong(), i));
            MacAddress mac = new MacAddress("52:54:00:00:00:%02x".formatted(i));
            world.stores.all().nodes().create(Node.builder(id, "fake").name("m" + i).driverInfo(Map.of("address", "192.0.2." + i))
                    .extra(Map.of("rack", "r" + i % 3)).provisionState(ProvisionState.AVAILABLE).build());
            world.stores.all().ports().create(Port.of(id, mac, world.now()));
            world.machines.put(id, new Machine(world, id, mac));
            ids.add(id);
        }
    }

    private void define(Conductor conductor) {
        HostProfile profile = new HostProfile("kvm", null, "tiny", HypervisorKind.KVM, Bootstrap.IMAGE, List.of(), null, List.of(), List.of(),
                List.of(HostCheck.CPU, HostCheck.LIBVIRT), null, HostProfile.Deadlines.DEFAULT, 1, world.now(), null);
        for (String zone : POOLS) {
            if (world.stores.all().pools().zone(zone).isEmpty()) {
                conductor.poolService().create(new AvailabilityZone(zone, null, world.now(), null));
            }
        }
        if (world.stores.all().pools().profile("kvm").isEmpty()) {
            conductor.poolService().create(profile);
        }
        for (String name : POOLS) {
            if (world.stores.all().pools().pool(name).isEmpty()) {
                conductor.poolService().create(new HostPool(name, null, name, "kvm", HostPool.Selector.ANY, 2, new HostPool.Limits(2, 2, true), null, 1, world.now(), null));
            }
        }
    }

    private void pass() {
        world.runUntil(world.now().plusSeconds(20));
        check();
    }

    /// What users and bad luck do.
    private void meddle() {
        switch (world.random.nextInt(120)) {
            case 0, 1 -> size(POOLS.get(world.random.nextInt(2)), world.random.nextInt(4));
            case 2 -> retried(conductor -> conductor.poolService().updateProfile("kvm", profile -> profile.toBuilder().packageMirror("mirror " + world.random.nextInt(3)).build()));
            case 3 -> retried(conductor -> conductor.poolService().reimage("east"));
            case 4 -> machine().powerFails();
            case 5 -> tried("rebuilds behind our back", conductor -> conductor.nodeService().provision(machine().node, LifecycleEvent.REBUILD, ProvisionRequest.plain()));
            case 6 -> tried("undeploys behind our back", conductor -> conductor.nodeService().provision(machine().node, LifecycleEvent.DELETE, ProvisionRequest.plain()));
            case 7 -> tried("resets", conductor -> conductor.nodeService().setPower(machine().node, PowerTarget.REBOOT, Optional.empty()));
            case 8 -> tried("deletes a zone", conductor -> conductor.poolService().deleteZone("east"));
            case 9, 10, 11 -> tried("defines a guest", conductor -> conductor.guestService().define(machine().node, "<domain type='kvm'/>", "g" + world.random.nextInt(20), null,
                    world.random.nextInt(4) == 0 ? GuestWish.State.SHUT_OFF : GuestWish.State.RUNNING));
            case 12 -> someGuest().ifPresent(guest -> tried("removes a guest", conductor -> conductor.guestService().ask(guest.node(), guest.name(), GuestWish.State.ABSENT)));
            case 13 -> someGuest().ifPresent(guest -> tried("stops a guest", conductor -> conductor.guestService().ask(guest.node(), guest.name(), GuestWish.State.SHUT_OFF)));
            case 14 -> someGuest().ifPresent(guest -> tried("starts a guest", conductor -> conductor.guestService().ask(guest.node(), guest.name(), GuestWish.State.RUNNING)));
            case 15, 16 -> someGuest().ifPresent(guest -> tried("moves a guest", conductor -> conductor.guestService().migrate(guest.node(), guest.name(), Optional.empty())));
            case 17 -> members().stream().filter(member -> member.state() == HypervisorState.ENABLED).findAny().ifPresent(member ->
                    tried("drains " + member.node(), conductor -> conductor.poolService().ask(member.node(), HypervisorEvent.DRAIN)));
            default -> {
            }
        }
    }

    private Optional<GuestWish> someGuest() {
        List<GuestWish> all = POOLS.stream().flatMap(pool -> world.stores.all().guests().ofPool(pool).stream()).toList();
        return all.isEmpty() ? Optional.empty() : Optional.of(all.get(world.random.nextInt(all.size())));
    }

    /// No guest is lost with a host that was drained, whatever its agent or the network did.
    private void leaves(Hypervisor before, Hypervisor after) {
        boolean left = before.state() == HypervisorState.DRAINING && (after.state() == HypervisorState.REMOVING || after.state() == HypervisorState.DEPLOYING);
        if (!left || String.valueOf(after.reason()).equals("asked for 'remove'") || before.certificateSerial() == null) {
            return;
        }
        Machine machine = world.machines.get(after.node());
        List<GuestWish> wishes = world.stores.all().guests().ofNode(after.node()).stream().filter(wish -> wish.state() != GuestWish.State.ABSENT).toList();
        if (!machine.host.guests.all().isEmpty() || after.state() == HypervisorState.REMOVING && !wishes.isEmpty()) {
            throw new AssertionError("%s leaves %s with guests on it: %s, wishes for %s; it reported %s".formatted(after.node(), after.pool(), machine.host.guests.all(), wishes,
                    after.guests()));
        }
        drained++;
    }

    private Machine machine() {
        return world.machines.get(ids.get(world.random.nextInt(ids.size())));
    }

    /// What a good operator does: looks after what is broken, and lets halted pools go on.
    private void operate() {
        for (Node node : world.stores.all().nodes().list(NodeQuery.all())) {
            tried("", conductor -> repair(conductor, node));
        }
        for (HostPool pool : world.stores.all().pools().pools()) {
            List<Hypervisor> held = members().stream().filter(member -> member.pool().equals(pool.name()) && member.state() == HypervisorState.QUARANTINED).toList();
            if (pool.halted() != null) {
                held.forEach(member -> tried("removes " + member.node(), conductor -> conductor.poolService().ask(member.node(), HypervisorEvent.REMOVE)));
            }
            if (pool.halted() != null && held.isEmpty()) {
                halts++;
                tried("resumes " + pool.name(), conductor -> conductor.poolService().resume(pool.name()));
            } else if (pool.size() == 0 || world.random.nextInt(4) == 0) {
                held.forEach(member -> tried("removes " + member.node(), conductor -> conductor.poolService().ask(member.node(), HypervisorEvent.REMOVE)));
            }
        }
        world.after(world.between(60_000, 300_000), this::operate);
    }

    private void repair(Conductor conductor, Node node) {
        boolean member = world.stores.all().hypervisors().find(node.id()).isPresent();
        if (node.maintenance() && (node.fault() != null || !member)) {
            conductor.nodeService().setMaintenance(node.id(), false, null);
        } else if (!member) {
            switch (node.provisionState()) {
                case CLEAN_FAILED -> conductor.nodeService().provision(node.id(), LifecycleEvent.MANAGE, ProvisionRequest.plain());
                case MANAGEABLE -> conductor.nodeService().provision(node.id(), LifecycleEvent.PROVIDE, ProvisionRequest.plain());
                case ERROR, DEPLOY_FAILED, ACTIVE -> conductor.nodeService().provision(node.id(), LifecycleEvent.DELETE, ProvisionRequest.plain());
                default -> {
                }
            }
        }
    }

    private void size(String pool, int size) {
        world.tell("operator: " + pool + " to " + size);
        retried(conductor -> conductor.poolService().updatePool(pool, before -> before.toBuilder().size(size).build()));
    }

    private void tried(String what, Consumer<Conductor> request) {
        try {
            world.call(conductor -> {
                request.accept(conductor);
                return true;
            });
            if (!what.isEmpty()) {
                world.tell("operator: " + what);
            }
        } catch (Failure refused) {
            world.tell("refused: " + refused.getMessage());
        }
    }

    private void retried(Consumer<Conductor> request) {
        while (world.call(conductor -> {
            request.accept(conductor);
            return true;
        }).isEmpty()) {
            world.runUntil(world.now().plusSeconds(10));
        }
    }

    private List<Hypervisor> members() {
        return world.stores.all().hypervisors().list();
    }

    private void check() {
        for (Hypervisor member : members()) {
            count(member);
            boolean rests = member.state() == HypervisorState.ENABLED || member.state() == HypervisorState.QUARANTINED;
            require(rests == (member.deadline() == null), member, "its deadline does not fit its state");
            require(rests || !world.alive() || world.now().isBefore(member.deadline().plus(GRACE)), member, "its deadline passed and nothing happened");
        }
        for (String pool : POOLS) {
            long changing = members().stream().filter(member -> member.pool().equals(pool) && changes(member)).count();
            if (changing > 2) {
                throw new AssertionError("%d members of %s change at a time, allowed are 2: %s".formatted(changing, pool, picture()));
            }
        }
        Map<UUID, NodeId> running = new HashMap<>();
        for (Machine machine : world.machines.values()) {
            for (UUID guest : machine.host.guests.running()) {
                NodeId other = running.put(guest, machine.node);
                if (other != null) {
                    throw new AssertionError("guest %s runs on %s and on %s".formatted(guest, other, machine.node));
                }
            }
        }
        for (NodeId id : ids) {
            Node node = world.stores.all().nodes().find(id).orElseThrow();
            boolean member = world.stores.all().hypervisors().find(id).isPresent();
            boolean claimed = id.value().equals(node.instanceUuid());
            if (claimed && !member) {
                throw new AssertionError("node %s is claimed for a pool, but no member".formatted(node));
            }
        }
    }

    /// A drain or removal that an operator asked for is beside the limit.
    private static boolean changes(Hypervisor member) {
        return switch (member.state()) {
            case DEPLOYING, BOOTSTRAPPING, VERIFYING -> true;
            case DRAINING, REMOVING -> !String.valueOf(member.reason()).startsWith("asked for");
            case ENABLED, QUARANTINED -> false;
        };
    }

    private void count(Hypervisor member) {
        if (states.put(member.node(), member.state()) != member.state()) {
            world.tell("%s is %s: %s".formatted(member.node(), member.state().wire(), member.reason()));
            enabled += member.state() == HypervisorState.ENABLED ? 1 : 0;
            quarantined += member.state() == HypervisorState.QUARANTINED ? 1 : 0;
        }
    }

    private boolean settled() {
        HostProfile profile = world.stores.all().pools().profile("kvm").orElseThrow();
        return POOLS.stream().allMatch(name -> {
            HostPool pool = world.stores.all().pools().pool(name).orElseThrow();
            List<Hypervisor> own = members().stream().filter(member -> member.pool().equals(name)).toList();
            return own.size() == pool.size() && own.stream().allMatch(member -> member.state() == HypervisorState.ENABLED && member.imaged().isOf(profile)
                    && !member.reimage() && world.machines.get(member.node()).host.joined());
        });
    }

    private String picture() {
        StringBuilder text = new StringBuilder();
        for (HostPool pool : world.stores.all().pools().pools()) {
            text.append("%n%s size %d halted %s: %s".formatted(pool.name(), pool.size(), pool.halted(),
                    world.call(conductor -> conductor.reconciler().status(pool)).orElse("?")));
        }
        members().forEach(member -> text.append("%n  %s %s %s attempt %d gen %d reimage %s: %s".formatted(member.node(), member.pool(), member.state().wire(),
                member.attempt(), member.imaged().generation(), member.reimage(), member.reason())));
        world.stores.all().nodes().list(NodeQuery.all()).forEach(node -> text.append("%n  %s %s maintenance %s".formatted(node, node.instanceUuid(), node.maintenance())));
        world.stores.all().guests().moves().forEach(move -> text.append("%n  %s".formatted(move)));
        members().forEach(member -> world.stores.all().guests().ofNode(member.node()).forEach(wish -> text.append("%n  %s".formatted(wish))));
        members().forEach(member -> text.append("%n  %s reports %s, follows %s".formatted(member.node(), member.guests(), member.facts().get("guest_orders"))));
        return text.toString();
    }

    private static void require(boolean holds, Hypervisor member, String what) {
        if (!holds) {
            throw new AssertionError("%s of %s, %s since %s until %s (%s): %s".formatted(member.node(), member.pool(), member.state().wire(), member.stateSince(),
                    member.deadline(), member.reason(), what));
        }
    }
}
