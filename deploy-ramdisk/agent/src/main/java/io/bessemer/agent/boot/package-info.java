/// Makes a disk that was written the one that boots: UEFI boot entries, written and read back; BIOS boot code, looked at.
package io.bessemer.agent.boot;
