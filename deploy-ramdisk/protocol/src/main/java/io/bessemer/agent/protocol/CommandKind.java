package io.bessemer.agent.protocol;

import java.util.Arrays;
import java.util.Optional;

/// What an agent can be told to do.
public enum CommandKind {
    /// {} -> {inventory, plugin_data}, in Ironic's inventory schema
    INSPECT("inspect"),
    /// {} -> {devices}: partition tables and signatures of every internal disk are wiped
    ERASE_METADATA("erase_metadata"),
    /// {} -> {devices}: every block of every internal disk is discarded or zeroed
    ERASE("erase"),
    /// {image: {id, manifest, chunks, virtual_size}, root_device, threads} -> {device, serial, bytes_written, ...}
    WRITE_IMAGE("write_image"),
    /// {device} -> {partition}
    WRITE_CONFIG_DRIVE("write_config_drive"),
    /// {device, boot_mode} -> {entries}
    INSTALL_BOOT("install_boot"),
    /// {password_hash} as in shadow(5) -> {user, port}: the user `rescue` may log in by SSH
    RESCUE("rescue"),
    /// {seconds} -> {threads, rounds}: every processor computes, and each result is compared
    BURN_IN_CPU("burnin_cpu"),
    /// {delay} in seconds; answered before it is done
    REBOOT("reboot"),
    /// {}; answered before it is done
    POWER_OFF("power_off");

    private final String wire;

    CommandKind(String wire) {
        this.wire = wire;
    }

    public String wire() {
        return wire;
    }

    public static Optional<CommandKind> fromWire(String text) {
        return Arrays.stream(values()).filter(kind -> kind.wire.equals(text)).findFirst();
    }
}
