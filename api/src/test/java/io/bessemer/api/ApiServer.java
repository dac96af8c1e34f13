package io.bessemer.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.api.agent.AgentPortFilter;
import io.bessemer.api.door.Door;
import io.bessemer.api.door.DoorSettings;
import io.bessemer.api.door.Doors;
import io.bessemer.api.event.EventSettings;
import io.bessemer.api.host.HostDoor;
import io.bessemer.api.host.HostPortFilter;
import io.bessemer.api.identity.Authentication;
import io.bessemer.api.metrics.Metrics;
import io.bessemer.conductor.AgentService;
import io.bessemer.conductor.AgentUrl;
import io.bessemer.conductor.Conductor;
import io.bessemer.conductor.ConductorSettings;
import io.bessemer.conductor.IronicRamdisk;
import io.bessemer.conductor.NodeHardware;
import io.bessemer.conductor.NodeService;
import io.bessemer.conductor.PoolService;
import io.bessemer.conductor.allocation.AllocationService;
import io.bessemer.conductor.console.ConsoleSettings;
import io.bessemer.conductor.console.Consoles;
import io.bessemer.conductor.engine.DbSchedulerQueue;
import io.bessemer.conductor.pool.AgentArchives;
import io.bessemer.conductor.pool.GuestService;
import io.bessemer.conductor.pool.HostService;
import io.bessemer.conductor.pool.HostSettings;
import io.bessemer.conductor.pool.Reconciler;
import io.bessemer.core.allocation.AllocationStore;
import io.bessemer.core.driver.HardwareType;
import io.bessemer.core.event.SinkStore;
import io.bessemer.core.event.WebhookStore;
import io.bessemer.core.fault.Failure;
import io.bessemer.core.image.ImageLibrary;
import io.bessemer.core.lifecycle.ProvisionState;
import io.bessemer.core.node.ChassisStore;
import io.bessemer.core.node.Node;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.node.NodeStore;
import io.bessemer.core.node.Port;
import io.bessemer.core.node.PortStore;
import io.bessemer.core.node.PortgroupStore;
import io.bessemer.core.node.PowerState;
import io.bessemer.core.node.VifStore;
import io.bessemer.core.plan.Plans;
import io.bessemer.core.pool.HypervisorKind;
import io.bessemer.core.pool.HypervisorStore;
import io.bessemer.core.pool.PoolStore;
import io.bessemer.core.timeline.TimelineStore;
import io.bessemer.core.volume.VolumeStore;
import io.bessemer.db.Database;
import io.bessemer.db.DatabaseSettings;
import io.bessemer.notifications.EventFeed;
import io.bessemer.notifications.Relay;
import io.bessemer.notifications.RelayPace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.catalina.connector.Connector;
import org.apache.tomcat.util.threads.VirtualThreadExecutor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Import;
import org.springframework.context.support.GenericApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The API on a real Tomcat, with a real conductor and a real H2 database; only the machines, the image and the config drive's ISO
/// are pretended.
final class ApiServer implements AutoCloseable {
    static final long KEPT_EVENTS = 100_000;
    static final JsonMapper JSON = new JsonMapper();

    final Database database;
    final Conductor conductor;
    final PretendHardware hardware = new PretendHardware();
    final int port;
    final int agentPort;
    final int hostPort;
    final HostDoor hostDoor;
    final Doors doors;
    final EventFeed events;
    private final Relay relay;
    private final ConfigurableApplicationContext context;
    private final HttpClient http = HttpClient.newHttpClient();

