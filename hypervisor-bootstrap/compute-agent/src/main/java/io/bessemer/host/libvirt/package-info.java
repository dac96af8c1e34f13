/// libvirt's C library by `java.lang.foreign` (docs/decisions/0041), and what we do with it: everything may be done twice.
package io.bessemer.host.libvirt;
