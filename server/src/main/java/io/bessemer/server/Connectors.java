package io.bessemer.server;

import io.bessemer.api.door.Door;
import io.bessemer.api.door.Doors;
import io.bessemer.api.host.HostDoor;
import io.bessemer.conductor.Conductor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.SocketException;
import java.time.Clock;
import java.util.List;
import org.apache.catalina.connector.Connector;
import org.apache.coyote.AbstractProtocol;
import org.apache.tomcat.util.threads.VirtualThreadExecutor;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// Doors to one API: clients come by the first, ramdisk agents by one on each provisioning network, behind which `AgentPortFilter`
/// shows them only what is theirs.
@Configuration(proxyBeanMethods = false)
class Connectors {
    private static final int MAX_AGENT_CONNECTIONS = 20_000;
    /// connections that the kernel holds until they are accepted: a thousand machines may come in one moment
    private static final int BACKLOG = 4096;

    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> listenAddresses(ApiProperties api, AgentProperties agent, PxeProperties pxe,
            HostsProperties hosts, ServerProperties server, Conductor conductor, HostDoors hostDoors, ApiTls tls, Doors doors) {
        ListenAddress clients = api.address();
        List<ListenAddress> agents = agent.addresses(pxe);
        if (clients.port() == agent.port(pxe)) {
            throw new IllegalArgumentException(("bessemer.api.listen and bessemer.agent.listen both have port %d, by which agents are told from clients. "
                    + "Give one of them another port.").formatted(clients.port()));
        }
        if (hosts.port() == clients.port() || hosts.port() == agent.port(pxe)) {
            throw new IllegalArgumentException(("bessemer.hosts.port is %d, which bessemer.api.listen or bessemer.agent.listen has too; hosts are told from others by it. "
                    + "Give one of them another port.").formatted(hosts.port()));
        }
        return factory -> {
            factory.setAddress(clients.address());
            factory.setPort(clients.port());
            tls.secure(factory);
            factory.addConnectorCustomizers(connector -> ((AbstractProtocol<?>) connector.getProtocolHandler()).setAcceptCount(BACKLOG));
            factory.addAdditionalConnectors(agents.stream().map(listen -> door(listen, doors)).toArray(Connector[]::new));
            factory.addAdditionalConnectors(agents.stream().map(listen -> hostDoors.add(hostDoor(new ListenAddress(listen.address(), hosts.port()), server, conductor, doors)).connector())
                    .toArray(Connector[]::new));
        };
    }

    @Bean
    Doors doors(DoorProperties properties) {
        return new Doors(properties.settings());
    }

    @Bean
    ApiTls apiTls(ApiProperties api) {
        return new ApiTls(api.tls());
    }

    @Bean
    HostDoors hostDoors(Clock clock) {
        return new HostDoors(clock);
    }

    private static HostDoor hostDoor(ListenAddress listen, ServerProperties server, Conductor conductor, Doors doors) {
        requireFree("Hosts", listen, "set bessemer.hosts.port");
        return new HostDoor(listen.address(), listen.port(), conductor.hostService().authority(), List.of(Wiring.hostname(server)),
                () -> listen.address().isAnyLocalAddress() ? ownAddresses() : List.of(listen.address().getHostAddress()), doors);
    }

    private static List<String> ownAddresses() {
        try {
            return NetworkInterface.networkInterfaces().flatMap(NetworkInterface::inetAddresses).map(address -> address.getHostAddress().replaceFirst("%.*", "")).toList();
        } catch (SocketException e) {
            throw new IllegalStateException("this machine's addresses cannot be listed", e);
        }
    }

    private static Connector door(ListenAddress agents, Doors doors) {
        requireFree("Agents", agents, "set bessemer.agent.listen");
        Door protocol = doors.open();
        Connector door = new Connector(protocol);
        door.setPort(agents.port());
        protocol.setAddress(agents.address());
        protocol.setMaxConnections(MAX_AGENT_CONNECTIONS);
        protocol.setAcceptCount(BACKLOG);
        // Spring's own setting for virtual threads reaches the first connector only; long polls would use up platform threads
        protocol.setExecutor(new VirtualThreadExecutor("agent-"));
        return door;
    }

    /// Tomcat would say which port it cannot open, but neither on which address nor why.
    private static void requireFree(String who, ListenAddress at, String cure) {
        try (var socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(at.address(), at.port()));
        } catch (IOException e) {
            throw new IllegalArgumentException(("%s cannot be listened to at %s:%d: %s. Configure the interface with that address first, end what "
                    + "listens there, or %s.").formatted(who, at.address().getHostAddress(), at.port(), e.getMessage(), cure));
        }
    }
}
