package io.bessemer.conductor.pool;

import io.bessemer.conductor.NodeService;
import io.bessemer.conductor.ProvisionRequest;
import io.bessemer.core.fault.Failure;
import io.bessemer.core.lifecycle.LifecycleEvent;
import io.bessemer.core.node.Node;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.node.NodeQuery;
import io.bessemer.core.node.NodeStore;
import io.bessemer.core.pool.Cloud;
import io.bessemer.core.pool.GuestStore;
import io.bessemer.core.pool.HostPool;
import io.bessemer.core.pool.HostProfile;
import io.bessemer.core.pool.Hypervisor;
import io.bessemer.core.pool.HypervisorEvent;
import io.bessemer.core.pool.HypervisorState;
import io.bessemer.core.pool.HypervisorStore;
import io.bessemer.core.pool.PoolStore;
import io.bessemer.core.timeline.BootPhase;
import io.bessemer.core.timeline.TimelineEvent;
import io.bessemer.core.timeline.TimelineStore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Brings pools to what they shall be. Each pass reads everything, asks the planners, and makes the moves that are due, each a
/// compare-and-set commit; what somebody else changed meanwhile is left to the next pass. One conductor runs it at a time.
public final class Reconciler {
    private static final Logger LOG = LoggerFactory.getLogger(Reconciler.class);

    /// a longer pause than this between passes was ours, and no host may be blamed for it
    private static final Duration PAUSE = Duration.ofMinutes(1);
    /// a host has at least so long once its cloud can be asked again
    private static final Duration OUTAGE = Duration.ofMinutes(5);
    /// a member may make so many moves in one pass
    private static final int MOVES = 4;

    private final PoolStore pools;
    private final HypervisorStore members;
    private final NodeStore nodes;
    private final NodeService service;
    private final OrdersBook orders;
    private final Map<String, Cloud> clouds;
    private final CloudCalls calls;
    private final HostBell bell;
    private final Optional<GuestMover> guests;
    private final Clock clock;
    private final Function<HostProfile, Optional<String>> obstacle;
    private final Map<HypervisorEvent, LongAdder> moves = new EnumMap<>(HypervisorEvent.class);
    private final Set<String> told = ConcurrentHashMap.newKeySet();
    private volatile Instant aliveSince;
    private volatile Instant lastPass;
    private volatile Duration took = Duration.ZERO;

    /// Where there are no guests of Bessemer's own.
    ///
    /// @param clouds  that hosts may join, by the names that profiles use
    /// @param callers on which clouds are spoken to
    /// @param ring    asks for another pass soon
    public Reconciler(PoolStore pools, HypervisorStore members, NodeStore nodes, NodeService service, OrdersBook orders, Map<String, Cloud> clouds,
            Executor callers, Runnable ring, HostBell bell, Clock clock) {
        this(pools, members, nodes, service, orders, clouds, callers, ring, bell, Optional.empty(), clock, _ -> Optional.empty());
    }

    Reconciler(PoolStore pools, HypervisorStore members, NodeStore nodes, NodeService service, OrdersBook orders, Map<String, Cloud> clouds,
            Executor callers, Runnable ring, HostBell bell, Optional<GuestMover> guests, Clock clock, Function<HostProfile, Optional<String>> obstacle) {
        this.obstacle = obstacle;
        this.pools = pools;
        this.members = members;
        this.nodes = nodes;
        this.service = service;
        this.orders = orders;
        this.clouds = Map.copyOf(clouds);
        this.calls = new CloudCalls(callers, ring, clock);
        this.bell = bell;
        this.guests = guests;
        this.clock = clock;
        this.aliveSince = clock.instant();
        this.lastPass = aliveSince;
        for (HypervisorEvent event : HypervisorEvent.values()) {
            moves.put(event, new LongAdder());
        }
    }

    /// @param book      of what hosts are told
    /// @param timelines of nodes
    /// @param obstacle  why no host can be made of a profile now; members that are there are looked after all the same
    public static Reconciler of(PoolStore pools, HypervisorStore members, NodeStore nodes, TimelineStore timelines, GuestStore guests, NodeService service,
            OrdersBook book, Map<String, Cloud> clouds, Executor callers, Runnable ring, HostBell bell, Clock clock,
            Function<HostProfile, Optional<String>> obstacle) {
        return new Reconciler(pools, members, nodes, service, book, clouds, callers, ring, bell,
                Optional.of(new GuestMover(guests, members, nodes, timelines, book, bell, clock)), clock, obstacle);
    }

