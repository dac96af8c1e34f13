package io.bessemer.agent.linux;

/// Linux's numbers of the calls that the agent makes (asm/unistd_64.h, asm-generic/unistd.h).
record SystemCallNumbers(int openat, int close, int ioctl, int fallocate, int mount, int umount2, int sync, int reboot) {
    private static final SystemCallNumbers X86_64 = new SystemCallNumbers(257, 3, 16, 285, 165, 166, 162, 169);
    private static final SystemCallNumbers GENERIC = new SystemCallNumbers(56, 57, 29, 47, 40, 39, 81, 142);

    /// @param architecture as Java's `os.arch` names it
    static SystemCallNumbers of(String architecture) {
        return switch (architecture) {
            case "amd64" -> X86_64;
            case "aarch64", "riscv64" -> GENERIC;
            default -> throw new IllegalStateException("no system call numbers are known for " + architecture);
        };
    }
}
