package io.bessemer.server;

import io.bessemer.api.ApiConfiguration;
import io.bessemer.api.ConductorDirectory;
import io.bessemer.api.Drivers;
import io.bessemer.api.agent.AgentPortFilter;
import io.bessemer.api.door.Doors;
import io.bessemer.api.event.EventSettings;
import io.bessemer.api.host.HostPortFilter;
import io.bessemer.api.identity.Authentication;
import io.bessemer.conductor.AgentService;
import io.bessemer.conductor.Conductor;
import io.bessemer.conductor.IronicRamdisk;
import io.bessemer.conductor.NodeHardware;
import io.bessemer.conductor.NodeService;
import io.bessemer.conductor.PoolService;
import io.bessemer.conductor.allocation.AllocationService;
import io.bessemer.conductor.console.Consoles;
import io.bessemer.conductor.engine.DbSchedulerQueue;
import io.bessemer.conductor.pool.GuestService;
import io.bessemer.conductor.pool.HostService;
import io.bessemer.conductor.pool.Reconciler;
import io.bessemer.core.allocation.AllocationStore;
import io.bessemer.core.event.SinkStore;
import io.bessemer.core.event.WebhookStore;
import io.bessemer.core.image.ImageLibrary;
import io.bessemer.core.node.ChassisStore;
import io.bessemer.core.node.NodeStore;
import io.bessemer.core.node.PortStore;
import io.bessemer.core.node.PortgroupStore;
import io.bessemer.core.node.VifStore;
import io.bessemer.core.plan.Plans;
import io.bessemer.core.pool.Cloud;
import io.bessemer.core.pool.HypervisorKind;
import io.bessemer.core.pool.HypervisorStore;
import io.bessemer.core.pool.PoolStore;
import io.bessemer.core.timeline.TimelineStore;
import io.bessemer.core.volume.VolumeStore;
import io.bessemer.db.Database;
import io.bessemer.db.DatabaseSettings;
import io.bessemer.images.ImageDirectory;
import io.bessemer.images.IsoConfigDrive;
import io.bessemer.ipmi.IpmiHardwareType;
import io.bessemer.notifications.EventFeed;
import io.bessemer.notifications.Relay;
import io.bessemer.notifications.RelayPace;
import io.bessemer.notifications.Sink;
import io.bessemer.notifications.ironic.RabbitSink;
import io.bessemer.nova.NovaCloud;
import io.bessemer.nova.NovaSettings;
import io.bessemer.plain.FakeHardwareType;
import io.bessemer.redfish.RedfishHardwareType;
import io.bessemer.server.metrics.PrometheusMetrics;
import io.bessemer.server.metrics.RequestTimes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.Ordered;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/// Puts the rooms together. Spring closes what it made in reverse order.
@Configuration(proxyBeanMethods = false)
@Import(ApiConfiguration.class)
class Wiring {
    /// db-scheduler's: a conductor that misses four is dead. Each flow that runs has one of its own, a commit each, so that 500 take a database some seconds.
    private static final Duration HEARTBEAT = Duration.ofSeconds(5);
    private static final Duration SWEEP = Duration.ofSeconds(10);
    private static final int PARALLEL_FLOWS = 500;

