package io.bessemer.conductor;

import io.bessemer.conductor.allocation.AllocationService;
import io.bessemer.conductor.configdrive.ConfigDrives;
import io.bessemer.conductor.console.ConsoleSettings;
import io.bessemer.conductor.console.Consoles;
import io.bessemer.conductor.engine.DbSchedulerQueue;
import io.bessemer.conductor.engine.Doorbell;
import io.bessemer.conductor.engine.FlowRunner;
import io.bessemer.conductor.engine.FlowWaker;
import io.bessemer.conductor.flow.Flows;
import io.bessemer.conductor.flow.Tools;
import io.bessemer.conductor.pool.CertificateAuthority;
import io.bessemer.conductor.pool.GuestService;
import io.bessemer.conductor.pool.HostService;
import io.bessemer.conductor.pool.HostSettings;
import io.bessemer.conductor.pool.Reconciler;
import io.bessemer.conductor.power.PowerSync;
import io.bessemer.core.agent.AgentStore;
import io.bessemer.core.allocation.AllocationStore;
import io.bessemer.core.driver.HardwareType;
import io.bessemer.core.flow.FlowStore;
import io.bessemer.core.image.ConfigDriveWriter;
import io.bessemer.core.image.ImageLibrary;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.node.NodeStore;
import io.bessemer.core.node.PortStore;
import io.bessemer.core.node.VifStore;
import io.bessemer.core.plan.Plans;
import io.bessemer.core.pool.AuthorityStore;
import io.bessemer.core.pool.Cloud;
import io.bessemer.core.pool.GuestStore;
import io.bessemer.core.pool.HypervisorStore;
import io.bessemer.core.pool.PoolStore;
import io.bessemer.core.timeline.TimelineStore;
import io.bessemer.pxe.BootDirectory;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// Puts the lifecycle engine together.
///
/// A server makes the [DbSchedulerQueue] first (its stores call it in every commit that starts a flow), then the stores, then this,
/// and calls [#start]. A test may pass any waker and run flows by hand with [#run].
public final class Conductor implements AutoCloseable {
    private final FlowRunner runner;
    private final NodeService nodeService;
    private final NodeHardware nodeHardware;
    private final PasswordRotation passwordRotation;
    private final AgentService agentService;
    private final IronicRamdisk ironicRamdisk;
    private final PoolService poolService;
    private final HostService hostService;
    private final Reconciler reconciler;
    private final GuestService guestService;
    private final AllocationService allocationService;
    private final RamdiskDirectory directory;
    private final PowerSync powerSync;
    private final Consoles consoles;
    private final FlowWaker waker;
    /// an answer from a cloud may take minutes; nobody interrupts it, as an interrupt that meets H2 at its file closes the database
    private final ExecutorService callers = Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("cloud-", 0).factory());

    public Conductor(Stores stores, Map<String, HardwareType> drivers, ImageLibrary images, ConfigDriveWriter configDriveWriter,
            ConductorSettings settings, Clock clock, FlowWaker waker) {
        this(stores, drivers, images, configDriveWriter, settings, HostSettings.defaults(), Map.of(), ConsoleSettings.off(), clock, waker);
    }

    /// @param clouds that hosts may join, by the names that profiles use
    public Conductor(Stores stores, Map<String, HardwareType> drivers, ImageLibrary images, ConfigDriveWriter configDriveWriter,
            ConductorSettings settings, HostSettings hostSettings, Map<String, Cloud> clouds, ConsoleSettings consoleSettings, Clock clock, FlowWaker waker) {
        Doorbell doorbell = new Doorbell();
        Runnable ring = waker instanceof DbSchedulerQueue queue ? queue::wakePools : () -> {};
        this.hostService = new HostService(stores.pools, stores.hypervisors, stores.nodes, stores.timelines, new CertificateAuthority(stores.authority, clock), clouds,
                Optional.of(stores.guests), ring, clock, hostSettings);
        ConfigDrives configDrives = new ConfigDrives(configDriveWriter, hostService);
        Flows book = new Flows(new Tools(stores.nodes, stores.ports, stores.vifs, stores.flows, stores.agents, stores.timelines, images, configDrives, doorbell, stores.plans,
                settings), waker);
        Drivers types = new Drivers(drivers);
        this.waker = waker;
        this.consoles = new Consoles(stores.nodes, stores.flows, drivers, consoleSettings, settings.hostname(), clock);
        this.runner = new FlowRunner(stores.nodes, stores.flows, book, drivers, clock, settings.hostname(), settings.maxRetries(),
                List.of(consoles, new BmcWitness(stores.nodes, stores.timelines, types, clock, callers)));
        this.nodeService = new NodeService(stores.nodes, stores.flows, stores.agents, stores.hypervisors, types, new ProvisionVerbs(types, configDrives, stores.plans, settings),
                new Explainer(stores.nodes, stores.flows, stores.agents, stores.timelines, stores.hypervisors, consoles, clock), runner, waker, clock, settings);
        this.passwordRotation = new PasswordRotation(stores.nodes, types, clock, settings.hostname());
        this.nodeHardware = new NodeHardware(nodeService, new NodeChanges(stores.nodes), stores.flows, types, consoles, clock, settings, passwordRotation);
        this.agentService = new AgentService(stores.nodes, stores.ports, stores.flows, stores.agents, stores.timelines, configDrives, doorbell, waker,
                ring, clock, settings);
        this.ironicRamdisk = new IronicRamdisk(stores.nodes, stores.ports, stores.flows, stores.agents, waker, clock);
        this.poolService = new PoolService(stores.pools, stores.hypervisors, clock, () -> {
            ring.run();
            hostService.ringAll();
        });
        this.reconciler = Reconciler.of(stores.pools, stores.hypervisors, stores.nodes, stores.timelines, stores.guests, nodeService, hostService.orders(), clouds,
                callers, ring, hostService, clock, hostService::obstacle);
        this.guestService = new GuestService(stores.guests, stores.hypervisors, stores.pools, stores.nodes, clock, node -> {
            ring.run();
            hostService.ring(node);
        });
        this.allocationService = new AllocationService(stores.allocations, stores.nodes, stores.hypervisors, ring, clock, settings.hostname());
        this.directory = new RamdiskDirectory(stores.nodes, stores.ports, stores.flows, stores.agents, stores.timelines, agentService, waker, clock,
                settings);
        this.powerSync = new PowerSync(stores.nodes, stores.flows, drivers, settings.power(), settings.hostname(), clock);
    }

    /// Begins to execute flows, those that a dead process left behind too, and to sync power.
    public void start() {
        directory.start();
        consoles.start();
        if (waker instanceof DbSchedulerQueue queue) {
            queue.start(this::run, this::lookAround);
        }
        powerSync.start();
        passwordRotation.start();
    }

    /// What one conductor does for all, every few seconds and when it is rung for.
    private void lookAround() {
        allocationService.pass();
        reconciler.pass();
    }

    /// Lets running steps end, for some seconds; what is left goes on in the next process.
    @Override
    public void close() {
        passwordRotation.close();
        powerSync.close();
        if (waker instanceof DbSchedulerQueue queue) {
            queue.close();
        }
        consoles.close();
        callers.shutdown(); // after the passes that call
        directory.close();
        agentService.close();
        hostService.close();
    }

    /// The stores took nothing for a while: silence until now is not held against agents.
    public void deafUntilNow() {
        runner.deafUntilNow();
        reconciler.deafUntilNow();
    }

    /// Runs a node's flow on the calling thread until it must wait.
    ///
    /// @return when to run it again, empty when it has none any more
    public Optional<Instant> run(NodeId node) {
        return runner.run(node);
    }

    /// Stores what boot servers observed so far. A started conductor does so by itself.
    public void drainObservations() {
        directory.drain();
    }

    public NodeService nodeService() {
        return nodeService;
    }

    public NodeHardware nodeHardware() {
        return nodeHardware;
    }

    public Consoles consoles() {
        return consoles;
    }

    public AgentService agentService() {
        return agentService;
    }

    public IronicRamdisk ironicRamdisk() {
        return ironicRamdisk;
    }

    public PoolService poolService() {
        return poolService;
    }

    public HostService hostService() {
        return hostService;
    }

    public GuestService guestService() {
        return guestService;
    }

    public AllocationService allocationService() {
        return allocationService;
    }

    public Reconciler reconciler() {
        return reconciler;
    }

    /// Observations of the boot servers that are on no timeline, as more came than the database took.
    public long lostObservations() {
        return directory.lost();
    }

    public BootDirectory bootDirectory() {
        return directory;
    }

    public PowerSync powerSync() {
        return powerSync;
    }

    /// Where everything is kept.
    public record Stores(NodeStore nodes, PortStore ports, FlowStore flows, AgentStore agents, TimelineStore timelines, PoolStore pools,
            HypervisorStore hypervisors, AuthorityStore authority, GuestStore guests, AllocationStore allocations, Plans plans, VifStore vifs) {}
}
