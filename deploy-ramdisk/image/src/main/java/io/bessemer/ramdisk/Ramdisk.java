package io.bessemer.ramdisk;

import java.nio.file.Path;

/// What machines boot.
///
/// @param built false when it was up to date
public record Ramdisk(Path kernel, Path initramfs, String kernelVersion, long kernelBytes, long initramfsBytes, boolean built) {}