    /// @param moves    made by this process since it began
    /// @param lastPass when it began
    /// @param took     the last pass
    public record Figures(Map<HypervisorEvent, Long> moves, Instant lastPass, Duration took) {}

    public Figures figures() {
        Map<HypervisorEvent, Long> counts = new EnumMap<>(HypervisorEvent.class);
        moves.forEach((event, count) -> counts.put(event, count.sum()));
        return new Figures(counts, lastPass, took);
    }

    /// What a pool lacks and why, for people; empty when it is as it shall be.
    public String status(HostPool pool) {
        return pools.profile(pool.profile()).map(profile -> {
            List<Hypervisor> own = members.ofPool(pool.name());
            String status = PoolPlanner.plan(new PoolPlanner.View(pool, profile, own, nodes.list(NodeQuery.all()), taken(members.list()), clock.instant())).status();
            return explained(pool, profile, own, status);
        }).orElse("");
    }

    /// What keeps all hosts from being made is told first.
    private String explained(HostPool pool, HostProfile profile, List<Hypervisor> own, String status) {
        Optional<String> why = PoolPlanner.settled(pool, profile, own) ? Optional.empty() : obstacle.apply(profile);
        return why.map(reason -> status.isEmpty() ? reason : reason + ". " + status).orElse(status);
    }

    /// What hosts said until now may have been lost, so no silence before now is theirs.
    public void deafUntilNow() {
        aliveSince = clock.instant();
    }

    /// One look at everything.
    public void pass() {
        Instant began = clock.instant();
        if (lastPass.plus(PAUSE).isBefore(began)) {
            aliveSince = began;
        }
        lastPass = began;
        Map<String, HostProfile> profiles = pools.profiles().stream().collect(Collectors.toMap(HostProfile::name, one -> one));
        Map<String, HostPool> named = new LinkedHashMap<>();
        pools.pools().stream().filter(pool -> profiles.containsKey(pool.profile())).forEach(pool -> named.put(pool.name(), pool));
        named.forEach((name, pool) -> moveGuests(name, profiles.get(pool.profile())));
        for (Hypervisor member : members.list()) {
            HostPool pool = named.get(member.pool());
            if (pool != null) {
                guarded(member.node(), () -> look(member, pool.name(), profiles.get(pool.profile())));
            }
        }
        NodesOnce all = new NodesOnce();
        for (HostPool pool : named.values()) {
            settle(pool.name(), pool.profile(), all);
        }
        took = Duration.between(began, clock.instant());
    }

    private void moveGuests(String pool, HostProfile profile) {
        try {
            guests.ifPresent(mover -> mover.pass(pool, profile));
        } catch (RuntimeException e) {
            LOG.warn("The guests of a pool could not be looked after; the next pass tries again: pool={}", pool, e);
        }
    }

    private void guarded(NodeId node, Runnable work) {
        try {
            work.run();
        } catch (RuntimeException e) {
            LOG.warn("A pool's member could not be looked after; the next pass tries again: node={}", node, e);
        }
    }

    /// Takes a member as far as it goes.
    private void look(Hypervisor found, String pool, HostProfile profile) {
        Optional<Hypervisor> member = Optional.of(found);
        for (int i = 0; i < MOVES && member.isPresent(); i++) {
            member = step(member.get(), pool, profile);
        }
    }

    /// @return the member when it moved and may go on, else empty
    private Optional<Hypervisor> step(Hypervisor member, String pool, HostProfile profile) {
        Instant now = clock.instant();
        Optional<Node> node = nodes.find(member.node());
        HostPlanner.Step step = HostPlanner.plan(new HostPlanner.View(member, node, profile, orders.of(member, profile).id(), now, aliveSince,
                member.state() == HypervisorState.DRAINING && guests.filter(mover -> mover.bound(member)).isPresent()));
        if (HostPlanner.isSilence(member, step, now, profile, aliveSince) && pools.pool(pool).map(HostPool::halted).isPresent()) {
            return Optional.empty(); // many at once fall silent for a reason that is not theirs
        }
        return switch (step) {
            case HostPlanner.Step.Rest() -> Optional.empty();
            case HostPlanner.Step.Move(HypervisorEvent event, String reason) -> {
                Optional<Hypervisor> moved = move(member, event, reason, profile, node);
                if (event == HypervisorEvent.FAIL && moved.isPresent()) {
                    haltIfDue(pool, profile);
                }
                yield moved;
            }
            case HostPlanner.Step.Deploy(LifecycleEvent verb) -> deploy(member, verb, profile, node);
            case HostPlanner.Step.TearDown() -> tearDown(member, profile, node);
            case HostPlanner.Step.Forget(String reason) -> forget(member, reason, node);
            case HostPlanner.Step.AskCloud(HostPlanner.Wish wish, HypervisorEvent then) -> askCloud(member, wish, then, profile, node);
        };
    }

