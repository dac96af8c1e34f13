package io.bessemer.core.network;

import java.net.InetAddress;
import java.util.List;

/// How many connections one remote address may have at a listener.
///
/// @param perAddress 0 for any number
/// @param trusted    networks whose addresses may have any number: proxies, behind which there are many
public record VisitorLimit(int perAddress, List<Network> trusted) {
    public static final VisitorLimit NONE = new VisitorLimit(0, List.of());

    public VisitorLimit {
        if (perAddress < 0) {
            throw new IllegalArgumentException("%d connections of an address; allowed are 1 and more, or 0 for any number".formatted(perAddress));
        }
        trusted = List.copyOf(trusted);
    }

    boolean binds(InetAddress address) {
        return perAddress > 0 && trusted.stream().noneMatch(network -> network.contains(address));
    }
}
