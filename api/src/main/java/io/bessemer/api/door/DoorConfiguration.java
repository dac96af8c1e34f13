package io.bessemer.api.door;

import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// The first connector, which Spring makes, becomes a [Door]; others are made by [Doors#open].
@Configuration(proxyBeanMethods = false)
class DoorConfiguration {
    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> doorOfClients(Doors doors) {
        return factory -> {
            factory.setProtocol(Door.class.getName());
            factory.addConnectorCustomizers(connector -> {
                if (connector.getProtocolHandler() instanceof Door door) {
                    door.guard(doors);
                }
            });
            factory.addEngineValves(new PaceValve(doors));
        };
    }
}
