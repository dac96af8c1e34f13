package io.bessemer.nova;

import io.bessemer.core.pool.Cloud;
import io.bessemer.nova.ComputeApi.Aggregate;
import io.bessemer.nova.ComputeApi.ComputeService;
import io.bessemer.nova.ComputeApi.Hypervisor;
import io.bessemer.nova.ComputeApi.Server;
import io.bessemer.nova.PlacementApi.Provider;
import io.bessemer.openstack.Deadline;
import io.bessemer.openstack.Http.Answer;
import io.bessemer.openstack.Http;
import io.bessemer.openstack.Keystone;
import io.bessemer.openstack.OpenStackException;
import io.bessemer.openstack.ServiceClient;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Hosts in OpenStack Nova. A host is a nova-compute service of its hostname, whose compute node and resource provider have the node's
/// UUID, in one aggregate of its availability zone.
public final class NovaCloud implements Cloud, AutoCloseable {
    private static final Duration DISCOVERY_PAUSE = Duration.ofSeconds(30);
    private static final Set<String> NOVAS_OWN_ZONES = Set.of("nova", "internal"); // its default_ and internal_service_availability_zone
    private static final Set<String> NEEDED_INVENTORIES = Set.of("VCPU", "MEMORY_MB"); // disk may belong to a shared provider
    private static final String DISABLED_TRAIT = "COMPUTE_STATUS_DISABLED";

    private final NovaSettings settings;
    private final Http http;
    private final Keystone keystone;
    private final HostDiscovery discovery;
    private final Clock clock;

    public NovaCloud(NovaSettings settings, Clock clock) {
        this.settings = settings;
        this.clock = clock;
        this.http = new Http(settings.access().caFile(), settings.callTimeout());
        this.keystone = new Keystone(settings.login(), http);
        this.discovery = new HostDiscovery(settings.discoverCommand(), DISCOVERY_PAUSE);
    }

    @Override
    public void close() {
        http.close();
    }

    @Override
    public String name() {
        return settings.name();
    }

    @Override
    public String toString() {
        return "NovaCloud[" + settings.name() + " at " + settings.access().authUrl() + "]";
    }

    /// @throws IllegalArgumentException when Nova cannot have such a host; [#join] says so too
    @Override
    public Setup setup(Host host) {
        return NovaConf.setup(settings.host(), host);
    }

    @Override
    public Progress join(Host host) {
        return step((compute, placement) -> {
            requireSuitable(host);
            ComputeService service = compute.service(host.hostname()).orElseThrow(() -> Unfinished.waiting(
                    "nova-compute of %s has not reported to Nova yet. If this goes on, look at `journalctl -u %s` on the host; it must reach the transport_url.",
                    host.hostname(), settings.host().service()));
            keepDisabled(compute, service, DisabledReason.NOT_VERIFIED.text());
            requireUp(host, service);
            Hypervisor hypervisor = hypervisor(compute, placement, host);
            if (!hypervisor.up()) {
                throw Unfinished.waiting("Nova shows hypervisor %s of %s as down. Its next report is awaited.", hypervisor.hostname(), host.hostname());
            }
            // before the aggregate: Nova's mirroring into Placement is only logged when it finds no provider
            requireProvider(placement, hypervisor);
            Aggregate aggregate = aggregate(compute, host);
            if (!placement.aggregates(hypervisor.uuid()).contains(aggregate.uuid())) {
                // Nova mirrors when a host comes in, and never later; nothing runs on a host that is not verified yet
                compute.removeHost(aggregate, host.hostname());
                throw Unfinished.waiting("Placement does not show %s in aggregate '%s', so it is taken out and put in again.", host.hostname(), aggregate.name());
            }
        });
    }

