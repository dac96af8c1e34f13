/// The product from outside: a rack of QEMU machines with real firmware, the server as a process of its own, its API.
package io.bessemer.e2e.rack;
