package io.bessemer.conductor.pool;

import io.bessemer.core.pool.Cloud;
import io.bessemer.core.pool.HostCheck;
import io.bessemer.core.pool.HostProfile;
import io.bessemer.core.pool.Hypervisor;
import io.bessemer.core.pool.HypervisorState;
import io.bessemer.host.protocol.HostFile;
import io.bessemer.host.protocol.HostOrders;
import io.bessemer.host.protocol.HostPhase;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// What the agent of a member is told: a function of the member's row, its profile and the settings of its cloud. What a cloud gives to
/// the host is secret: it goes from here to the agent, and is kept nowhere.
public final class OrdersBook {
    private final Duration reportEvery;
    private final Map<String, Cloud> clouds;
    private final UnaryOperator<String> seal;
    private final Optional<GuestOrders> guests;

    /// @param clouds by the names that profiles use
    /// @param seal   makes of a hash one that nobody else can compute; the same for the same
    public OrdersBook(Duration reportEvery, Map<String, Cloud> clouds, UnaryOperator<String> seal) {
        this(reportEvery, clouds, seal, Optional.empty());
    }

    /// @param guests empty where there are none of Bessemer's own
    OrdersBook(Duration reportEvery, Map<String, Cloud> clouds, UnaryOperator<String> seal, Optional<GuestOrders> guests) {
        this.guests = guests;
        this.reportEvery = reportEvery;
        this.clouds = Map.copyOf(clouds);
        this.seal = seal;
    }

    HostOrders of(Hypervisor member, HostProfile profile) {
        try {
            return of(member, profile, inCloud(member) ? setup(member) : Cloud.Setup.NONE);
        } catch (IllegalArgumentException told) { // as the member's reason, when it is to join
            return of(member, profile, Cloud.Setup.NONE);
        }
    }

    /// Why the member's cloud cannot be given to the host, and what to do.
    Optional<String> complaint(Hypervisor member, HostProfile profile) {
        try {
            of(member, profile, setup(member));
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.of("The host cannot be given what cloud %s needs there: %s. Check bessemer.clouds.%s.".formatted(
                    member.imaged().cloud(), String.valueOf(e.getMessage()).replaceAll("\\.$", ""), member.imaged().cloud()));
        }
    }

    /// As the member's cloud knows it; empty until its agent joined.
    static Optional<Cloud.Host> host(Hypervisor member) {
        return member.facts().get(Facts.HOSTNAME) instanceof String hostname && member.address() != null
                ? Optional.of(new Cloud.Host(member.node().value(), hostname, member.address(), member.zone(), member.pool(), member.imaged().hypervisor()))
                : Optional.empty();
    }

    private Cloud.Setup setup(Hypervisor member) {
        Cloud cloud = member.imaged().cloud() == null ? null : clouds.get(member.imaged().cloud());
        return cloud == null ? Cloud.Setup.NONE : host(member).map(cloud::setup).orElse(Cloud.Setup.NONE);
    }

    /// A cloud's own agent first runs on a host that passed its checks: the cloud could give it guests before it is kept disabled.
    private static boolean inCloud(Hypervisor member) {
        return switch (phase(member)) {
            case VERIFYING -> Members.verification(member).equals("passed") || member.facts().containsKey(Facts.CLOUD);
            case ENABLED, DRAINING -> true;
            case LEAVING, QUARANTINED -> false;
        };
    }

    private HostOrders of(Hypervisor member, HostProfile profile, Cloud.Setup setup) {
        HostOrders orders = HostOrders.of(phase(member), member.zone(), member.pool(), member.imaged().hypervisor().wire(),
                new HostOrders.Verification(member.verification(), checks(member, profile), profile.deadlines().verify()),
                profile.networks().stream().map(network -> new HostOrders.Network(network.name(), network.bridge(), network.nic(), network.cidr())).toList(),
                profile.storagePools().stream().map(pool -> new HostOrders.StoragePool(pool.name(), pool.path())).toList(),
                setup.files().stream().map(file -> new HostFile(file.path(), file.mode(), file.owner(), file.content())).toList(), setup.services(), false, often(profile, reportEvery));
        HostOrders all = guests.map(book -> book.add(orders, member)).orElse(orders);
        return all.secret() ? all.withId(seal.apply(all.id())) : all; // the id goes into the member's row
    }

    /// At most `usual`, and three times within the silence that fails a host.
    static Duration often(HostProfile profile, Duration usual) {
        Duration third = Duration.ofSeconds(Math.max(1, profile.deadlines().silence().toSeconds() / 3));
        return third.compareTo(usual) < 0 ? third : usual;
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
