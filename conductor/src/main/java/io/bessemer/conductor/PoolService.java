package io.bessemer.conductor;

import io.bessemer.core.fault.Failure;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.pool.AvailabilityZone;
import io.bessemer.core.pool.HostPool;
import io.bessemer.core.pool.HostProfile;
import io.bessemer.core.pool.Hypervisor;
import io.bessemer.core.pool.HypervisorEvent;
import io.bessemer.core.pool.HypervisorState;
import io.bessemer.core.pool.HypervisorStore;
import io.bessemer.core.pool.PoolStore;
import io.bessemer.core.timeline.BootPhase;
import io.bessemer.core.timeline.TimelineEvent;
import java.time.Clock;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/// Everything that a client may do to zones, profiles, pools and hypervisors. Each method stores the wish by compare-and-set and
/// rings the reconciler, or throws a [Failure] and stores nothing. It does no work itself.
public class PoolService {
    /// A host that is quarantined is not imaged again by a rollout: somebody wants to look at it, or the reconciler replaces it.
    private static final Set<HypervisorState> REIMAGED = EnumSet.of(HypervisorState.DEPLOYING, HypervisorState.BOOTSTRAPPING,
            HypervisorState.VERIFYING, HypervisorState.ENABLED);

    private final PoolStore pools;
    private final HypervisorStore hypervisors;
    private final Clock clock;
    private final Runnable ring;

    /// @param ring tells the reconciler to look at once; a hint only
    public PoolService(PoolStore pools, HypervisorStore hypervisors, Clock clock, Runnable ring) {
        this.pools = pools;
        this.hypervisors = hypervisors;
        this.clock = clock;
        this.ring = ring;
    }

    public AvailabilityZone create(AvailabilityZone draft) {
        return pools.create(new AvailabilityZone(draft.name(), draft.description(), clock.instant(), null));
    }

    public AvailabilityZone updateZone(String name, UnaryOperator<AvailabilityZone> edit) {
        return pools.updateZone(name, edit).orElseThrow(() -> noZone(name));
    }

    public void deleteZone(String name) {
        if (!pools.deleteZone(name)) {
            throw noZone(name);
        }
    }

    public HostProfile create(HostProfile draft) {
        return pools.create(draft.toBuilder().generation(1).createdAt(clock.instant()).updatedAt(null).build());
    }

    /// Networks, storage pools and checks reach running hosts by their orders. For the rest the generation is raised, and the reconciler images
    /// hosts again.
    public HostProfile updateProfile(String name, UnaryOperator<HostProfile> edit) {
        HostProfile updated = pools.updateProfile(name, edit).orElseThrow(() -> noProfile(name));
        ring.run();
        return updated;
    }

    public void deleteProfile(String name) {
        if (!pools.deleteProfile(name)) {
            throw noProfile(name);
        }
    }

    public HostPool create(HostPool draft) {
        HostPool created = pools.create(draft.toBuilder().halted(null).version(1).createdAt(clock.instant()).updatedAt(null).build());
        ring.run();
        return created;
    }

    /// With another profile its hosts are imaged again, in turn.
    ///
    /// @param edit may throw a Failure, and may be asked several times
    public HostPool updatePool(String name, UnaryOperator<HostPool> edit) {
        for (;;) {
            HostPool before = pools.pool(name).orElseThrow(() -> noPool(name));
            HostPool after = edit.apply(before);
            if (after.equals(before)) {
                return before;
            }
            Optional<HostPool> stored = pools.update(after);
            if (stored.isPresent()) {
                ring.run();
                return stored.get();
            }
        }
    }

    public void deletePool(String name) {
        HostPool pool = pools.pool(name).orElseThrow(() -> noPool(name));
        if (pool.size() > 0) {
            throw new Failure.Conflict("Host pool %s shall have %d hosts. Set its size to 0 first, and wait until its hosts have left."
                    .formatted(name, pool.size()));
        }
        if (!pools.deletePool(name)) {
            throw noPool(name);
        }
    }

    /// The reconciler changes nothing in the pool until it is resumed; hosts that take guests go on.
    ///
    /// @param reason for people
    public HostPool halt(String name, String reason) {
        return updatePool(name, pool -> pool.toBuilder().halted(reason).build());
    }

    public HostPool resume(String name) {
        return updatePool(name, pool -> pool.toBuilder().halted(null).build());
    }

    /// Marks every member that comes up or takes guests to be imaged again ([Hypervisor#reimage]). The reconciler drains the marked
    /// ones within the pool's limits, so a rollout that is halted, or cut by a kill, goes on where it was.
    ///
    /// @return how many are marked
    public int reimage(String name) {
        HostProfile profile = profileOf(name);
        int marked = 0;
        for (Hypervisor listed : hypervisors.ofPool(name)) {
            Optional<Hypervisor> found = Optional.of(listed);
            while (found.isPresent() && REIMAGED.contains(found.get().state()) && !found.get().reimage() && !fresh(found.get(), profile)) {
                found = hypervisors.commit(found.get().toBuilder().reimage(true).build(),
                        List.of(event(found.get(), "reimage", "Asked for: to be imaged again")));
                if (found.isEmpty()) {
                    found = hypervisors.find(listed.node());
                }
            }
            marked += found.filter(Hypervisor::reimage).isPresent() ? 1 : 0;
        }
        ring.run();
        return marked;
    }

    /// Is being imaged as it shall be, and need not be again.
    private static boolean fresh(Hypervisor host, HostProfile profile) {
        return host.state() == HypervisorState.DEPLOYING && host.imaged().isOf(profile);
    }

    /// @param verb one that clients may ask for: verify, drain, enable, remove
    /// @throws Failure.InvalidState when it is not possible in the member's state
    public Hypervisor ask(NodeId node, HypervisorEvent verb) {
        for (;;) {
            Hypervisor before = hypervisors.find(node).orElseThrow(() -> new Failure.NotFound("Hypervisor", node.toString()));
            HostProfile profile = profileOf(before.pool());
            Hypervisor after = before.moved(verb, "asked for '%s'".formatted(verb.wire()), profile, clock.instant());
            if (verb == HypervisorEvent.DRAIN || verb == HypervisorEvent.REMOVE) {
                after = after.toBuilder().reimage(false).build(); // it shall leave, whatever a rollout meant to do with it
            }
            Optional<Hypervisor> stored = hypervisors.commit(after, List.of(event(before, verb.wire(),
                    "Asked for '%s': %s -> %s".formatted(verb.wire(), before.state().wire(), after.state().wire()))));
            if (stored.isPresent()) {
                ring.run();
                return stored.get();
            }
        }
    }

    private HostProfile profileOf(String pool) {
        return pools.profile(pools.pool(pool).orElseThrow(() -> noPool(pool)).profile()).orElseThrow();
    }

    private TimelineEvent event(Hypervisor host, String event, String message) {
        return new TimelineEvent(host.node(), clock.instant(), host.attempt(), BootPhase.HYPERVISOR, "pool", event, message, Map.of("pool", host.pool()));
    }

    private static Failure noZone(String name) {
        return new Failure.NotFound("Availability zone", name);
    }

    private static Failure noProfile(String name) {
        return new Failure.NotFound("Host profile", name);
    }

    private static Failure noPool(String name) {
        return new Failure.NotFound("Host pool", name);
    }
}
