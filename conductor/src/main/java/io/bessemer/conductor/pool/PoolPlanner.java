package io.bessemer.conductor.pool;

import io.bessemer.core.node.Node;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.pool.HostPool;
import io.bessemer.core.pool.HostProfile;
import io.bessemer.core.pool.Hypervisor;
import io.bessemer.core.pool.HypervisorEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/// What a pool lacks, as moves. A function of what is: asked again, it goes on from there.
public final class PoolPlanner {
    /// @param members of this pool
    /// @param nodes   all, in order of preference
    /// @param taken   nodes that are members of any pool
    public record View(HostPool pool, HostProfile profile, List<Hypervisor> members, List<Node> nodes, Set<NodeId> taken, Instant now) {
        public View {
            members = List.copyOf(members);
            nodes = List.copyOf(nodes);
            taken = Set.copyOf(taken);
        }
    }

    public sealed interface Action {
        /// The node becomes a member.
        record Choose(Node node, String reason) implements Action {}

        /// @param event     DRAIN or REMOVE
        /// @param reimage   to come back with the profile as it is now
        /// @param setAside  the node goes into maintenance, so that no pool takes it again before somebody looked
        record Move(Hypervisor member, HypervisorEvent event, String reason, boolean reimage, boolean setAside) implements Action {}

        /// Nothing more is begun until an operator resumes.
        record Halt(String reason) implements Action {}
    }

    /// @param actions in order
    /// @param status  what the pool lacks, for people; empty when it is as it shall be
    public record Plan(List<Action> actions, String status) {}

    private final View view;
    private final HostPool pool;
    private final List<Action> actions = new ArrayList<>();
    private final Set<NodeId> moved = new HashSet<>();
    private int slots;

    private PoolPlanner(View view) {
        this.view = view;
        this.pool = view.pool;
        this.slots = Math.max(0, pool.limits().maxChanging() - (int) view.members.stream().filter(Members::changing).count());
    }

    public static Plan plan(View view) {
        PoolPlanner planner = new PoolPlanner(view);
        if (view.pool.halted() != null) {
            return new Plan(List.of(), "halted: " + view.pool.halted());
        }
        Optional<String> halt = planner.trouble();
        if (halt.isPresent()) {
            return new Plan(List.of(new Action.Halt(halt.get())), "halted: " + halt.get());
        }
        planner.shrink();
        planner.secondChances();
        planner.grow();
        planner.renew();
        return new Plan(List.copyOf(planner.actions), planner.status());
    }

    /// Whether [#plan] could come to anything, which takes a list of all nodes.
    public static boolean settled(HostPool pool, HostProfile profile, List<Hypervisor> members) {
        return members.size() == pool.size() && members.stream().allMatch(member -> Members.enabled(member) && !outdated(member, profile));
    }

    private Optional<String> trouble() {
        List<Hypervisor> failed = view.members.stream().filter(Members::quarantined).filter(member -> ofProfile(member) || !empty(member)).toList();
        if (failed.size() >= pool.limits().maxFailures()) {
            return Optional.of("%d hosts are in quarantine, and limits/max_failures is %d: %s. %s".formatted(failed.size(), pool.limits().maxFailures(),
                    failed.stream().map(this::named).collect(Collectors.joining("; ")), CURE));
        }
        boolean proven = view.members.stream().anyMatch(member -> Members.enabled(member) && ofProfile(member));
        return failed.stream().filter(member -> pool.limits().canary() && !proven && ofProfile(member) && !Members.passed(member)).findFirst()
                .map(canary -> "the first host of profile %s, generation %d, failed: %s. %s".formatted(pool.profile(), view.profile.generation(), named(canary), CURE));
    }

    private static final String CURE = "Cure the cause, `verify` or `remove` each, and resume the pool (`rollout resume`)";