    private Optional<Hypervisor> move(Hypervisor member, HypervisorEvent event, String reason, HostProfile profile, Optional<Node> node) {
        return commit(member, member.moved(event, reason, profile, clock.instant()), event, node);
    }

    private Optional<Hypervisor> commit(Hypervisor before, Hypervisor after, HypervisorEvent event, Optional<Node> node) {
        Optional<Hypervisor> stored = members.commit(after, List.of(PoolEvents.moved(before, after, event, clock.instant())));
        stored.ifPresent(_ -> {
            moves.get(event).increment();
            LOG.atInfo().setMessage("A hypervisor moved").addKeyValue("node", after.node()).addKeyValue("name", node.map(Node::displayName).orElse(""))
                    .addKeyValue("pool", after.pool()).addKeyValue("from", before.state().wire()).addKeyValue("to", after.state().wire())
                    .addKeyValue("reason", Objects.requireNonNullElse(after.reason(), "")).log();
            bell.ring(after.node());
        });
        return stored;
    }

    private Optional<Hypervisor> deploy(Hypervisor member, LifecycleEvent verb, HostProfile profile, Optional<Node> node) {
        if (!member.imaged().isOf(profile)) { // it was edited since the member was chosen, and that is what will be imaged
            return members.commit(member.toBuilder().imaged(Hypervisor.Imaged.as(profile)).build(), List.of());
        }
        try {
            service.provision(member.node(), verb, ProvisionRequest.plain(), found -> {
                if (node.isEmpty() || found.version() != node.get().version()) {
                    throw new Failure.NodeLocked(found.displayName(), "somebody who changed it meanwhile");
                }
                return Deployments.claim(found, member, profile);
            });
            return Optional.empty();
        } catch (Failure.NodeLocked | Failure.NotFound | Failure.InvalidState later) {
            return Optional.empty(); // the next pass looks again
        } catch (Failure refused) {
            return move(member, HypervisorEvent.FAIL, "The deploy was refused: " + refused.getMessage(), profile, node);
        }
    }

    private Optional<Hypervisor> tearDown(Hypervisor member, HostProfile profile, Optional<Node> node) {
        try {
            service.provision(member.node(), LifecycleEvent.DELETE, ProvisionRequest.plain());
            return Optional.empty();
        } catch (Failure.NodeLocked | Failure.NotFound | Failure.InvalidState later) {
            return Optional.empty();
        } catch (Failure refused) {
            return move(member, HypervisorEvent.FAIL, "The tear down was refused: " + refused.getMessage(), profile, node);
        }
    }

    private Optional<Hypervisor> forget(Hypervisor member, String reason, Optional<Node> node) {
        List<TimelineEvent> events = node.isEmpty() ? List.of() : List.of(PoolEvents.of(member, "left", "It is no member of pool %s any more: %s"
                .formatted(member.pool(), reason), clock.instant()));
        if (members.delete(member.node(), events)) {
            calls.forget(member.node());
            LOG.atInfo().setMessage("A hypervisor left its pool").addKeyValue("node", member.node()).addKeyValue("pool", member.pool()).addKeyValue("reason", reason).log();
            bell.ring(member.node());
        }
        return Optional.empty();
    }

