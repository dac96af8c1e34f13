/// The keys of hosts, with the JDK alone: P-256, signing requests and PEM. Used by whatever joins as a host: the compute agent, and the lab's
/// simulated hosts.
package io.bessemer.host.protocol.key;