    private ApiServer(Path directory, Authentication authentication, DoorSettings patience) {
        doors = new Doors(patience);
        Clock clock = Clock.systemUTC();
        database = Database.open(DatabaseSettings.embedded(), directory, clock);
        Map<String, HardwareType> drivers = Map.of("fake-hardware", hardware);
        agentPort = freePort();
        hostPort = freePort();
        DbSchedulerQueue queue = new DbSchedulerQueue(database.dataSource(), "test-conductor", clock, Duration.ofSeconds(5), Duration.ofSeconds(5), 10);
        database.flowQueue(queue);
        conductor = new Conductor(new Conductor.Stores(database.nodes(), database.ports(), database.flows(), database.agents(), database.timeline(),
                database.pools(), database.hypervisors(), database.authority(), database.guests(), database.allocations(), database.plans(), database.vifs()), drivers,
                new OneImage(), files -> files.get("openstack/latest/meta_data.json"),
                ConductorSettings.defaults("test-conductor", new AgentUrl.WhereItBooted(agentPort)),
                new HostSettings(hostPort, Duration.ofHours(24), Duration.ofDays(30), Duration.ofSeconds(10), Duration.ofSeconds(25), AgentArchives.NONE), Map.of(), ConsoleSettings.in(directory.resolve("consoles")), clock, queue);
        hostDoor = new HostDoor(InetAddress.getLoopbackAddress(), hostPort, conductor.hostService().authority(), List.of("localhost"), () -> List.of("127.0.0.1"), doors);
        events = new EventFeed(database.events(), KEPT_EVENTS, Duration.ofDays(1), clock);
        relay = new Relay(events, database.webhooks(), database.sinks(), Optional.empty(), "test-conductor", RelayPace.USUAL, clock);
        events.start();
        relay.start();
        SpringApplication application = new SpringApplication(Wiring.class);
        application.setDefaultProperties(Map.of("server.port", "0", "server.address", "127.0.0.1", "spring.threads.virtual.enabled", "true",
                "spring.main.banner-mode", "off", "logging.level.root", "warn", "spring.jmx.enabled", "false"));
        application.addInitializers(initial -> {
            GenericApplicationContext beans = (GenericApplicationContext) initial;
            beans.registerBean(NodeStore.class, database::nodes);
            beans.registerBean(PortStore.class, database::ports);
            beans.registerBean(ChassisStore.class, database::chassis);
            beans.registerBean(AllocationStore.class, database::allocations);
            beans.registerBean(Plans.class, database::plans);
            beans.registerBean(AllocationService.class, conductor::allocationService);
            beans.registerBean(PortgroupStore.class, database::portgroups);
            beans.registerBean(VifStore.class, database::vifs);
            beans.registerBean(VolumeStore.class, database::volumes);
            beans.registerBean(TimelineStore.class, database::timeline);
            beans.registerBean(NodeService.class, conductor::nodeService);
            beans.registerBean(NodeHardware.class, conductor::nodeHardware);
            beans.registerBean(Consoles.class, conductor::consoles);
            beans.registerBean(EventFeed.class, () -> events);
            beans.registerBean(Relay.class, () -> relay);
            beans.registerBean(EventSettings.class, () -> new EventSettings(3, Duration.ofMillis(200), Duration.ofHours(1), Duration.ofSeconds(2)));
            beans.registerBean(WebhookStore.class, database::webhooks);
            beans.registerBean(SinkStore.class, database::sinks);
            beans.registerBean(PoolStore.class, database::pools);
            beans.registerBean(HypervisorStore.class, database::hypervisors);
            beans.registerBean(PoolService.class, conductor::poolService);
            beans.registerBean(HypervisorKind.Known.class, () -> HypervisorKind.Known.with(List.of("ch")));
            beans.registerBean(GuestService.class, conductor::guestService);
            beans.registerBean(AgentService.class, conductor::agentService);
            beans.registerBean(IronicRamdisk.class, conductor::ironicRamdisk);
            beans.registerBean(HostService.class, conductor::hostService);
            beans.registerBean(Reconciler.class, conductor::reconciler);
            beans.registerBean("hostConnector", HostConnector.class, () -> new HostConnector(hostDoor));
            beans.registerBean("hostPortFilter", HostFilterRegistration.class, () -> new HostFilterRegistration(new HostPortFilter(hostPort)));
            beans.registerBean(Drivers.class, () -> new Drivers(drivers));
            beans.registerBean(Authentication.class, () -> authentication);
            beans.registerBean(Clock.class, () -> clock);
            beans.registerBean(Metrics.class, () -> () -> "bessemer_nodes 0\n");
            beans.registerBean(ConductorDirectory.class, () -> () -> List.of(
                    new ConductorDirectory.Conductor("test-conductor", "", true, List.of("fake-hardware"), Instant.EPOCH, null)));
            beans.registerBean("agentConnector", AgentConnector.class, () -> new AgentConnector(agentPort, doors));
            beans.registerBean(Doors.class, () -> doors);
            beans.registerBean("agentPortFilter", AgentFilterRegistration.class, () -> new AgentFilterRegistration(new AgentPortFilter(agentPort)));
        });
        context = application.run();
        port = ((WebServerApplicationContext) context).getWebServer().getPort();
        hardware.plugIn(this);
    }

    /// What a boot script would have told the machine.
    Optional<PretendAgent> bootFromNetwork(NodeId node) {
        return database.ports().ofNode(node).stream().findFirst().map(Port::address)
                .flatMap(mac -> conductor.bootDirectory().ramdisk(mac, URI.create("http://127.0.0.1:8088")).map(boot -> new PretendAgent(this, node, mac.value(), boot.attempt(),
                        boot.kernelArguments().stream().filter(argument -> argument.startsWith("bessemer.token=")).findFirst().orElseThrow()
                                .substring("bessemer.token=".length()))));
    }

    /// Waits for a node's provision state; fails with what it saw instead.
    Node await(String ident, ProvisionState state) throws InterruptedException {
        Instant deadline = Instant.now().plusSeconds(60);
        while (true) {
            Node node = NodeId.parse(ident).flatMap(database.nodes()::find).or(() -> database.nodes().findByName(ident)).orElseThrow();
            if (node.provisionState() == state) {
                return node;
            }
            if (Instant.now().isAfter(deadline)) {
                throw new AssertionError("node %s is not '%s' but '%s' after 60 s; last error: %s"
                        .formatted(ident, state.wire(), node.provisionState().wire(), node.lastError()));
            }
            Thread.sleep(20);
        }
    }

