package io.bessemer.conductor;

import java.net.URI;

/// Where the agent of a machine reaches us.
public sealed interface AgentUrl {
    /// One address for all: every provisioning network must have a route to it.
    record Fixed(URI url) implements AgentUrl {}

    /// The address of ours by which the machine loads its ramdisk, which its agent reaches too, with this port.
    record WhereItBooted(int port) implements AgentUrl {}

    /// @param contentServer where the machine loads its ramdisk: `http://192.0.2.1:8088`
    default URI of(URI contentServer) {
        return switch (this) {
            case Fixed(URI url) -> url;
            case WhereItBooted(int port) -> URI.create("http://%s:%d".formatted(contentServer.getHost(), port));
        };
    }
}
