package io.bessemer.pxe;

/// What we are to a network's DHCP.
public enum DhcpMode {
    /// its DHCP server: machines have their addresses from us
    SERVER,
    /// beside the site's own DHCP server, which gives addresses: we only add what to boot (PXE 2.1 §2.2, "proxyDHCP")
    PROXY
}
