package io.bessemer.plain;

import io.bessemer.core.driver.BootModeInterface;
import io.bessemer.core.driver.DriverException;
import io.bessemer.core.driver.DriverNode;
import io.bessemer.core.node.BootMode;
import io.bessemer.core.node.NodeId;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// Keeps what it is told, until the process ends. Ironic's fake cannot; one that can lets clients be tried.
final class FakeBootModes implements BootModeInterface {
    private final Map<NodeId, BootMode> modes = new ConcurrentHashMap<>();
    private final Map<NodeId, Boolean> secure = new ConcurrentHashMap<>();

    @Override
    public Optional<BootMode> bootMode(DriverNode node) {
        return Optional.ofNullable(modes.get(node.id()));
    }

    @Override
    public void setBootMode(DriverNode node, BootMode mode) {
        modes.put(node.id(), mode);
        if (mode == BootMode.BIOS) {
            secure.replace(node.id(), false);
        }
    }

    @Override
    public Optional<Boolean> secureBoot(DriverNode node) {
        return Optional.ofNullable(secure.get(node.id()));
    }

    @Override
    public void setSecureBoot(DriverNode node, boolean on) throws DriverException {
        if (on && modes.get(node.id()) == BootMode.BIOS) {
            throw new DriverException(DriverException.Kind.REFUSED, "Node %s boots by BIOS, which has no secure boot. Set its boot mode to uefi first.".formatted(node.name()));
        }
        secure.put(node.id(), on);
    }
}
