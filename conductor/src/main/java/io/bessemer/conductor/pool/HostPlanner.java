package io.bessemer.conductor.pool;

import io.bessemer.core.lifecycle.LifecycleEvent;
import io.bessemer.core.lifecycle.ProvisionState;
import io.bessemer.core.node.Node;
import io.bessemer.core.pool.HostProfile;
import io.bessemer.core.pool.Hypervisor;
import io.bessemer.core.pool.HypervisorEvent;
import io.bessemer.core.pool.HypervisorState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// What one member has to do next. A function of what is: asked again, it goes on from there.
public final class HostPlanner {
    /// a host that leaves is waited for so long, to say good-bye to its cloud
    static final Duration FAREWELL = Duration.ofMinutes(1);
    /// after we were away, a host has so long to reach us before a deadline counts; short, or a server that keeps dying would put it off for ever
    private static final Duration GRACE = Duration.ofMinutes(1);

    /// @param node       empty when it was forgotten
    /// @param orders     id of the orders that the member's agent should follow
    /// @param aliveSince since when hosts can reach us: a deadline does not count time in which nobody was there to be spoken to
    public record View(Hypervisor member, Optional<Node> node, HostProfile profile, String orders, Instant now, Instant aliveSince) {}

    public sealed interface Step {
        /// Nothing to do.
        record Rest() implements Step {}

        record Move(HypervisorEvent event, String reason) implements Step {}

        /// @param verb DEPLOY or REBUILD
        record Deploy(LifecycleEvent verb) implements Step {}

        /// The node's instance is deleted.
        record TearDown() implements Step {}

        /// The member's row goes.
        record Forget(String reason) implements Step {}

        /// The cloud is asked to come to it; when it has, the member makes its move.
        ///
        /// @param then null when there is no move, but the next look goes on
        record AskCloud(Wish wish, HypervisorEvent then) implements Step {}
    }

    public enum Wish {
        /// be known, without guests
        JOIN,
        /// take guests
        ENABLE,
        /// let its guests go
        DRAIN,
        /// take no more guests; asked for once
        DISABLE,
        /// be forgotten
        LEAVE
    }

    private static final Step REST = new Step.Rest();

    private final View view;
    private final Hypervisor member;
    private final HostProfile.Deadlines deadlines;

    private HostPlanner(View view) {
        this.view = view;
        this.member = view.member;
        this.deadlines = view.profile.deadlines();
    }

    public static Step plan(View view) {
        return view.node.map(node -> new HostPlanner(view).next(node)).orElseGet(() -> new Step.Forget("its node was deleted"));
    }

    private Step next(Node node) {
        return switch (member.state()) {
            case DEPLOYING -> deploying(node);
            case BOOTSTRAPPING -> changed(node).orElseGet(() -> bootstrapping(node));
            case VERIFYING -> changed(node).or(this::silent).orElseGet(this::verifying);
            case ENABLED -> changed(node).or(this::silent).orElseGet(this::enabled);
            case DRAINING -> draining(node);
            case REMOVING -> removing(node);
            case QUARANTINED -> ours(node) ? quarantined() : new Step.Forget("its node was torn down while it was in quarantine");
        };
    }

    private Step deploying(Node node) {
        boolean begun = deploymentOf(member).equals(node.instanceInfo().get(Deployments.MARK));
        return switch (node.provisionState()) {
            case AVAILABLE -> available(node, begun);
            case DEPLOYING, DEPLOY_WAIT, DEPLOY_HOLD -> begun ? underway(node) : lost(node);
            case ACTIVE -> begun ? deployed(node) : again(node);
            case DEPLOY_FAILED -> begun
                    ? fail("The deploy failed: %s".formatted(node.lastError()))
                    : again(node);
            case ERROR -> begun ? fail("Its node is in state 'error': %s".formatted(node.lastError())) : again(node);
            default -> begun || member.attempt() != 0
                    ? fail("Somebody took its node to state '%s' while it was deployed".formatted(node.provisionState().wire()))
                    : lost(node);
        };
    }

    private Step available(Node node, boolean begun) {
        if (begun || node.instanceUuid() != null) {
            return new Step.Forget("its node was torn down, or taken by an instance, before it was a host");
        }
        if (node.maintenance() || node.retired()) {
            return new Step.Forget("its node was put into maintenance or retired before it was deployed");
        }
        return overdue().orElseGet(() -> node.reservation() == null ? new Step.Deploy(LifecycleEvent.DEPLOY) : REST);
    }

    /// What to do with a node that has an earlier deployment of ours, or somebody else's.
    private Step again(Node node) {
        if (!ours(node)) {
            return lost(node);
        }
        if (node.maintenance()) {
            return fail("Its node is in maintenance: %s".formatted(node.maintenanceReason()));
        }
        return overdue().orElseGet(() -> node.reservation() == null ? new Step.Deploy(LifecycleEvent.REBUILD) : REST);
    }

