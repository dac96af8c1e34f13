/// Builds the images that hosts boot from their own disks: whole disks with GPT, bootable by BIOS and by UEFI, without loop devices.
package io.bessemer.images.build;
