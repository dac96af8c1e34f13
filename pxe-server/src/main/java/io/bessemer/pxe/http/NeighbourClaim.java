package io.bessemer.pxe.http;

import io.bessemer.pxe.PxeCounters;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What an agent says of itself with each request for a part of an image: `10.0.0.5:40123 chunks=12 takes=yes lost=10.0.0.7:41000,10.0.0.9:40000`.
///
/// @param address where it gives
/// @param chunks  that it has on its disk
/// @param takes   whether it would take chunks from others; it does not any more when none of them could be reached
/// @param lost    givers that it wants no more of
record NeighbourClaim(String image, InetSocketAddress address, int chunks, boolean takes, Set<InetSocketAddress> lost) {
    /// of a request for a chunk: the claim
    static final String CLAIM_HEADER = "Bessemer-Neighbour";
    /// of an answer: who gives
    static final String NAMED_HEADER = "Bessemer-Neighbours";
    /// of the manifest's answer
    static final String KEY_HEADER = "Bessemer-Neighbour-Key";

    private static final int LONGEST = 512;
    private static final int LOWEST_PORT = 1024;
    private static final String AT = "[0-9]{1,3}(?:\\.[0-9]{1,3}){3}:[0-9]{1,5}";
    private static final Pattern CLAIM = Pattern.compile("(%1$s) chunks=([0-9]{1,7}) takes=(yes|no)(?: lost=(%1$s(?:,%1$s){0,15}))?".formatted(AT));

    NeighbourClaim {
        lost = Set.copyOf(lost);
    }

    /// Empty when there is none, or none to believe: only a machine that speaks from the address which it names can be reached there. Behind a proxy none is.
    ///
    /// @param header null when absent
    /// @param client whoever sent it
    static Optional<NeighbourClaim> parse(String header, String image, InetAddress client, PxeCounters counters) {
        if (header == null) {
            return Optional.empty();
        }
        Matcher claim = CLAIM.matcher(header.length() > LONGEST ? "" : header);
        Optional<InetSocketAddress> address = claim.matches() ? address(claim.group(1)) : Optional.empty();
        if (address.isEmpty()) {
            counters.increment("image.claims-malformed");
            return Optional.empty();
        }
        if (!address.get().getAddress().equals(client)) {
            counters.increment("image.claims-of-others");
            return Optional.empty();
        }
        var lost = new LinkedHashSet<InetSocketAddress>();
        for (String one : claim.group(4) == null ? new String[0] : claim.group(4).split(",")) {
            address(one).ifPresent(lost::add);
        }
        return Optional.of(new NeighbourClaim(image, address.get(), Integer.parseInt(claim.group(2)), claim.group(3).equals("yes"), lost));
    }

    Inet4Address host() {
        return (Inet4Address) address.getAddress();
    }

    private static Optional<InetSocketAddress> address(String text) {
        int colon = text.indexOf(':');
        String[] parts = text.substring(0, colon).split("\\.");
        byte[] bytes = new byte[parts.length];
        for (int i = 0; i < parts.length; i++) {
            int part = Integer.parseInt(parts[i]);
            if (part > 255) {
                return Optional.empty();
            }
            bytes[i] = (byte) part;
        }
        int port = Integer.parseInt(text.substring(colon + 1));
        if (port < LOWEST_PORT || port > 65_535) {
            return Optional.empty();
        }
        try {
            return Optional.of(new InetSocketAddress(InetAddress.getByAddress(bytes), port));
        } catch (java.net.UnknownHostException impossible) {
            throw new IllegalStateException(impossible); // four bytes are always an address
        }
    }
}
