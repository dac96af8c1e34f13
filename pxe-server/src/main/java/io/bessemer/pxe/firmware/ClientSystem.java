package io.bessemer.pxe.firmware;

import io.bessemer.core.node.BootMode;
import java.util.List;

/// DHCP option 93 by IANA's registry "Processor Architecture Types" (RFC 5970 §6.3, with the errata of RFC 4578), as far as there are loaders for
/// them.
public enum ClientSystem {
    BIOS_X86(BootMode.BIOS, List.of("undionly.kpxe", "ipxe.pxe")),
    UEFI_X86(BootMode.UEFI, List.of("snponly-i386.efi", "ipxe-i386.efi")),
    UEFI_X86_64(BootMode.UEFI, List.of("snponly.efi", "ipxe.efi")),
    UEFI_ARM32(BootMode.UEFI, List.of("snponly-arm32.efi", "ipxe-arm32.efi")),
    UEFI_ARM64(BootMode.UEFI, List.of("snponly-arm64.efi", "ipxe-arm64.efi")),
    /// Itanium, POWER, RISC-V, LoongArch, U-Boot ...: no loader
    OTHER(BootMode.UEFI, List.of());

    private final BootMode bootMode;
    private final List<String> loaders;

    ClientSystem(BootMode bootMode, List<String> loaders) {
        this.bootMode = bootMode;
        this.loaders = loaders;
    }

    /// | Code | IANA's name | | with HTTP boot |
    /// | --- | --- | --- | --- |
    /// | 0 | x86 BIOS | `BIOS_X86` | 20 |
    /// | 6 | x86 UEFI | `UEFI_X86` | 15 |
    /// | 7 | x64 UEFI | `UEFI_X86_64` | 16 |
    /// | 9 | EBC; x86-64 firmware sends it all the same, by the text of RFC 4578 before its errata | `UEFI_X86_64` | 17 |
    /// | 10 | ARM 32-bit UEFI | `UEFI_ARM32` | 18 |
    /// | 11 | ARM 64-bit UEFI | `UEFI_ARM64` | 19 |
    public static ClientSystem fromCode(int code) {
        return switch (code) {
            case 0, 20 -> BIOS_X86;
            case 6, 15 -> UEFI_X86;
            case 7, 9, 16, 17 -> UEFI_X86_64;
            case 10, 18 -> UEFI_ARM32;
            case 11, 19 -> UEFI_ARM64;
            default -> OTHER;
        };
    }

    public BootMode bootMode() {
        return bootMode;
    }

    /// The files with an iPXE that this machine can start, the best first: one that uses the firmware's own network stack.
    public List<String> loaders() {
        return loaders;
    }
}
