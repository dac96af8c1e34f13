/// The network boot servers: DHCP, TFTP and HTTP, and what they ask of the rest of the product (`BootDirectory`).
///
/// Event loops decode and hand on; everything that may wait (the directory, the lease store, disks) runs on virtual threads behind one
/// bounded `HandOver`, from where the answer is written.
package io.bessemer.pxe;
