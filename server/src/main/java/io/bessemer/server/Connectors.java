package io.bessemer.server;

import org.apache.catalina.connector.Connector;
import org.apache.coyote.AbstractProtocol;
import org.apache.tomcat.util.threads.VirtualThreadExecutor;
import org.springframework.boot.tomcat.TomcatWebServerFactory;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// Two doors to one API: clients come by the first, ramdisk agents by the second, behind which `AgentPortFilter` shows them only
/// what is theirs.
@Configuration(proxyBeanMethods = false)
class Connectors {
    private static final int MAX_AGENT_CONNECTIONS = 20_000;

    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> listenAddresses(ApiProperties api, AgentProperties agent, PxeProperties pxe) {
        ListenAddress clients = api.address();
        ListenAddress agents = agent.address(pxe);
        return factory -> {
            factory.setAddress(clients.address());
            factory.setPort(clients.port());
            Connector door = new Connector(TomcatWebServerFactory.DEFAULT_PROTOCOL);
            door.setPort(agents.port());
            AbstractProtocol<?> protocol = (AbstractProtocol<?>) door.getProtocolHandler();
            protocol.setAddress(agents.address());
            protocol.setMaxConnections(MAX_AGENT_CONNECTIONS);
            // Spring's own setting for virtual threads reaches the first connector only; long polls would use up platform threads
            protocol.setExecutor(new VirtualThreadExecutor("agent-"));
            factory.addAdditionalConnectors(door);
        };
    }
}
