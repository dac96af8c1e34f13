package io.bessemer.pxe.net;

/// A system call failed.
public final class LinuxException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int errno;

    LinuxException(String call, int errno) {
        super(call + " failed with errno " + errno + (errno == Linux.EPERM ? " (not permitted)" : ""));
        this.errno = errno;
    }

    public int errno() {
        return errno;
    }
}
