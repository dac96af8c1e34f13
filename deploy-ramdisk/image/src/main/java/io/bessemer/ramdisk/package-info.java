/// Builds the deploy ramdisk from Debian packages: a kernel, and an initramfs with the modules that servers need, busybox, a
/// jlinked Java runtime, the agent with its ahead-of-time cache, and the few tools that the agent calls.
///
/// Nothing is installed into the machine but the tools themselves; nothing needs a loop device or a chroot.
package io.bessemer.ramdisk;
