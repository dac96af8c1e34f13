package io.bessemer.core.driver;

import io.bessemer.core.node.BootMode;
import java.util.Optional;

/// How a machine's firmware boots: its mode, and whether it takes signed boot loaders alone. Changes take effect at the next boot.
public interface BootModeInterface {
    /// Empty when the BMC does not say.
    Optional<BootMode> bootMode(DriverNode node) throws DriverException;

    void setBootMode(DriverNode node, BootMode mode) throws DriverException;

    /// Empty when the BMC does not say.
    Optional<Boolean> secureBoot(DriverNode node) throws DriverException;

    /// @throws DriverException of kind REFUSED when the machine boots by BIOS, which knows no secure boot
    void setSecureBoot(DriverNode node, boolean on) throws DriverException;
}