    static ApiServer start(Path directory) {
        return start(directory, new Authentication.None());
    }

    static ApiServer start(Path directory, Authentication authentication) {
        return start(directory, authentication, DoorSettings.defaults());
    }

    static ApiServer start(Path directory, Authentication authentication, DoorSettings patience) {
        ApiServer server = new ApiServer(directory, authentication, patience);
        server.conductor.start();
        return server;
    }

    /// Its conductor is never started: wishes are stored, and nobody acts on them.
    static ApiServer idle(Path directory) {
        return new ApiServer(directory, new Authentication.None(), DoorSettings.defaults());
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Waits until a power change is over.
    void awaitPower(String name, PowerState state) throws InterruptedException {
        Instant deadline = Instant.now().plusSeconds(60);
        while (true) {
            Node node = database.nodes().findByName(name).orElseThrow();
            if (node.powerState() == state && node.targetPowerState() == null && database.flows().find(node.id()).isEmpty()) {
                return;
            }
            if (Instant.now().isAfter(deadline)) {
                throw new AssertionError("node %s has power %s, not %s, after 60 s; last error: %s".formatted(name, node.powerState(), state, node.lastError()));
            }
            Thread.sleep(20);
        }
    }

    String url() {
        return "http://127.0.0.1:" + port;
    }

    String agentUrl() {
        return "http://127.0.0.1:" + agentPort;
    }

    /// One request at API version 1.115, the newest.
    Answer send(String method, String path, String body, String... headers) {
        return sendTo(url() + path, method, body, headers);
    }

    /// By the newest version.
    void provision(String name, String body) {
        Answer answer = send("PUT", "/v1/nodes/" + name + "/states/provision", body);
        assertThat(answer.status()).as(answer.response().body()).isEqualTo(202);
    }

    Answer sendTo(String url, String method, String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url)).timeout(Duration.ofSeconds(30))
                .header("X-OpenStack-Ironic-API-Version", "1.115")
                .method(method, body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        if (body != null) {
            request.header("Content-Type", "application/json");
        }
        for (int i = 0; i < headers.length; i += 2) {
            request.setHeader(headers[i], headers[i + 1]);
        }
        try {
            return new Answer(http.send(request.build(), HttpResponse.BodyHandlers.ofString()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    Answer get(String path, String... headers) {
        return send("GET", path, null, headers);
    }

    @Override
    public void close() {
        conductor.close();
        events.close();
        relay.close();
        context.close();
        http.close();
        database.close();
    }

    record Answer(HttpResponse<String> response) {
        int status() {
            return response.statusCode();
        }

        JsonNode json() {
            return JSON.readTree(response.body());
        }

        String header(String name) {
            return response.headers().firstValue(name).orElse(null);
        }

        /// Unpacks Ironic's error body.
        String fault() {
            return JSON.readTree(json().get("error_message").asString()).get("faultstring").asString();
        }
    }

    /// Any name is an image that is there.
    private static final class OneImage implements ImageLibrary {
        @Override
        public ImageStatus request(ImageSource source) {
            return new ImageStatus.Ready(find(source.source()).orElseThrow());
        }

        @Override
        public ImageStatus requestFile(ImageSource source) {
            return request(source);
        }
    
        @Override
        public BootParts bootParts(String source) {
            throw new Failure.Missing("instance_info/boot_iso", "There is no Glance here.");
        }
    
        @Override
        public List<ImageInfo> list() {
            return List.of();
        }

        @Override
        public Optional<ImageInfo> find(String name) {
            return Optional.of(new ImageInfo("0".repeat(32), name, 1 << 20, 1 << 20, 1 << 19, "raw", "0".repeat(64)));
        }
    }

    @SpringBootConfiguration
    @EnableAutoConfiguration
    @Import(ApiConfiguration.class)
    static class Wiring {
    }

    private static final class AgentFilterRegistration extends FilterRegistrationBean<AgentPortFilter> {
        AgentFilterRegistration(AgentPortFilter filter) {
            super(filter);
            setOrder(0);
        }
    }

    private record AgentConnector(int port, Doors doors) implements WebServerFactoryCustomizer<TomcatServletWebServerFactory> {
        @Override
        public void customize(TomcatServletWebServerFactory factory) {
            Door protocol = doors.open();
            Connector connector = new Connector(protocol);
            connector.setPort(port);
            protocol.setAddress(InetAddress.getLoopbackAddress());
            protocol.setExecutor(new VirtualThreadExecutor("agent-"));
            factory.addAdditionalConnectors(connector);
        }
    }

    private static final class HostFilterRegistration extends FilterRegistrationBean<HostPortFilter> {
        HostFilterRegistration(HostPortFilter filter) {
            super(filter);
            setOrder(0);
        }
    }

    private record HostConnector(HostDoor door) implements WebServerFactoryCustomizer<TomcatServletWebServerFactory> {
        @Override
        public void customize(TomcatServletWebServerFactory factory) {
            factory.addAdditionalConnectors(door.connector());
        }
    }
}