    private Step lost(Node node) {
        return ours(node) ? fail("Somebody deployed its node meanwhile (it is '%s')".formatted(node.provisionState().wire()))
                : new Step.Forget("its node was taken by somebody else: it is '%s'".formatted(node.provisionState().wire()));
    }

    private Step underway(Node node) {
        if (member.attempt() != 0 && member.attempt() != node.attempt()) {
            return fail("Somebody else deploys its node: attempt %d, not %d".formatted(node.attempt(), member.attempt()));
        }
        return overdue().orElse(REST);
    }

    private Step deployed(Node node) {
        return changed(node).orElseGet(() -> new Step.Move(HypervisorEvent.DEPLOYED, null));
    }

    private Step bootstrapping(Node node) {
        if (!Members.neverJoined(member)) {
            return new Step.Move(HypervisorEvent.JOINED, null); // it was faster than we were to see that the deploy is done
        }
        if (!late()) {
            return REST;
        }
        Object up = node.driverInternalInfo().get("host_up_at");
        return fail("No compute agent joined within %s. %s".formatted(text(deadlines.bootstrap()), up == null
                ? "Nor did the operating system report: look at the machine's console"
                : "The operating system reported at %s, so the network works: look at `journalctl -u bessemer-compute-agent` on the host".formatted(up)));
    }

    private Step verifying() {
        if (member.facts().get(Facts.FIRST_BOOT) instanceof Map<?, ?> boot && "error".equals(boot.get("status"))) {
            return fail("cloud-init failed on the host: %s. Look at /var/log/cloud-init-output.log there".formatted(boot.get("errors")));
        }
        return switch (Members.verification(member)) {
            case "failed" -> fail(failures());
            case "passed" -> passed();
            default -> late() ? fail("The checks did not end within %s; %s".formatted(text(deadlines.verify()), waitingFor())) : REST;
        };
    }

    private Step passed() {
        List<String> missing = view.profile.checks().stream().map(check -> check.wire())
                .filter(name -> member.checks().stream().noneMatch(result -> result.check().equals(name) && result.status().equals("passed"))).toList();
        if (!missing.isEmpty()) {
            return fail("The agent says that the host passed, but did not run %s. Its version, %s, may be too old"
                    .formatted(missing, member.facts().get(Facts.AGENT)));
        }
        if (member.imaged().cloud() == null) {
            return new Step.Move(HypervisorEvent.VERIFIED, null);
        }
        if (late()) {
            return fail("The checks passed, but cloud %s did not take the host within %s: %s"
                    .formatted(member.imaged().cloud(), text(deadlines.verify()), member.reason()));
        }
        return CloudState.is(member, CloudState.joined(member)) ? new Step.AskCloud(Wish.ENABLE, HypervisorEvent.VERIFIED) : new Step.AskCloud(Wish.JOIN, null);
    }

    /// A drain that was called off had disabled it in its cloud.
    private Step enabled() {
        return member.imaged().cloud() == null || CloudState.is(member, CloudState.ENABLED) ? REST : new Step.AskCloud(Wish.ENABLE, null);
    }

    private Step quarantined() {
        return member.imaged().cloud() == null || Members.neverJoined(member) || CloudState.is(member, CloudState.DISABLED) ? REST
                : new Step.AskCloud(Wish.DISABLE, null);
    }

    private String failures() {
        return member.checks().stream().filter(check -> check.status().equals("failed"))
                .map(check -> "check %s failed: %s".formatted(check.check(), check.detail())).collect(Collectors.joining("; "));
    }

    private String waitingFor() {
        return member.checks().stream().filter(check -> !check.status().equals("passed")).findFirst()
                .map(check -> "%s is %s: %s".formatted(check.check(), check.status(), check.detail())).orElse("none was begun");
    }

    private Step draining(Node node) {
        if (Members.neverJoined(member)) {
            return emptied();
        }
        Optional<Step> changed = taken(node).or(this::silent); // maintenance does not hinder it: a pool that gives up a failed host sets its node aside
        if (changed.isPresent()) {
            return changed.get();
        }
        boolean told = view.orders.equals(Members.orders(member));
        if (told && member.guests().isEmpty()) {
            return member.imaged().cloud() == null ? emptied() : new Step.AskCloud(movesOn() ? Wish.LEAVE : Wish.DRAIN, emptied().event());
        }
        if (!late()) {
            return member.imaged().cloud() == null ? REST : new Step.AskCloud(Wish.DRAIN, null);
        }
        return fail(member.guests().isEmpty()
                ? "The agent did not follow its orders to drain within %s".formatted(text(deadlines.drain()))
                : "After %s these guests are still there: %s. Move them or shut them down and drain again, or `remove` the host with them"
                        .formatted(text(deadlines.drain()), Members.guests(member)));
    }

    /// Whether it comes back without its cloud, which must forget it before the machine is another.
    private boolean movesOn() {
        return member.reimage() && !member.imaged().cloud().equals(view.profile.cloud());
    }