    private Optional<Hypervisor> askCloud(Hypervisor member, HostPlanner.Wish wish, HypervisorEvent then, HostProfile profile, Optional<Node> node) {
        String name = member.imaged().cloud();
        Cloud cloud = clouds.get(name);
        if (cloud == null) { // a setting that is missing is no fault of the host
            return wish == HostPlanner.Wish.DISABLE ? Optional.empty() : unavailable(member, "Profile %s names cloud '%s', which is not configured. Configured: %s"
                    .formatted(member.imaged().profile(), name, clouds.keySet()));
        }
        Cloud.Host host = OrdersBook.host(member).orElseThrow(() -> new IllegalStateException("the cloud is asked for a host that never joined"));
        Optional<String> complaint = wish == HostPlanner.Wish.JOIN ? orders.complaint(member, profile) : Optional.empty();
        if (complaint.isPresent()) {
            return unavailable(member, complaint.get());
        }
        if (wish == HostPlanner.Wish.DRAIN && !CloudState.is(member, CloudState.DRAINING)) {
            return remember(member, CloudState.DRAINING); // before it is asked, or a drain that is called off after a kill would leave it disabled
        }
        Optional<Cloud.Progress> answer = calls.ask(member.node(), name, List.of(wish, member.stateSince(), host), () -> switch (wish) {
            case JOIN -> cloud.join(host);
            case ENABLE -> cloud.enable(host);
            case DRAIN, DISABLE -> cloud.drain(host);
            case LEAVE -> cloud.leave(host);
        });
        if (answer.isEmpty()) {
            return Optional.empty();
        }
        if (wish == HostPlanner.Wish.DISABLE) {
            return disabled(member, cloud, answer.get());
        }
        return switch (answer.get()) {
            case Cloud.Progress.Done() -> done(member, cloud, wish, then, profile, node);
            case Cloud.Progress.Waiting(String what) -> note(member, said(cloud) + what);
            case Cloud.Progress.Unavailable(String reason) -> unavailable(member, said(cloud) + reason);
            case Cloud.Progress.Failed(String reason) -> move(member, HypervisorEvent.FAIL, said(cloud) + reason, profile, node);
        };
    }

    private Optional<Hypervisor> done(Hypervisor member, Cloud cloud, HostPlanner.Wish wish, HypervisorEvent then, HostProfile profile, Optional<Node> node) {
        String reason = member.reason() != null && member.reason().startsWith(said(cloud)) ? null : member.reason(); // what was awaited has come
        return switch (wish) {
            case JOIN -> remember(member, CloudState.joined(member));
            case ENABLE -> {
                Hypervisor enabled = CloudState.with(member, CloudState.ENABLED).toBuilder().reason(reason).build();
                yield then == null ? members.commit(enabled, List.of()) : move(enabled, then, reason, profile, node);
            }
            case DRAIN -> then == null ? Optional.empty() : move(member, then, member.reason(), profile, node);
            case DISABLE -> remember(member, CloudState.DISABLED);
            case LEAVE -> then == null ? tearDown(member, profile, node) : move(member, then, member.reason(), profile, node);
        };
    }

    /// Its reason stays: why it is in quarantine.
    private Optional<Hypervisor> disabled(Hypervisor member, Cloud cloud, Cloud.Progress progress) {
        if (!(progress instanceof Cloud.Progress.Unavailable)) {
            told.remove(member.node().toString());
        }
        return switch (progress) {
            case Cloud.Progress.Done(), Cloud.Progress.Waiting(_) -> remember(member, CloudState.DISABLED); // guests that are there are an operator's
            case Cloud.Progress.Unavailable(String reason) -> {
                if (told.add(member.node().toString())) {
                    LOG.atWarn().setMessage("A host in quarantine is not disabled in its cloud yet").addKeyValue("node", member.node())
                            .addKeyValue("cloud", cloud.name()).addKeyValue("reason", reason).log();
                }
                yield Optional.empty();
            }
            case Cloud.Progress.Failed(String reason) -> {
                LOG.atWarn().setMessage("A cloud does not disable a host that is in quarantine").addKeyValue("node", member.node())
                        .addKeyValue("cloud", cloud.name()).addKeyValue("reason", reason).log();
                yield remember(member, CloudState.DISABLED);
            }
        };
    }

    private static String said(Cloud cloud) {
        return "cloud %s: ".formatted(cloud.name());
    }

    private Optional<Hypervisor> remember(Hypervisor member, String state) {
        return members.commit(CloudState.with(member, state), List.of());
    }

    private Optional<Hypervisor> note(Hypervisor member, String reason) {
        if (!reason.equals(member.reason())) {
            members.commit(member.toBuilder().reason(reason).build(), List.of());
        }
        return Optional.empty();
    }

    /// Nobody's fault, and above all not the host's: the end of its state is put off for as long as its cloud cannot be asked.
    private Optional<Hypervisor> unavailable(Hypervisor member, String reason) {
        Instant now = clock.instant();
        boolean soon = member.deadline() != null && member.deadline().isBefore(now.plus(OUTAGE.dividedBy(2)));
        if (soon || !reason.equals(member.reason())) {
            members.commit(member.toBuilder().reason(reason).putOff(now.plus(OUTAGE)).build(), List.of());
        }
        return Optional.empty();
    }

