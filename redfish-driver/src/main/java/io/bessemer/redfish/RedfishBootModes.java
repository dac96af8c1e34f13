package io.bessemer.redfish;

import io.bessemer.core.driver.BootModeInterface;
import io.bessemer.core.driver.DriverException;
import io.bessemer.core.driver.DriverException.Kind;
import io.bessemer.core.driver.DriverNode;
import io.bessemer.core.node.BootMode;
import io.bessemer.redfish.client.Resource;
import java.util.Optional;

/// Boot mode by the boot override, secure boot by the `SecureBoot` resource.
final class RedfishBootModes implements BootModeInterface {
    private final Bmcs bmcs;

    RedfishBootModes(Bmcs bmcs) {
        this.bmcs = bmcs;
    }

    @Override
    public Optional<BootMode> bootMode(DriverNode node) throws DriverException {
        return BootOverride.mode(bmcs.of(node).system());
    }

    @Override
    public void setBootMode(DriverNode node, BootMode mode) throws DriverException {
        new BootOverride(bmcs.of(node)).set(mode);
    }

    /// As it will be at the next boot.
    @Override
    public Optional<Boolean> secureBoot(DriverNode node) throws DriverException {
        NodeBmc bmc = bmcs.of(node);
        Optional<String> resource = bmc.system().link("/SecureBoot");
        return resource.isEmpty() ? Optional.empty() : bmc.get(resource.get()).flag("/SecureBootEnable");
    }

    @Override
    public void setSecureBoot(DriverNode node, boolean on) throws DriverException {
        NodeBmc bmc = bmcs.of(node);
        Resource system = bmc.system();
        if (on && BootOverride.mode(system).equals(Optional.of(BootMode.BIOS))) {
            throw new DriverException(Kind.REFUSED, "%s: the machine boots by BIOS, which has no secure boot. Set its boot mode to uefi first.".formatted(bmc.name()));
        }
        String resource = system.link("/SecureBoot").orElseThrow(() -> bmc.unsupported("shows no secure boot of %s".formatted(system.path())));
        bmc.tell(to -> to.patch(resource, NodeBmc.body("SecureBootEnable", on)));
    }
}
