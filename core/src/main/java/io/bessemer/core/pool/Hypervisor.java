package io.bessemer.core.pool;

import io.bessemer.core.fault.Failure;
import io.bessemer.core.node.JsonCopy;
import io.bessemer.core.node.NodeId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// A member of a pool: a node on its way to being a host, being one, or leaving. Its id is its node's.
///
/// @param reason              why it is in this state, for people; null when there is nothing to say
/// @param stateSince          when it came into this state
/// @param deadline            when the state fails by itself; null where nothing is awaited
/// @param imaged              what it was imaged as, or is being
/// @param reimage             whether it shall be imaged again: such members are drained in turn, and deployed anew instead of leaving
/// @param attempt             the node's attempt number when it was deployed for the pool: another one means that somebody else
///                            imaged the machine; 0 until the deploy is begun
/// @param joinTokenHash       of the one-time token on its config drive; null when none is valid, and once the certificate was used
/// @param joinTokenExpires    when that token ends by itself; null with it
/// @param joinKeyHash         of the public key that the token was spent for: the same one may ask again when the answer was lost;
///                            null until it joined
/// @param certificateSerial   hex, of the certificate that its agent holds now; null until it joined
/// @param certificateExpires  null until it joined
/// @param address             where its agent speaks from, and libvirt listens; null until it joined
/// @param facts               as the agent reports them: versions, cpu, memory, storage, network, kvm
/// @param capacity            null until reported
/// @param checks              of the verification that ran last, or runs
/// @param verification        number of the verification that runs or ran last; a report of another one is stale
/// @param reportedAt          null until the agent's first report
/// @param version             raised by each commit, for compare-and-set
/// @param updatedAt           null until the first change
public record Hypervisor(
        NodeId node,
        String pool,
        String zone,
        HypervisorState state,
        String reason,
        Instant stateSince,
        Instant deadline,
        Imaged imaged,
        boolean reimage,
        long attempt,
        String joinTokenHash,
        Instant joinTokenExpires,
        String joinKeyHash,
        String certificateSerial,
        Instant certificateExpires,
        String address,
        Map<String, Object> facts,
        Capacity capacity,
        List<CheckResult> checks,
        long verification,
        List<Guest> guests,
        Instant reportedAt,
        long version,
        Instant createdAt,
        Instant updatedAt) {

    public Hypervisor {
        Objects.requireNonNull(node, "node");
        Objects.requireNonNull(pool, "pool");
        Objects.requireNonNull(zone, "zone");
        Objects.requireNonNull(state, "state");
        Objects.requireNonNull(stateSince, "stateSince");
        Objects.requireNonNull(imaged, "imaged");
        facts = JsonCopy.of(facts);
        checks = List.copyOf(checks);
        guests = List.copyOf(guests);
    }

    /// A node that was just chosen.
    public static Hypervisor chosen(NodeId node, HostPool pool, HostProfile profile, Instant now) {
        return new Hypervisor(node, pool.name(), pool.zone(), HypervisorState.DEPLOYING, null, now, now.plus(profile.deadlines().deploy()),
                Imaged.as(profile), false, 0, null, null, null, null, null, null, Map.of(), null, List.of(), 0, List.of(), null, 0, now, null);
    }

    /// As it is after `event`: with the state of [HypervisorLifecycle], its deadline, and without what the state forgets.
    ///
    /// @param reason null when there is nothing to say
    /// @throws Failure.InvalidState when the state has no such exit
    public Hypervisor moved(HypervisorEvent event, String reason, HostProfile profile, Instant now) {
        HypervisorState to = HypervisorLifecycle.find(state, event)
                .orElseThrow(() -> new Failure.InvalidState("The requested action \"%s\" can not be performed on hypervisor %s while it is in state \"%s\". Possible now: %s."
                        .formatted(event.wire(), node, state.wire(), HypervisorLifecycle.verbs(state).stream().map(HypervisorEvent::wire).toList())))
                .to();
        HypervisorBuilder moved = new HypervisorBuilder(this).state(to, reason, now, deadline(to, profile.deadlines(), now));
        return switch (to) {
            case VERIFYING -> moved.verification(verification + 1, List.of()).build();
            case DEPLOYING -> anew(moved.build(), profile);
            case ENABLED -> moved.reimage(reimage && event != HypervisorEvent.ENABLE).build(); // a drain that is called off is all called off
            case BOOTSTRAPPING, DRAINING, REMOVING, QUARANTINED -> moved.build();
        };
    }

    /// Nothing of the host that was is true of the one that comes.
    private static Hypervisor anew(Hypervisor was, HostProfile profile) {
        return new Hypervisor(was.node, was.pool, was.zone, was.state, was.reason, was.stateSince, was.deadline, Imaged.as(profile), false, 0, null, null, null, null, null,
                null, Map.of(), null, List.of(), was.verification, List.of(), null, was.version, was.createdAt, was.updatedAt);
    }

    private static Instant deadline(HypervisorState state, HostProfile.Deadlines deadlines, Instant now) {
        return switch (state) {
            case DEPLOYING, REMOVING -> now.plus(deadlines.deploy());
            case BOOTSTRAPPING -> now.plus(deadlines.bootstrap());
            case VERIFYING -> now.plus(deadlines.verify());
            case DRAINING -> now.plus(deadlines.drain());
            case ENABLED, QUARANTINED -> null;
        };
    }

    /// Whether it emulates its guests' instructions, which makes them tens of times slower: its agent says so.
    public boolean emulates() {
        return facts.get("hypervisor") instanceof Map<?, ?> reported && Boolean.TRUE.equals(reported.get("emulated"));
    }

    public HypervisorBuilder toBuilder() {
        return new HypervisorBuilder(this);
    }

    /// What of a profile is in a host's image, and cannot change before it is imaged again, whatever becomes of the profile.
    ///
    /// @param profile    its name
    /// @param generation of the profile
    /// @param hypervisor that runs on the host
    /// @param cloud      that it joins; null for none
    public record Imaged(String profile, long generation, HypervisorKind hypervisor, String cloud) {
        public Imaged {
            Objects.requireNonNull(profile, "profile");
            Objects.requireNonNull(hypervisor, "hypervisor");
        }

        public static Imaged as(HostProfile profile) {
            return new Imaged(profile.name(), profile.generation(), profile.hypervisor(), profile.cloud());
        }

        /// Whether a host of `current` would be imaged no otherwise.
        public boolean isOf(HostProfile current) {
            return profile.equals(current.name()) && generation == current.generation();
        }
    }

    /// What a host can give to guests, and how much of it is given.
    ///
    /// @param vcpus        hardware threads
    /// @param memoryMib    of the host
    /// @param diskGib      of its storage pools
    /// @param guests       running
    /// @param vcpusUsed    of running guests
    /// @param memoryMibUsed of running guests
    /// @param diskGibUsed  allocated in its storage pools
    public record Capacity(int vcpus, long memoryMib, long diskGib, int guests, int vcpusUsed, long memoryMibUsed, long diskGibUsed) {
        public static final Capacity NONE = new Capacity(0, 0, 0, 0, 0, 0, 0);

        public Capacity plus(Capacity other) {
            return new Capacity(vcpus + other.vcpus, memoryMib + other.memoryMib, diskGib + other.diskGib, guests + other.guests,
                    vcpusUsed + other.vcpusUsed, memoryMibUsed + other.memoryMibUsed, diskGibUsed + other.diskGibUsed);
        }
    }

    /// @param check  see [HostCheck]; a plug-in may bring others
    /// @param status `passed`, `failed`, `running` or `waiting`
    /// @param detail what was found, and what to do when it failed; may be long: the check's own output
    public record CheckResult(String check, String status, String detail, double seconds) {}

    /// A libvirt domain.
    ///
    /// @param uuid  libvirt's
    /// @param state    libvirt's, as `virsh list` says it: `running`, `paused`, `shut off`, ...
    /// @param consoles where its consoles are on the host: `vnc://127.0.0.1:5900`, `pty:/dev/pts/3`
    public record Guest(String uuid, String name, String state, int vcpus, long memoryMib, List<String> consoles) {
        public Guest {
            consoles = consoles == null ? List.of() : List.copyOf(consoles); // absent in rows of older versions
        }

        public Guest(String uuid, String name, String state, int vcpus, long memoryMib) {
            this(uuid, name, state, vcpus, memoryMib, List.of());
        }
    }
}
