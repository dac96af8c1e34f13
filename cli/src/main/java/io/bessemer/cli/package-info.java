/// The `bessemer` command line. It speaks to a server as any client does, by the REST API; only `demo`, `ramdisk` and `image`
/// work on this machine's files.
package io.bessemer.cli;
