/// `bessemer ramdisk`: what machines boot to be worked on.
package io.bessemer.cli.ramdisk;
