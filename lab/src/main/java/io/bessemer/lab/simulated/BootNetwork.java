package io.bessemer.lab.simulated;

import java.net.InetSocketAddress;

/// Where the machines of a rack ask when they boot from the network.
///
/// @param dhcp     a server that answers to the datagram's source
/// @param tftpPort of the server that DHCP names
public record BootNetwork(InetSocketAddress dhcp, int tftpPort) {
    /// On 127.0.0.1.
    public static BootNetwork onLoopback(int dhcpPort, int tftpPort) {
        return new BootNetwork(new InetSocketAddress("127.0.0.1", dhcpPort), tftpPort);
    }
}