    @Bean
    Authentication authentication(ApiProperties api, Clock clock) {
        return api.authentication(clock);
    }

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }

    @Bean
    Database database(DatabaseProperties properties, ServerProperties server, Clock clock) {
        try {
            Files.createDirectories(server.dataDir());
        } catch (IOException e) {
            throw new UncheckedIOException("bessemer.data-dir is '%s', which cannot be made".formatted(server.dataDir()), e);
        }
        return Database.open(new DatabaseSettings(properties.url(), properties.user(), properties.password(), properties.poolSize(),
                properties.keepFree().toBytes()),
                server.dataDir(), clock);
    }

    @Bean
    NodeStore nodeStore(Database database) {
        return database.nodes();
    }

    @Bean
    PortgroupStore portgroupStore(Database database) {
        return database.portgroups();
    }

    @Bean
    VifStore vifStore(Database database) {
        return database.vifs();
    }

    @Bean
    VolumeStore volumeStore(Database database) {
        return database.volumes();
    }

    @Bean
    ChassisStore chassisStore(Database database) {
        return database.chassis();
    }

    @Bean
    AllocationStore allocationStore(Database database) {
        return database.allocations();
    }

    @Bean
    Plans plans(Database database) {
        return database.plans();
    }

    @Bean
    PortStore portStore(Database database) {
        return database.ports();
    }

    @Bean
    TimelineStore timelineStore(Database database) {
        return database.timeline();
    }

    @Bean
    IpmiHardwareType ipmi(IpmiProperties properties) {
        return new IpmiHardwareType(properties.settings());
    }

    @Bean
    RedfishHardwareType redfish(RedfishProperties properties) {
        return new RedfishHardwareType(properties.settings());
    }

    @Bean
    Drivers drivers(ServerProperties server, IpmiHardwareType ipmi, RedfishHardwareType redfish, FakeHardwareProperties fake) {
        return new Drivers(HardwareTypes.load(server.dataDir().resolve("plugins"), List.of(ipmi, redfish, new FakeHardwareType(fake.settings()))));
    }

    @Bean
    ImageDirectory imageDirectory(ServerProperties server, ImageProperties properties) {
        return new ImageDirectory(properties.settings(server.imagesDirectory()));
    }

    @Bean
    LowSpaceWatch lowSpaceWatch(ServerProperties server) throws IOException {
        return new LowSpaceWatch(server.dataDir(), server.lowSpace().toBytes());
    }

    @Bean
    DbSchedulerQueue flowQueue(Database database, ServerProperties server, Clock clock) {
        DbSchedulerQueue queue = new DbSchedulerQueue(database.dataSource(), hostname(server), clock, HEARTBEAT, SWEEP, PARALLEL_FLOWS);
        database.flowQueue(queue);
        return queue;
    }

    @Bean
    Conductor conductor(Database database, Drivers drivers, ImageLibrary images, DbSchedulerQueue queue, ConductorProperties properties,
            ServerProperties server, AgentProperties agent, PxeProperties pxe, HostsProperties hosts, ConsoleProperties console, Map<String, Cloud> clouds, Clock clock) {
        Conductor.Stores stores = new Conductor.Stores(database.nodes(), database.ports(), database.flows(), database.agents(), database.timeline(),
                database.pools(), database.hypervisors(), database.authority(), database.guests(), database.allocations(), database.plans(), database.vifs());
        Conductor conductor = new Conductor(stores, drivers.byName(), images, new IsoConfigDrive(),
                properties.settings(hostname(server), agent.url(pxe)), hosts.settings(server, pxe), clouds, console.settings(server), clock, queue);
        database.whenRoomIsBack(conductor::deafUntilNow);
        return conductor;
    }

    @Bean
    NodeService nodeService(Conductor conductor) {
        return conductor.nodeService();
    }

    @Bean
    NodeHardware nodeHardware(Conductor conductor) {
        return conductor.nodeHardware();
    }

    @Bean
    Consoles consoles(Conductor conductor) {
        return conductor.consoles();
    }

    @Bean
    IronicRamdisk ironicRamdisk(Conductor conductor) {
        return conductor.ironicRamdisk();
    }

    @Bean
    AgentService agentService(Conductor conductor) {
        return conductor.agentService();
    }

    @Bean
    PoolService poolService(Conductor conductor) {
        return conductor.poolService();
    }

    @Bean
    HypervisorKind.Known hypervisorKinds(HostsProperties hosts) {
        return HypervisorKind.Known.with(hosts.hypervisors());
    }

    @Bean
    GuestService guestService(Conductor conductor) {
        return conductor.guestService();
    }

    @Bean
    AllocationService allocationService(Conductor conductor) {
        return conductor.allocationService();
    }

    @Bean
    PoolStore poolStore(Database database) {
        return database.pools();
    }

    @Bean
    HypervisorStore hypervisorStore(Database database) {
        return database.hypervisors();
    }

    @Bean
    ConductorDirectory conductorDirectory(ServerProperties server, Drivers drivers, Clock clock) {
        Instant started = clock.instant();
        List<String> names = List.copyOf(drivers.byName().keySet());
        return () -> List.of(new ConductorDirectory.Conductor(hostname(server), "", true, names, started, clock.instant()));
    }

    @Bean
    FilterRegistrationBean<AgentPortFilter> agentPortFilter(AgentProperties agent, PxeProperties pxe) {
        FilterRegistrationBean<AgentPortFilter> registration = new FilterRegistrationBean<>(new AgentPortFilter(agent.port(pxe)));
        registration.setOrder(Ordered.HIGHEST_PRECEDENCE);
        return registration;
    }

    @Bean
    WebhookStore webhookStore(Database database) {
        return database.webhooks();
    }

    @Bean
    SinkStore sinkStore(Database database) {
        return database.sinks();
    }

    @Bean
    EventSettings eventSettings(EventProperties events) {
        return events.settings();
    }

    @Bean
    EventFeed eventFeed(Database database, EventProperties events, Clock clock) {
        return new EventFeed(database.events(), events.keepMost(), events.keepFor(), clock);
    }

    @Bean
    Relay eventRelay(EventFeed feed, Database database, NotificationProperties notifications, ServerProperties server, Clock clock) {
        return new Relay(feed, database.webhooks(), database.sinks(), notifications.settings(hostname(server)).<Supplier<Sink>>map(settings -> () -> new RabbitSink(settings)),
                hostname(server), RelayPace.USUAL, clock);
    }

    @Bean
    EventServers eventServers(EventFeed feed, Relay relay) {
        return new EventServers(feed, relay);
    }

    @Bean
    Reconciler reconciler(Conductor conductor) {
        return conductor.reconciler();
    }

    @Bean
    HostService hostService(Conductor conductor) {
        return conductor.hostService();
    }

    @Bean
    FilterRegistrationBean<HostPortFilter> hostPortFilter(HostsProperties hosts) {
        FilterRegistrationBean<HostPortFilter> registration = new FilterRegistrationBean<>(new HostPortFilter(hosts.port()));
        registration.setOrder(Ordered.HIGHEST_PRECEDENCE);
        return registration;
    }

    @Bean
    BootServers bootServers(PxeProperties pxe, ServerProperties server, ImageProperties images, DoorProperties doors, Conductor conductor, Database database, Clock clock) {
        return new BootServers(pxe, server, images, doors.settings().visitors(), conductor, database, clock);
    }

    @Bean
    PrometheusMetrics metrics(Database database, Conductor conductor, IpmiHardwareType ipmi, BootServers bootServers, Doors doors) {
        return new PrometheusMetrics(database.nodes(), conductor.powerSync(), Map.of("ipmi", ipmi::counters, "boot", bootServers::counters, "door", doors::counters));
    }

    @Bean
    WebMvcConfigurer requestTimes(PrometheusMetrics metrics) {
        return new WebMvcConfigurer() {
            @Override
            public void addInterceptors(InterceptorRegistry registry) {
                registry.addInterceptor(new RequestTimes(metrics)).order(Ordered.HIGHEST_PRECEDENCE);
            }
        };
    }

    /// By the names that profiles use.
    @Bean
    Map<String, Cloud> clouds(CloudProperties properties, Clock clock) {
        return properties.settings().stream().collect(Collectors.toUnmodifiableMap(NovaSettings::name, settings -> new NovaCloud(settings, clock)));
    }

    static String hostname(ServerProperties server) {
        if (!server.hostname().isEmpty()) {
            return server.hostname();
        }
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException unnamed) {
            return "bessemer";
        }
    }
}
