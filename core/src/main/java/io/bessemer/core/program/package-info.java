/// Programs of the machine that Bessemer runs: `qemu-img`, `mmdebstrap`, `jlink`. What is missing is named, and installed where we may.
package io.bessemer.core.program;
