package io.bessemer.agent.linux;

import java.util.Map;

/// What the kernel's error numbers mean (asm-generic/errno-base.h, errno.h), in strerror(3)'s words. Those that disks and mounts give.
final class Errno {
    private static final Map<Integer, String> TEXTS = Map.ofEntries(
            Map.entry(1, "Operation not permitted"),
            Map.entry(2, "No such file or directory"),
            Map.entry(5, "Input/output error"),
            Map.entry(6, "No such device or address"),
            Map.entry(9, "Bad file descriptor"),
            Map.entry(12, "Cannot allocate memory"),
            Map.entry(13, "Permission denied"),
            Map.entry(15, "Block device required"),
            Map.entry(16, "Device or resource busy"),
            Map.entry(19, "No such device"),
            Map.entry(20, "Not a directory"),
            Map.entry(22, "Invalid argument"),
            Map.entry(25, "Inappropriate ioctl for device"),
            Map.entry(27, "File too large"),
            Map.entry(28, "No space left on device"),
            Map.entry(30, "Read-only file system"),
            Map.entry(38, "Function not implemented"),
            Map.entry(95, "Operation not supported"));

    private Errno() {}

    static String text(int errno) {
        return TEXTS.getOrDefault(errno, "error " + errno);
    }
}