    /// More members than wanted: those in quarantine go first, once others do their work; then hosts that are not ready, then the emptiest.
    private void shrink() {
        List<Hypervisor> staying = view.members.stream().filter(Members::stays).toList();
        long quarantined = view.members.stream().filter(Members::quarantined).count();
        long over = staying.size() + quarantined - pool.size();
        if (view.members.stream().filter(Members::enabled).count() >= pool.size()) {
            for (Hypervisor member : view.members) {
                if (over > 0 && Members.quarantined(member) && empty(member)) {
                    HypervisorEvent event = Members.neverJoined(member) ? HypervisorEvent.REMOVE : HypervisorEvent.DRAIN;
                    over -= move(member, event, "the pool has its hosts without it. It was in quarantine: " + member.reason(), false, true);
                }
            }
        }
        long surplus = staying.size() - pool.size();
        for (Hypervisor member : leavingOrder(staying)) {
            if (surplus <= 0) {
                return;
            }
            surplus -= switch (member.state()) {
                case DEPLOYING, BOOTSTRAPPING, VERIFYING -> begin(member, HypervisorEvent.REMOVE, "the pool shrank to %d".formatted(pool.size()));
                case ENABLED -> move(member, HypervisorEvent.DRAIN, "the pool shrank to %d".formatted(pool.size()), false, false);
                case DRAINING, REMOVING, QUARANTINED -> 0;
            };
        }
    }

    private List<Hypervisor> leavingOrder(List<Hypervisor> staying) {
        Map<String, Integer> used = racks();
        Map<NodeId, Node> nodes = view.nodes.stream().collect(Collectors.toMap(Node::id, Function.identity()));
        return staying.stream().sorted(Comparator
                .comparing((Hypervisor member) -> Members.enabled(member))
                .thenComparingInt(member -> member.guests().size())
                .thenComparingLong(member -> member.capacity() == null ? 0 : member.capacity().memoryMibUsed())
                .thenComparingInt(member -> nodes.containsKey(member.node()) ? -used.getOrDefault(Candidates.rack(nodes.get(member.node())), 0) : 0)
                .thenComparing(Hypervisor::createdAt, Comparator.reverseOrder())).toList();
    }

    /// Hosts that failed with an older profile are tried with the new one.
    private void secondChances() {
        for (Hypervisor member : view.members) {
            if (Members.quarantined(member) && !moved.contains(member.node()) && outdated(member, view.profile) && empty(member) && canaryAllows()) {
                move(member, HypervisorEvent.DRAIN, "to be imaged again, with %s".formatted(profile()), true, false);
            }
        }
    }

    private void grow() {
        List<Hypervisor> staying = view.members.stream().filter(Members::stays).filter(member -> !leaves(member)).toList();
        long coming = moved.size() == 0 ? 0 : actions.stream().filter(action -> action instanceof Action.Move move && move.reimage).count();
        long missing = pool.size() - staying.size() - coming;
        Map<String, Integer> used = racks();
        Set<NodeId> taken = new HashSet<>(view.taken);
        while (missing > 0 && slots > 0 && canaryAllows()) {
            Optional<Node> best = Candidates.best(pool, view.nodes, taken, used);
            if (best.isEmpty()) {
                return;
            }
            Node node = best.get();
            String rack = Candidates.rack(node);
            actions.add(new Action.Choose(node, "chosen for pool %s%s: %d of %d hosts were missing".formatted(pool.name(),
                    rack.isEmpty() ? "" : ", rack " + rack + " had " + used.getOrDefault(rack, 0), missing, pool.size())));
            taken.add(node.id());
            used.merge(rack, 1, Integer::sum);
            slots--;
            missing--;
        }
    }

    /// Hosts of an older profile, and those that were asked to, are imaged again in turn.
    private void renew() {
        for (Hypervisor member : view.members) {
            if (Members.enabled(member) && !moved.contains(member.node()) && outdated(member, view.profile) && canaryAllows()) {
                String why = ofProfile(member) ? "asked for" : "it has %s".formatted(named(member.imaged().profile(), member.imaged().generation()));
                move(member, HypervisorEvent.DRAIN, "to be imaged again, with %s: %s".formatted(profile(), why), true, false);
            }
        }
    }

