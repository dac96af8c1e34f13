/// IPv6 router advertisements, RFC 4861, for one purpose: iPXE asks for a router before it asks for an IPv4 address, and waits 13 seconds when nobody
/// answers.
package io.bessemer.pxe.ra;
