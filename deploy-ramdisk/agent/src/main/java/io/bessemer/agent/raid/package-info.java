/// Software RAID by the kernel's md driver. The layout is a pure function of the wish and the disks; `mdadm` makes and ends arrays. Arrays that a machine
/// had from elsewhere are not assembled: their disks are disks like others, so that they can be wiped and used.
package io.bessemer.agent.raid;