    private String profile() {
        return named(view.profile.name(), view.profile.generation());
    }

    private static String named(String profile, long generation) {
        return "profile %s, generation %d".formatted(profile, generation);
    }

    private boolean ofProfile(Hypervisor member) {
        return member.imaged().isOf(view.profile);
    }

    private static boolean outdated(Hypervisor member, HostProfile profile) {
        return member.reimage() || !member.imaged().isOf(profile);
    }

    /// Until a host of this generation is enabled, one is under way at a time.
    private boolean canaryAllows() {
        if (!pool.limits().canary() || view.members.stream().anyMatch(member -> Members.enabled(member) && ofProfile(member) && !leaves(member))) {
            return true;
        }
        boolean begun = view.members.stream().anyMatch(member -> Members.stays(member) && !Members.enabled(member)
                && (ofProfile(member) || member.reimage()));
        return !begun && actions.stream().noneMatch(action -> action instanceof Action.Choose || action instanceof Action.Move move && move.reimage);
    }

    private boolean leaves(Hypervisor member) {
        return moved.contains(member.node());
    }

    /// A change that is begun takes one of the slots.
    ///
    /// @return how many were moved: 1, or 0 when no slot is free
    private int move(Hypervisor member, HypervisorEvent event, String reason, boolean reimage, boolean setAside) {
        if (slots == 0) {
            return 0;
        }
        slots--;
        moved.add(member.node());
        actions.add(new Action.Move(member, event, reason, reimage, setAside));
        return 1;
    }

    /// One that changes already keeps its slot.
    private int begin(Hypervisor member, HypervisorEvent event, String reason) {
        moved.add(member.node());
        actions.add(new Action.Move(member, event, reason, false, false));
        return 1;
    }

    private Map<String, Integer> racks() {
        Set<NodeId> own = view.members.stream().filter(Members::stays).map(Hypervisor::node).collect(Collectors.toSet());
        Map<String, Integer> used = new HashMap<>();
        view.nodes.stream().filter(node -> own.contains(node.id())).forEach(node -> used.merge(Candidates.rack(node), 1, Integer::sum));
        return used;
    }

    private boolean empty(Hypervisor member) {
        return Members.empty(member, view.profile.deadlines().silence(), view.now);
    }

    private String named(Hypervisor member) {
        String name = view.nodes.stream().filter(node -> node.id().equals(member.node())).findFirst().map(Node::displayName).orElse(member.node().toString());
        return "%s: %s".formatted(name, member.reason());
    }

    private String status() {
        List<String> lines = new ArrayList<>();
        long staying = view.members.stream().filter(Members::stays).filter(member -> !leaves(member) || actions.stream()
                .anyMatch(action -> action instanceof Action.Move move && move.reimage && move.member.node().equals(member.node()))).count();
        long chosen = actions.stream().filter(Action.Choose.class::isInstance).count();
        long missing = pool.size() - staying - chosen;
        if (missing > 0 && Candidates.best(pool, view.nodes, takenNow(), Map.of()).isEmpty()) {
            lines.add("%d of %d hosts are missing and no machine can be taken: %s. Enrol more, free some, widen the selector, or scale the pool down"
                    .formatted(missing, pool.size(), Candidates.passedOver(pool, view.nodes, takenNow())));
        }
        view.members.stream().filter(member -> Members.quarantined(member) && !moved.contains(member.node()) && !empty(member))
                .map(member -> "%s. It is left alone, because %s; `verify` it, or `remove` it with them".formatted(named(member),
                        member.guests().isEmpty() ? "nobody knows whether guests run on it" : "it has the guests " + Members.guests(member)))
                .forEach(lines::add);
        return String.join(". ", lines);
    }

    private Set<NodeId> takenNow() {
        Set<NodeId> taken = new HashSet<>(view.taken);
        actions.forEach(action -> {
            if (action instanceof Action.Choose choose) {
                taken.add(choose.node.id());
            }
        });
        return taken;
    }
}
