package io.bessemer.pxe.dhcp;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Optional;

/// What we read in option 82, RFC 3046, of what a relay says; all of it is echoed as it came.
///
/// @param link           sub-option 5: the network that the client stands in, when it is not that of giaddr (RFC 3527)
/// @param serverOverride sub-option 11: the address that clients shall take for the server's, so that renewals pass the relay too (RFC 5107)
record RelayAgent(Optional<Inet4Address> link, Optional<Inet4Address> serverOverride) {
    private static final RelayAgent SILENT = new RelayAgent(Optional.empty(), Optional.empty());
    private static final int LINK_SELECTION = 5;
    private static final int SERVER_IDENTIFIER_OVERRIDE = 11;

    /// Clients are not believed, only relays: a message without giaddr says nothing.
    static RelayAgent of(DhcpMessage message) {
        byte[] value = message.relayed() ? message.options().bytes(DhcpOption.RELAY_AGENT).orElse(null) : null;
        return value == null ? SILENT : new RelayAgent(address(value, LINK_SELECTION), address(value, SERVER_IDENTIFIER_OVERRIDE));
    }

    private static Optional<Inet4Address> address(byte[] value, int wanted) {
        int at = 0;
        while (at + 2 <= value.length) {
            int code = value[at] & 0xff;
            int length = value[at + 1] & 0xff;
            int end = at + 2 + length;
            if (end > value.length) {
                return Optional.empty(); // cut off
            }
            if (code == wanted && length == 4) {
                return Optional.of(toAddress(Arrays.copyOfRange(value, at + 2, end)));
            }
            at = end;
        }
        return Optional.empty();
    }

    private static Inet4Address toAddress(byte[] four) {
        try {
            return (Inet4Address) InetAddress.getByAddress(four);
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
