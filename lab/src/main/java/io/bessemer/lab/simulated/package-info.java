/// Machines that are threads: each has a BMC that speaks IPMI 2.0, asks for an address by DHCP, follows its boot script, runs the
/// agent's side of the protocol and writes a real file as its disk. All on loopback, without root; hundreds fit one process.
package io.bessemer.lab.simulated;
