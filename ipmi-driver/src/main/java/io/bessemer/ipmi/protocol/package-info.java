/// IPMI 2.0 over LAN on the wire: RMCP, session-less IPMI 1.5 messages, RMCP+ Open Session and RAKP, protected payloads. Pure codecs:
/// bytes in, records out; no channel, clock or logger. Both directions of every message are here, so that a BMC can be played too.
///
/// Numbers are little-endian on the wire (IPMI 2.0 §13). Session ids and sequence numbers are 32 bits and kept in an `int`.
package io.bessemer.ipmi.protocol;
