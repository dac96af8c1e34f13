/// Who asks: PXE firmware, UEFI HTTP boot, iPXE or an operating system, told apart by what it really sends (`Firmware`).
package io.bessemer.pxe.firmware;