    @Override
    public Progress enable(Host host) {
        return step((compute, placement) -> {
            requireSuitable(host);
            ComputeService service = compute.service(host.hostname())
                    .orElseThrow(() -> Unfinished.waiting("nova-compute of %s is not among Nova's services any more. Let the host be verified again.", host.hostname()));
            if (!service.enabled()) {
                if (!DisabledReason.mayOverride(service.disabledReason())) {
                    throw Unfinished.waiting("nova-compute of %s is disabled by somebody else: '%s'. When that is over: openstack compute service set --enable %s nova-compute",
                            host.hostname(), service.disabledReason(), host.hostname());
                }
                compute.enable(service);
                service = compute.service(host.hostname()).orElse(service);
            }
            requireUp(host, service);
            if (!service.enabled()) {
                throw Unfinished.waiting("Nova does not show nova-compute of %s as enabled yet.", host.hostname());
            }
            if (!service.zone().equals(host.zone())) {
                throw Unfinished.failed("Nova has %s in zone '%s' instead of '%s'. Put it into an aggregate of zone '%s', or verify the host again.",
                        host.hostname(), service.zone(), host.zone(), host.zone());
            }
            Hypervisor hypervisor = hypervisor(compute, placement, host);
            if (placement.traits(hypervisor.uuid()).contains(DISABLED_TRAIT)) {
                throw Unfinished.waiting("Placement still has the trait %s on resource provider %s of %s, so nothing is scheduled there. nova-compute takes it off; restart it if this goes on.",
                        DISABLED_TRAIT, hypervisor.uuid(), host.hostname());
            }
        });
    }

    @Override
    public Progress drain(Host host) {
        return step((compute, _) -> {
            Optional<ComputeService> service = compute.service(host.hostname());
            if (service.isPresent()) {
                keepDisabled(compute, service.get(), DisabledReason.DRAINING.text());
            }
            List<Server> servers = compute.servers(host.hostname());
            if (!servers.isEmpty()) {
                throw Unfinished.waiting("%s", new ServerMoves(compute, settings.liveMigrations(), clock).advance(host.hostname(), servers));
            }
        });
    }

    @Override
    public Progress leave(Host host) {
        return step((compute, placement) -> {
            Optional<ComputeService> service = compute.service(host.hostname());
            // asked for now: with the service, Nova forgets which provider it was
            Optional<Hypervisor> hypervisor = service.isPresent() ? known(compute, host) : Optional.empty();
            if (service.isPresent()) {
                forget(compute, service.get(), host);
            }
            Optional<Provider> leftover = placement.provider(host.node());
            if (leftover.isEmpty() && hypervisor.isPresent()) {
                leftover = placement.provider(hypervisor.get().uuid());
            }
            if (leftover.isEmpty()) {
                leftover = placement.provider(host.hostname());
            }
            if (leftover.isPresent()) {
                remove(compute, placement, leftover.get(), host);
            }
        });
    }

    private void forget(ComputeApi compute, ComputeService service, Host host) throws OpenStackException, Unfinished {
        // not without need: Nova tells its nova-compute, and waits a minute for one that has been stopped
        if (service.enabled() || service.up() && !DisabledReason.isLeaving(service.disabledReason())) {
            compute.disable(service, DisabledReason.leaving(clock.instant()));
            service = compute.service(host.hostname()).orElse(service);
        }
        List<Server> servers = compute.servers(host.hostname());
        if (!servers.isEmpty()) {
            throw Unfinished.failed("%s still has %s. Drain it first, or delete them.", host.hostname(), ServerMoves.names(servers));
        }
        // one that runs would make its resource provider anew; but the host may be beyond being stopped, so it is not awaited for ever
        if (service.up() && !DisabledReason.isOverdue(service.disabledReason(), clock.instant())) {
            throw Unfinished.waiting("nova-compute of %s still runs. It is stopped first, so that it leaves nothing behind: on the host, `systemctl stop %s`.",
                    host.hostname(), settings.host().service());
        }
        for (Aggregate aggregate : compute.aggregates()) {
            if (aggregate.hosts().contains(host.hostname())) {
                Optional<String> refused = compute.removeHost(aggregate, host.hostname());
                if (refused.isPresent()) {
                    throw Unfinished.failed("Nova keeps %s in aggregate '%s': %s", host.hostname(), aggregate.name(), refused.get());
                }
            }
        }
        Optional<String> refused = compute.delete(service);
        if (refused.isPresent()) {
            throw Unfinished.failed("Nova keeps the service of %s: %s Confirm or revert what is being resized or migrated: openstack server migration list --host %s",
                    host.hostname(), refused.get(), host.hostname());
        }
    }