    private Step.Move emptied() {
        return new Step.Move(member.reimage() ? HypervisorEvent.EMPTIED : HypervisorEvent.DRAINED, member.reason());
    }

    private Step removing(Node node) {
        if (!ours(node)) {
            return new Step.Forget("it left the pool: " + member.reason());
        }
        if (late()) {
            return fail("It was not torn down within %s; its node is '%s'%s".formatted(text(deadlines.deploy()), node.provisionState().wire(),
                    node.lastError() == null ? "" : ": " + node.lastError()));
        }
        return switch (node.provisionState()) {
            case DEPLOYING, DELETING -> REST;
            case AVAILABLE -> new Step.Forget("it left the pool: " + member.reason());
            default -> farewell();
        };
    }

    /// The agent learns that it leaves, and the cloud forgets the host, before the machine goes.
    private Step farewell() {
        boolean knows = Members.neverJoined(member) || view.orders.equals(Members.orders(member))
                || view.now.isAfter(member.stateSince().plus(FAREWELL));
        if (!knows) {
            return REST;
        }
        return member.imaged().cloud() == null || Members.neverJoined(member) ? new Step.TearDown() : new Step.AskCloud(Wish.LEAVE, null);
    }

    /// What nobody may do to the node of a host.
    private Optional<Step> changed(Node node) {
        return taken(node).or(() -> node.maintenance() && node.fault() == null // a fault is Bessemer's own note on a BMC, which a host does well without
                ? Optional.of(fail("Its node was put into maintenance: %s".formatted(node.maintenanceReason()))) : Optional.empty());
    }

    /// Somebody does something else with the machine.
    private Optional<Step> taken(Node node) {
        String reason = null;
        if (!ours(node)) {
            reason = "Its node was torn down behind our back: it is '%s'".formatted(node.provisionState().wire());
        } else if (!resting(node.provisionState())) {
            reason = "Its node left 'active' behind our back: it is '%s'".formatted(node.provisionState().wire());
        } else if (!(node.driverInternalInfo().get(Deployments.IMAGED) instanceof Number imaged) || imaged.longValue() != member.attempt()) {
            reason = "Its node was imaged behind our back: by attempt %s, not %d".formatted(node.driverInternalInfo().get(Deployments.IMAGED), member.attempt());
        }
        return Optional.ofNullable(reason).map(HostPlanner::fail);
    }

    /// A host that is rescued or serviced falls silent, and that is told better.
    private static boolean resting(ProvisionState state) {
        return switch (state) {
            case ACTIVE, RESCUING, RESCUE_WAIT, RESCUED, RESCUE_FAILED, UNRESCUING, UNRESCUE_FAILED, SERVICING, SERVICE_WAIT, SERVICE_HOLD, SERVICE_FAILED -> true;
            default -> false;
        };
    }

    private Optional<Step> silent() {
        if (!Members.silent(member, deadlines.silence(), view.now, counted(view.profile, view.aliveSince))) {
            return Optional.empty();
        }
        return Optional.of(fail("Its agent has not reported for %s%s. Look at the machine's console and network, and at `journalctl -u bessemer-compute-agent` there"
                .formatted(text(deadlines.silence()), member.reportedAt() == null ? "" : ", last at " + member.reportedAt())));
    }

    private Optional<Step> overdue() {
        return late() ? Optional.of(fail("It was not deployed within %s".formatted(text(deadlines.deploy())))) : Optional.empty();
    }

    private boolean late() {
        if (member.deadline() == null) {
            return false;
        }
        Instant grace = view.aliveSince.isAfter(member.stateSince()) ? view.aliveSince.plus(GRACE) : Instant.MIN;
        Instant end = member.deadline().isBefore(grace) ? grace : member.deadline();
        return view.now.isAfter(end);
    }

    private static Step fail(String reason) {
        return new Step.Move(HypervisorEvent.FAIL, reason);
    }

    /// Whether the node is claimed for its pool: its instance has the node's own id.
    private static boolean ours(Node node) {
        return node.id().value().equals(node.instanceUuid());
    }

    static String deploymentOf(Hypervisor member) {
        return member.stateSince().toString();
    }

    static boolean isSilence(Hypervisor member, Step step, Instant now, HostProfile profile, Instant aliveSince) {
        return member.state() == HypervisorState.ENABLED && step instanceof Step.Move && Members.silent(member, profile.deadlines().silence(), now, counted(profile, aliveSince));
    }

    /// Since when silence counts: until a profile was given a shorter one, hosts reported, and reports were stored, as its longer one asked for.
    private static Instant counted(HostProfile profile, Instant aliveSince) {
        return profile.updatedAt() == null || profile.updatedAt().isBefore(aliveSince) ? aliveSince : profile.updatedAt();
    }

    private static String text(Duration duration) {
        return duration.toMinutes() >= 2 ? duration.toMinutes() + " min" : duration.toSeconds() + " s";
    }
}
