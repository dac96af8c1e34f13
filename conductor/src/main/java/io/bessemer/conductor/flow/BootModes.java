package io.bessemer.conductor.flow;

import io.bessemer.core.node.BootMode;
import io.bessemer.core.node.Capabilities;
import io.bessemer.core.node.Node;

/// Which boot mode a machine has, as its capabilities may say.
public final class BootModes {
    private BootModes() {
    }

    /// What the operator wrote, else what the agent saw, else BIOS: a machine that was never inspected is mostly asked to boot from
    /// the network once, which BMCs do whatever mode the flag names.
    public static BootMode of(Node node) {
        return BootMode.fromWire(Capabilities.of(node.properties().get("capabilities")).get("boot_mode"))
                .orElse(node.bootMode() == null ? BootMode.BIOS : node.bootMode());
    }
}