    /// At once, so that no more are quarantined than the limit says when a whole network falls silent.
    private void haltIfDue(String name, HostProfile profile) {
        pools.pool(name).filter(pool -> pool.halted() == null).ifPresent(pool -> {
            var plan = PoolPlanner.plan(new PoolPlanner.View(pool, profile, members.ofPool(name), List.of(), Set.of(), clock.instant()));
            plan.actions().forEach(action -> {
                if (action instanceof PoolPlanner.Action.Halt) {
                    settle(name, profile.name(), new NodesOnce());
                }
            });
        });
    }

    /// Reads the members, the profile and the pool anew and in this order, the reverse of that in which clients change them: with a rollout that is seen, the
    /// limits are seen that were set before it was asked for.
    private void settle(String name, String profileName, NodesOnce all) {
        List<Hypervisor> own = members.ofPool(name);
        pools.profile(profileName).ifPresent(profile -> pools.pool(name).filter(pool -> pool.profile().equals(profileName))
                .ifPresent(pool -> settle(pool, profile, own, all)));
    }

    private void settle(HostPool pool, HostProfile profile, List<Hypervisor> own, NodesOnce all) {
        if (pool.halted() != null || PoolPlanner.settled(pool, profile, own)) {
            told.remove(pool.name());
            return;
        }
        PoolPlanner.Plan plan = PoolPlanner.plan(new PoolPlanner.View(pool, profile, own, all.get(), taken(members.list()), clock.instant()));
        String status = explained(pool, profile, own, plan.status());
        if (!status.isEmpty() && told.add(pool.name())) {
            LOG.atWarn().setMessage("A pool is not as it shall be").addKeyValue("pool", pool.name()).addKeyValue("status", status).log();
        }
        boolean blocked = obstacle.apply(profile).isPresent();
        for (PoolPlanner.Action action : plan.actions()) {
            if (blocked && makesHost(action)) {
                continue;
            }
            switch (action) {
                case PoolPlanner.Action.Choose(Node node, String reason) -> choose(pool, profile, node, reason);
                case PoolPlanner.Action.Move move -> guarded(move.member().node(), () -> begin(move, profile, all));
                case PoolPlanner.Action.Halt(String reason) -> halt(pool, reason);
            }
        }
    }

    private static boolean makesHost(PoolPlanner.Action action) {
        return switch (action) {
            case PoolPlanner.Action.Choose _ -> true;
            case PoolPlanner.Action.Move move -> move.reimage();
            case PoolPlanner.Action.Halt _ -> false;
        };
    }

    private void choose(HostPool pool, HostProfile profile, Node node, String reason) {
        guarded(node.id(), () -> {
            Hypervisor chosen = Hypervisor.chosen(node.id(), pool, profile, clock.instant());
            members.create(chosen, List.of(PoolEvents.of(chosen, "chosen", reason, clock.instant()))).ifPresent(stored -> {
                LOG.atInfo().setMessage("A node was chosen for a pool").addKeyValue("node", node.id()).addKeyValue("name", node.displayName())
                        .addKeyValue("pool", pool.name()).log();
                look(stored, pool.name(), profile);
            });
        });
    }

    private void begin(PoolPlanner.Action.Move move, HostProfile profile, NodesOnce all) {
        Hypervisor member = move.member();
        if (move.setAside()) {
            service.setMaintenance(member.node(), true, "it left pool %s in quarantine: %s".formatted(member.pool(), member.reason()));
        }
        Hypervisor after = member.moved(move.event(), move.reason(), profile, clock.instant()).toBuilder().reimage(move.reimage()).build();
        commit(member, after, move.event(), all.find(member.node())).ifPresent(stored -> look(stored, stored.pool(), profile));
    }

    private void halt(HostPool pool, String reason) {
        HostPool halted = new HostPool(pool.name(), pool.description(), pool.zone(), pool.profile(), pool.selector(), pool.size(), pool.limits(), reason,
                pool.version(), pool.createdAt(), pool.updatedAt());
        if (pools.update(halted).isPresent()) {
            LOG.atWarn().setMessage("A pool was halted").addKeyValue("pool", pool.name()).addKeyValue("reason", reason).log();
        }
    }

    private static Set<NodeId> taken(List<Hypervisor> all) {
        return all.stream().map(Hypervisor::node).collect(Collectors.toSet());
    }

    /// All nodes, read when they are needed and once a pass.
    private final class NodesOnce {
        private List<Node> read;

        List<Node> get() {
            if (read == null) {
                read = nodes.list(NodeQuery.all());
            }
            return read;
        }

        Optional<Node> find(NodeId id) {
            return get().stream().filter(node -> node.id().equals(id)).findFirst();
        }
    }
}
