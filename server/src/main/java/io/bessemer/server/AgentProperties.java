package io.bessemer.server;

import io.bessemer.conductor.AgentUrl;
import java.net.InetAddress;
import java.net.URI;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/// `bessemer.agent.*`: where ramdisk agents reach their part of the API.
///
/// @param listen ADDR:PORT that every provisioning network has a route to; empty for port 6386 of each PXE interface, 0.0.0.0:PORT for another port
@Validated
@ConfigurationProperties("bessemer.agent")
public record AgentProperties(@DefaultValue("") String listen) implements CheckedSettings {
    private static final int DEFAULT_PORT = 6386;

    @Override
    public void check() {
        if (!listen.isEmpty()) {
            ListenAddress.parse("bessemer.agent.listen", listen);
        }
    }

    /// All with the same port.
    List<ListenAddress> addresses(PxeProperties pxe) {
        if (!listen.isEmpty()) {
            return List.of(ListenAddress.parse("bessemer.agent.listen", listen));
        }
        if (pxe.interfaces().isEmpty()) {
            return List.of(new ListenAddress(InetAddress.getLoopbackAddress(), DEFAULT_PORT));
        }
        return pxe.parsedInterfaces().stream().map(on -> new ListenAddress(on.address(), DEFAULT_PORT)).toList();
    }

    int port(PxeProperties pxe) {
        return addresses(pxe).getFirst().port();
    }

    /// What agents are told.
    AgentUrl url(PxeProperties pxe) {
        ListenAddress address = addresses(pxe).getFirst();
        boolean everywhere = listen.isEmpty() || address.address().isAnyLocalAddress();
        return everywhere ? new AgentUrl.WhereItBooted(address.port()) : new AgentUrl.Fixed(URI.create(address.url()));
    }
}
