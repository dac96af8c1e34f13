package io.bessemer.host.check;

import io.bessemer.host.foreign.Library;
import java.io.FileInputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;

/// Asks the kernel whether it runs guests: that `/dev/kvm` exists proves little.
///
/// @param device     whether it exists
/// @param apiVersion 12 since Linux 2.6.22; 0 when it did not answer
/// @param error      null when it answered
public record KvmDevice(boolean device, int apiVersion, String error) {
    static final int API_VERSION = 12;
    private static final Path PATH = Path.of("/dev/kvm");
    // fcntl.h, linux/kvm.h (KVM documentation, 4.1 and 4.2)
    private static final int O_RDWR = 2;
    private static final int O_CLOEXEC = 0x80000;
    private static final int KVM_GET_API_VERSION = 0xae00;
    private static final int KVM_CREATE_VM = 0xae01;

    public static KvmDevice ask() {
        if (!Files.exists(PATH)) {
            return new KvmDevice(false, 0, "there is no /dev/kvm: the kernel module kvm_intel or kvm_amd is not loaded, or virtualization is off in the firmware");
        }
        try (Arena arena = Arena.ofConfined()) {
            int file = Library.number("open", arena.allocateFrom(PATH.toString()).address(), O_RDWR | O_CLOEXEC);
            if (file < 0) {
                return new KvmDevice(true, 0, reason());
            }
            int version = Library.number("ioctl", file, KVM_GET_API_VERSION, 0);
            int machine = Library.number("ioctl", file, KVM_CREATE_VM, 0);
            Library.number("close", file);
            if (version != API_VERSION) {
                return new KvmDevice(true, Math.max(version, 0), "/dev/kvm answers API version %d, not %d".formatted(version, API_VERSION));
            }
            if (machine < 0) {
                return new KvmDevice(true, version, "/dev/kvm makes no virtual machine");
            }
            Library.number("close", machine);
            return new KvmDevice(true, version, null);
        }
    }

    /// In the JDK's words, as ours have no errno.
    private static String reason() {
        try (var _ = new FileInputStream(PATH.toFile())) {
            return "/dev/kvm cannot be opened for writing";
        } catch (IOException e) {
            return e.getMessage();
        }
    }
}
