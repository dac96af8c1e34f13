package io.bessemer.lab.qemu;

import io.bessemer.core.program.DebianPackages;
import io.bessemer.core.program.MissingProgramException;
import io.bessemer.core.program.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// What a QEMU rack needs of the machine that it runs on.
public final class Requirements {
    public static final List<String> PROGRAMS_AND_FILES = List.of("qemu-system-x86_64", "/usr/share/OVMF/OVMF_CODE_4M.fd",
            "/usr/share/OVMF/OVMF_VARS_4M.fd", "/usr/share/seabios/bios-256k.bin", "/usr/lib/ipxe/qemu/pxe-virtio.rom", "ipmi_sim", "socat", "ip");

    private Requirements() {}

    /// Installs programs that are missing.
    ///
    /// @throws MissingProgramException programs, devices or rights are missing
    public static void meet(Progress progress) {
        if (!isRoot()) {
            throw new MissingProgramException(List.of("the rights of root, to make network namespaces"),
                    "Run with sudo, or use the simulated rack: --simulated");
        }
        if (!Files.exists(Path.of("/dev/net/tun"))) {
            throw new MissingProgramException(List.of("/dev/net/tun"), "Load the kernel module 'tun'; in a container, pass the device in.");
        }
        DebianPackages.require(PROGRAMS_AND_FILES, progress);
    }

    public static boolean isRoot() {
        try {
            return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }
}
