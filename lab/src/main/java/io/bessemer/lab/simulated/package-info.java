/// Machines that are threads: each has a BMC that speaks IPMI 2.0, asks for an address by DHCP, follows its boot script, runs the
/// agent's side of the protocol and writes a real file as its disk. One that was deployed for a pool joins it over TLS, as a host whose checks and
/// guests are made up. All on loopback, without root; hundreds fit one process.
package io.bessemer.lab.simulated;
