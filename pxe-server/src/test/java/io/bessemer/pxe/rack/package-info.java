/// The boot servers against real firmware, in a network namespace with QEMU machines.
package io.bessemer.pxe.rack;
