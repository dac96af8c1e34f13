package io.bessemer.core.pool;

import java.util.Arrays;
import java.util.Optional;

/// How software gets onto a host.
public enum Bootstrap {
    /// the image has everything; the config drive brings identity only
    IMAGE("image"),
    /// a plain cloud image: cloud-init installs packages and the compute agent on first boot
    FIRST_BOOT("first-boot");

    private final String wire;

    Bootstrap(String wire) {
        this.wire = wire;
    }

    public String wire() {
        return wire;
    }

    public static Optional<Bootstrap> fromWire(String text) {
        return Arrays.stream(values()).filter(one -> one.wire.equals(text)).findFirst();
    }
}
