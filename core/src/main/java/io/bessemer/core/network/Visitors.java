package io.bessemer.core.network;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;

/// Counts the open connections of each remote address at one listener.
///
/// Whoever has an IPv6 address has 2^64 of them, so they count by network of 64 bits; link-local ones each for itself, as all machines on a link share that network.
public final class Visitors {
    private static final int NETWORK_BYTES = 8;

    private final VisitorLimit limit;
    private final ConcurrentHashMap<InetAddress, Integer> open = new ConcurrentHashMap<>();

    public Visitors(VisitorLimit limit) {
        this.limit = limit;
    }

    /// @return false when the address has as many as it may; else [#leave] is to be called once
    public boolean enter(InetAddress address) {
        if (!limit.binds(address)) {
            return true;
        }
        boolean[] entered = new boolean[1];
        open.compute(counted(address), (_, now) -> {
            entered[0] = now == null || now < limit.perAddress();
            return entered[0] ? Integer.valueOf(now == null ? 1 : now + 1) : now;
        });
        return entered[0];
    }

    public void leave(InetAddress address) {
        if (limit.binds(address)) {
            open.computeIfPresent(counted(address), (_, now) -> now == 1 ? null : Integer.valueOf(now - 1));
        }
    }

    /// Addresses, or networks, that have a connection and are not trusted.
    int addresses() {
        return open.size();
    }

    private static InetAddress counted(InetAddress address) {
        if (!(address instanceof Inet6Address) || address.isLinkLocalAddress()) {
            return address;
        }
        try {
            return InetAddress.getByAddress(Arrays.copyOf(Arrays.copyOf(address.getAddress(), NETWORK_BYTES), 2 * NETWORK_BYTES));
        } catch (UnknownHostException e) {
            throw new IllegalStateException("16 bytes are an address", e);
        }
    }
}
