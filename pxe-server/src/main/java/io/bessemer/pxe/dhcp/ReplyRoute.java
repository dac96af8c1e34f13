package io.bessemer.pxe.dhcp;

import java.net.Inet4Address;

/// Where an answer goes, RFC 2131 §4.1.
sealed interface ReplyRoute {
    /// to the relay's server port
    record ToRelay(Inet4Address relay) implements ReplyRoute {}

    /// to a client that has this address and answers ARP
    record ToClient(Inet4Address address) implements ReplyRoute {}

    /// to a client that is about to have this address, and does not answer ARP for it yet
    record ToNewClient(Inet4Address address) implements ReplyRoute {}

    record ToEveryone() implements ReplyRoute {}

    static ReplyRoute of(DhcpMessage request, DhcpMessage reply) {
        if (request.relayed()) {
            return new ToRelay(request.relay());
        }
        if (reply.type() == DhcpMessageType.NAK) {
            return new ToEveryone();
        }
        if (!request.clientAddress().equals(DhcpMessage.NO_ADDRESS)) {
            return new ToClient(request.clientAddress());
        }
        // a proxy's offer has no address: its client cannot be reached by one yet
        return request.broadcast() || reply.yourAddress().equals(DhcpMessage.NO_ADDRESS) ? new ToEveryone() : new ToNewClient(reply.yourAddress());
    }
}
