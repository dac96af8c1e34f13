/// DHCPv4: the codec (RFC 2131, 2132, 3396), the decisions and the server.
///
/// `DhcpMessage` and `DhcpOptions` are pure values; `DhcpDecisions` is what is answered to whom; `LeaseIndex` is who has which address;
/// `DhcpServer` is the only class that knows sockets.
package io.bessemer.pxe.dhcp;
