package io.bessemer.pxe.firmware;

import io.bessemer.core.node.BootMode;

/// DHCP option 93, RFC 4578 §2.1 and IANA's "Processor Architecture Types", as far as we have loaders for them.
public enum ClientSystem {
    BIOS_X86(BootMode.BIOS, "undionly.kpxe"),
    UEFI_X86_64(BootMode.UEFI, "snponly.efi"),
    UEFI_ARM64(BootMode.UEFI, "snponly-arm64.efi"),
    /// 32-bit UEFI, Itanium, RISC-V ...: no loader
    OTHER(BootMode.UEFI, "");

    private final BootMode bootMode;
    private final String loader;

    ClientSystem(BootMode bootMode, String loader) {
        this.bootMode = bootMode;
        this.loader = loader;
    }

    /// 9 is "EBC" by the book; x86-64 firmware sends it all the same. 15 to 20 are the same machines in HTTP boot.
    public static ClientSystem fromCode(int code) {
        return switch (code) {
            case 0, 20 -> BIOS_X86;
            case 7, 9, 16, 17 -> UEFI_X86_64;
            case 11, 19 -> UEFI_ARM64;
            default -> OTHER;
        };
    }

    public BootMode bootMode() {
        return bootMode;
    }

    /// The iPXE that this machine's own network stack can start, empty when there is none.
    public String loader() {
        return loader;
    }
}
