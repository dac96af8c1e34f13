/// The few system calls that Java lacks, and the programs of the ramdisk.
package io.bessemer.agent.linux;
