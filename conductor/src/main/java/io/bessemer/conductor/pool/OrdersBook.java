package io.bessemer.conductor.pool;

import io.bessemer.core.pool.HostCheck;
import io.bessemer.core.pool.HostProfile;
import io.bessemer.core.pool.Hypervisor;
import io.bessemer.core.pool.HypervisorState;
import io.bessemer.host.protocol.HostOrders;
import io.bessemer.host.protocol.HostPhase;
import java.time.Duration;
import java.util.List;

/// What the agent of a member is told: a function of the member's row and its profile.
public final class OrdersBook {
    private final Duration reportEvery;

    public OrdersBook(Duration reportEvery) {
        this.reportEvery = reportEvery;
    }

    HostOrders of(Hypervisor member, HostProfile profile) {
        return HostOrders.of(phase(member), member.zone(), member.pool(), profile.hypervisor().wire(),
                new HostOrders.Verification(member.verification(), checks(member, profile), profile.deadlines().verify()),
                profile.networks().stream().map(network -> new HostOrders.Network(network.name(), network.bridge(), network.nic(), network.cidr())).toList(),
                profile.storagePools().stream().map(pool -> new HostOrders.StoragePool(pool.name(), pool.path())).toList(), false, reportEvery);
    }

    /// Nothing is checked before the deploy is known to be done: it would run again.
    private static List<String> checks(Hypervisor member, HostProfile profile) {
        boolean early = member.state() == HypervisorState.DEPLOYING || member.state() == HypervisorState.BOOTSTRAPPING;
        return early ? List.of() : profile.checks().stream().map(HostCheck::wire).toList();
    }

    private static HostPhase phase(Hypervisor member) {
        return switch (member.state()) {
            case DEPLOYING, BOOTSTRAPPING, VERIFYING -> HostPhase.VERIFYING;
            case ENABLED -> HostPhase.ENABLED;
            case DRAINING -> HostPhase.DRAINING;
            case REMOVING -> HostPhase.LEAVING;
            case QUARANTINED -> HostPhase.QUARANTINED;
        };
    }
}