    /// A provider that its service left behind would stand in the way of the next host of this name.
    private static void remove(ComputeApi compute, PlacementApi placement, Provider leftover, Host host) throws OpenStackException, Unfinished {
        Optional<Hypervisor> owner = compute.hypervisor(leftover.uuid());
        if (owner.isPresent() && !owner.get().host().equals(host.hostname())) {
            return; // of another host that has our name in libvirt
        }
        Set<String> consumers = placement.consumers(leftover.uuid());
        if (!consumers.isEmpty()) {
            throw Unfinished.failed("Resource provider %s of %s is left with allocations of %s. If these servers are elsewhere or gone, run on a controller: nova-manage placement audit --delete --resource_provider %s",
                    leftover.uuid(), host.hostname(), consumers, leftover.uuid());
        }
        Optional<String> refused = placement.delete(leftover.uuid());
        if (refused.isPresent()) {
            throw Unfinished.failed("Placement keeps resource provider %s of %s: %s", leftover.uuid(), host.hostname(), refused.get());
        }
    }

    private static void requireSuitable(Host host) throws Unfinished {
        if (NOVAS_OWN_ZONES.contains(host.zone())) {
            throw Unfinished.failed("Zone '%s' is Nova's own. Put the pool of %s into a zone of another name.", host.zone(), host.hostname());
        }
        try {
            NovaConf.virtType(host);
        } catch (IllegalArgumentException e) {
            throw Unfinished.failed("%s", e.getMessage());
        }
    }

    /// An operator's own reason stays.
    private static void keepDisabled(ComputeApi compute, ComputeService service, String reason) throws OpenStackException {
        if (service.enabled() || DisabledReason.mayOverride(service.disabledReason()) && !service.disabledReason().equals(reason)) {
            compute.disable(service, reason);
        }
    }

    private void requireUp(Host host, ComputeService service) throws Unfinished {
        if (service.forcedDown()) {
            throw Unfinished.waiting("nova-compute of %s is forced down. When that is over: openstack compute service set --up %s nova-compute", host.hostname(), host.hostname());
        }
        if (!service.up()) {
            throw Unfinished.waiting("nova-compute of %s is down; it reported last at %s UTC. If this goes on, look at `journalctl -u %s` on the host.",
                    host.hostname(), service.updatedAt(), settings.host().service());
        }
    }

    private static Optional<Hypervisor> known(ComputeApi compute, Host host) throws OpenStackException {
        Optional<Hypervisor> byIdentity = compute.hypervisor(host.node()).filter(one -> one.host().equals(host.hostname()));
        return byIdentity.isPresent() ? byIdentity : compute.hypervisorOf(host.hostname());
    }

    /// @return with the node's UUID, if Nova can do that
    private Hypervisor hypervisor(ComputeApi compute, PlacementApi placement, Host host) throws OpenStackException, Unfinished {
        Optional<Hypervisor> ours = compute.hypervisor(host.node());
        if (ours.isPresent()) {
            if (!ours.get().host().equals(host.hostname())) {
                throw Unfinished.failed("Nova has node %s as host '%s' instead of '%s'. A host's name must not change: delete the old service, and image the host again.",
                        host.node(), ours.get().host(), host.hostname());
            }
            return ours.get();
        }
        Optional<Hypervisor> other = compute.hypervisorOf(host.hostname());
        if (other.isEmpty()) {
            boolean reported = placement.provider(host.node()).isPresent() || placement.provider(host.hostname()).isPresent();
            String what = reported ? "%s is not mapped to a cell yet" : "nova-compute of %s runs, but has reported no resources, or is not mapped to a cell yet";
            throw Unfinished.waiting(what + ". %s", host.hostname(), discovery.request());
        }
        if (compute.takesComputeId()) {
            throw Unfinished.failed("Nova has %s with the UUID %s instead of the node's, %s. nova-compute was first started without /etc/nova/compute_id, or is older than 2023.1: remove the host, and let it be imaged again.",
                    host.hostname(), other.get().uuid(), host.node());
        }
        return other.get();
    }

