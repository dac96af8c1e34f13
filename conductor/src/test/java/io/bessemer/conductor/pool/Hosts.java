package io.bessemer.conductor.pool;

import io.bessemer.core.lifecycle.ProvisionState;
import io.bessemer.core.node.Node;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.pool.Bootstrap;
import io.bessemer.core.pool.HostCheck;
import io.bessemer.core.pool.HostPool;
import io.bessemer.core.pool.HostProfile;
import io.bessemer.core.pool.Hypervisor;
import io.bessemer.core.pool.HypervisorEvent;
import io.bessemer.core.pool.HypervisorKind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;

/// Pools, nodes and members as tests need them.
final class Hosts {
    static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    static final HostProfile PROFILE = new HostProfile("kvm", null, "debian", HypervisorKind.KVM, Bootstrap.IMAGE, List.of(), null, List.of(), List.of(),
            List.of(HostCheck.CPU), null, HostProfile.Deadlines.DEFAULT, 2, NOW, null);

    private Hosts() {}

    static HostPool pool(int size) {
        return new HostPool("p1", null, "az1", "kvm", HostPool.Selector.ANY, size, new HostPool.Limits(2, 3, true), null, 1, NOW, null);
    }

    static Node.Builder node(int number) {
        return Node.builder(new NodeId(new UUID(0, number)), "fake").name("m" + number).provisionState(ProvisionState.AVAILABLE);
    }

    static Node inRack(int number, String rack) {
        return node(number).extra(Map.of("rack", rack)).build();
    }

    /// The node as a host's: deployed by attempt 4 for its pool.
    static Node.Builder deployed(int number) {
        return node(number).attempt(4).provisionState(ProvisionState.ACTIVE).instanceUuid(new UUID(0, number)).internal(Deployments.IMAGED, 4L);
    }

    static Hypervisor chosen(int number, HostPool pool) {
        return Hypervisor.chosen(new NodeId(new UUID(0, number)), pool, PROFILE, NOW);
    }

    static Hypervisor bootstrapping(int number, HostPool pool) {
        return chosen(number, pool).toBuilder().attempt(4).build().moved(HypervisorEvent.DEPLOYED, null, PROFILE, NOW);
    }

    static Hypervisor verifying(int number, HostPool pool) {
        return bootstrapping(number, pool).toBuilder().certificate("ab", NOW.plusSeconds(9)).address("192.0.2.1").facts(Map.of(Facts.URI, "qemu:///system")).reportedAt(NOW).build()
                .moved(HypervisorEvent.JOINED, null, PROFILE, NOW);
    }

    static Hypervisor enabled(int number, HostPool pool) {
        Hypervisor verifying = verifying(number, pool);
        return verifying.toBuilder().verification(verifying.verification(), List.of(new Hypervisor.CheckResult("cpu", "passed", "", 1))).build()
                .moved(HypervisorEvent.VERIFIED, null, PROFILE, NOW);
    }

    static Hypervisor enabled(int number, HostPool pool, int guests) {
        return with(enabled(number, pool), guests);
    }

    static Hypervisor with(Hypervisor member, int guests) {
        return member.toBuilder().guests(IntStream.range(0, guests).mapToObj(i -> new Hypervisor.Guest("u" + i, "g" + i, "running", 1, 256)).toList()).build();
    }

    /// As a host of a cloud.
    static Hypervisor inCloud(Hypervisor member, String cloud) {
        Hypervisor.Imaged imaged = member.imaged();
        return member.toBuilder().imaged(new Hypervisor.Imaged(imaged.profile(), imaged.generation(), imaged.hypervisor(), cloud)).build();
    }

    /// Failed to come up.
    static Hypervisor failed(int number, HostPool pool) {
        return bootstrapping(number, pool).moved(HypervisorEvent.FAIL, "no agent", PROFILE, NOW);
    }

    static List<Node> nodes(int count) {
        List<Node> all = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            all.add(node(i).build());
        }
        return all;
    }

    static HostProfile generation(long generation) {
        return PROFILE.toBuilder().generation(generation).build();
    }
}
