package io.bessemer.server;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// `bessemer.agent.*`: where ramdisk agents reach their part of the API.
///
/// @param listen ADDR:PORT; empty for port 6386 of the first PXE interface
@ConfigurationProperties("bessemer.agent")
public record AgentProperties(@DefaultValue("") String listen) {
    private static final int DEFAULT_PORT = 6386;

    ListenAddress address(PxeProperties pxe) {
        if (!listen.isEmpty()) {
            return ListenAddress.parse("bessemer.agent.listen", listen);
        }
        String host = pxe.interfaces().isEmpty() ? "127.0.0.1" : pxe.interfaces().getFirst().address().replaceFirst("/.*", "");
        return ListenAddress.parse("bessemer.pxe.interfaces[0].address", host + ":" + DEFAULT_PORT);
    }
}
