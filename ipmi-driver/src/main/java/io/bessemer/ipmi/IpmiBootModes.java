package io.bessemer.ipmi;

import io.bessemer.core.driver.BootModeInterface;
import io.bessemer.core.driver.DriverException;
import io.bessemer.core.driver.DriverException.Kind;
import io.bessemer.core.driver.DriverNode;
import io.bessemer.core.node.BootMode;
import io.bessemer.ipmi.command.Answer;
import io.bessemer.ipmi.command.BootFlags;
import io.bessemer.ipmi.command.GetBootFlags;
import java.util.Optional;

/// The boot mode by IPMI: the EFI bit of boot parameter 5 (IPMI 2.0 §28.13). It goes with an override of the boot device; firmware that looks at the bit does so
/// when there is one, and some never does.
final class IpmiBootModes implements BootModeInterface {
    private final Bmcs bmcs;

    IpmiBootModes(Bmcs bmcs) {
        this.bmcs = bmcs;
    }

    /// Empty while no override is set, or when the BMC marks its flags as not valid.
    @Override
    public Optional<BootMode> bootMode(DriverNode node) throws DriverException {
        BootFlags flags = bmcs.of(node).run(new GetBootFlags());
        return flags.valid() ? Optional.of(flags.efi() ? BootMode.UEFI : BootMode.BIOS) : Optional.empty();
    }

    /// Keeps the device that is set; without one, the mode holds for whatever the machine boots from by itself.
    @Override
    public void setBootMode(DriverNode node, BootMode mode) throws DriverException {
        NodeBmc bmc = bmcs.of(node);
        boolean efi = mode == BootMode.UEFI;
        BootFlags wanted = switch (bmc.answer(new GetBootFlags())) {
            case Answer.Done<BootFlags>(BootFlags now) when now.valid() -> new BootFlags(true, now.persistent(), efi, now.selector(), now.rest());
            case Answer.Done<BootFlags> _, Answer.Refused<BootFlags> _ -> BootFlags.of(BootFlags.Device.NO_OVERRIDE, efi, true);
        };
        IpmiManagement.set(bmc, wanted);
    }

    @Override
    public Optional<Boolean> secureBoot(DriverNode node) {
        return Optional.empty();
    }

    @Override
    public void setSecureBoot(DriverNode node, boolean on) throws DriverException {
        throw new DriverException(Kind.UNSUPPORTED, "IPMI has no command for secure boot. Change it in the machine's own setup, or drive the machine by Redfish.");
    }
}
