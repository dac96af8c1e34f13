package io.bessemer.images;

import io.bessemer.core.network.Network;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// Which addresses a download may be from. A client of the API names URLs that the server calls, so without this it could have the server
/// ask what only the server may ask: its own loopback, or a cloud's metadata service.
///
/// A name is looked up here and again when it is called; the JDK remembers it in between (`networkaddress.cache.ttl`, 30 s).
///
/// @param denied networks
/// @param known  `HOST:PORT` that the operator named in the settings, wherever they are
record Reach(List<Network> denied, Set<String> known) {
    static final Reach ANYWHERE = new Reach(List.of(), Set.of());

    Reach {
        denied = List.copyOf(denied);
        known = Set.copyOf(known);
    }

    /// @param name of the source that leads there
    void check(URI uri, String name) throws ImageImportException {
        String scheme = String.valueOf(uri.getScheme());
        if (!scheme.equals("http") && !scheme.equals("https") || uri.getHost() == null) {
            throw new ImageImportException("image_source %s leads to a '%s' URL%s. Allowed are http and https with a host.".formatted(name, scheme,
                    uri.getHost() == null ? " without a host" : ""), false);
        }
        if (denied.isEmpty() || known.contains(hostAndPort(uri))) {
            return;
        }
        InetAddress[] addresses;
        try {
            addresses = InetAddress.getAllByName(bare(uri.getHost()));
        } catch (UnknownHostException e) {
            throw new ImageImportException("image_source %s: the host %s is not known. Check the name, and the server's resolver.".formatted(name, uri.getHost()), true, e);
        }
        for (InetAddress address : addresses) {
            for (Network network : denied) {
                if (network.contains(address)) {
                    throw new ImageImportException(("image_source %s leads to %s, which is in %s: bessemer.images.denied-networks keeps clients from it. An operator may take the "
                            + "network out there, or name the server in bessemer.images.servers.").formatted(name, address.getHostAddress(), network), false);
                }
            }
        }
    }

    /// Also there.
    Reach with(String hostAndPort) {
        if (denied.isEmpty() || known.contains(hostAndPort)) {
            return this;
        }
        var more = new HashSet<>(known);
        more.add(hostAndPort);
        return new Reach(denied, more);
    }

    static String hostAndPort(URI uri) {
        int port = uri.getPort() >= 0 ? uri.getPort() : "https".equals(uri.getScheme()) ? 443 : 80;
        return bare(uri.getHost()).toLowerCase(Locale.ROOT) + ":" + port;
    }

    private static String bare(String host) {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }
}