    private static void requireProvider(PlacementApi placement, Hypervisor hypervisor) throws OpenStackException, Unfinished {
        if (placement.provider(hypervisor.uuid()).isEmpty()) {
            throw Unfinished.waiting("Placement has no resource provider %s of %s yet. If this goes on, check [placement] of its nova.conf.", hypervisor.uuid(), hypervisor.host());
        }
        Map<String, Long> inventories = placement.inventories(hypervisor.uuid());
        String missing = NEEDED_INVENTORIES.stream().filter(wanted -> inventories.getOrDefault(wanted, 0L) == 0).sorted().collect(Collectors.joining(", "));
        // all of a host's CPUs may be dedicated ones
        if (!missing.isEmpty() && !(missing.equals("VCPU") && inventories.getOrDefault("PCPU", 0L) > 0)) {
            throw Unfinished.waiting("Resource provider %s of %s has no inventory of %s yet.", hypervisor.uuid(), hypervisor.host(), missing);
        }
    }

    /// The one of its zone, in which the host is when this returns.
    private static Aggregate aggregate(ComputeApi compute, Host host) throws OpenStackException, Unfinished {
        List<Aggregate> aggregates = compute.aggregates();
        for (Aggregate one : aggregates) {
            if (one.hosts().contains(host.hostname()) && !one.zone().isEmpty() && !one.zone().equals(host.zone())) {
                throw Unfinished.failed("%s is in aggregate '%s' of zone '%s', but its pool is in zone '%s', and Nova allows one. Take it out: openstack aggregate remove host %s %s",
                        host.hostname(), one.name(), one.zone(), host.zone(), one.name(), host.hostname());
            }
        }
        // those with more metadata are somebody's scheduling policy
        List<Aggregate> ofZone = aggregates.stream().filter(one -> one.zone().equals(host.zone())).toList();
        Optional<Aggregate> joined = ofZone.stream().filter(one -> one.hosts().contains(host.hostname())).findFirst();
        if (joined.isPresent()) {
            return joined.get();
        }
        Optional<Aggregate> chosen = ofZone.stream().filter(one -> one.name().equals(host.zone())).findFirst()
                .or(() -> ofZone.stream().filter(Aggregate::bare).min(Comparator.comparingLong(Aggregate::id)));
        if (chosen.isEmpty()) {
            if (aggregates.stream().anyMatch(one -> one.name().equals(host.zone()))) {
                throw Unfinished.failed("Nova has an aggregate '%s', but it is not of this zone. Give it the zone: openstack aggregate set --zone %s %s",
                        host.zone(), host.zone(), host.zone());
            }
            chosen = compute.createAggregate(host.zone(), host.zone());
            if (chosen.isEmpty()) {
                throw Unfinished.waiting("Somebody else makes aggregate '%s' at this moment.", host.zone());
            }
        }
        Optional<Answer> refused = compute.addHost(chosen.get(), host.hostname());
        if (refused.isPresent() && refused.get().status() == 404) {
            throw Unfinished.waiting("Nova does not put %s into aggregate '%s' yet: %s", host.hostname(), chosen.get().name(), refused.get().explanation());
        }
        if (refused.isPresent() && compute.aggregates().stream().noneMatch(one -> one.zone().equals(host.zone()) && one.hosts().contains(host.hostname()))) {
            throw Unfinished.failed("Nova does not put %s into aggregate '%s': %s", host.hostname(), chosen.get().name(), refused.get().explanation());
        }
        return chosen.get();
    }

    private interface Step {
        void run(ComputeApi compute, PlacementApi placement) throws OpenStackException, Unfinished;
    }

    private Progress step(Step step) {
        Deadline deadline = new Deadline(settings.stepTimeout(), settings.callTimeout());
        try {
            step.run(new ComputeApi(new ServiceClient(http, keystone, deadline, "compute", settings.access().computeEndpoint(), ComputeApi.MICROVERSION)),
                    new PlacementApi(new ServiceClient(http, keystone, deadline, "placement", settings.access().placementEndpoint(), PlacementApi.MICROVERSION)));
            return new Progress.Done();
        } catch (Unfinished unfinished) {
            return unfinished.progress();
        } catch (OpenStackException e) {
            return new Progress.Unavailable(e.getMessage()); // a password, a role, an address, a service: the same for every host
        }
    }
}
