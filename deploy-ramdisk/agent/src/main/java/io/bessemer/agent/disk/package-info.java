/// Disks: finding the root device, writing images and config drives, wiping. A plain file can stand for a disk.
package io.bessemer.agent.disk;
