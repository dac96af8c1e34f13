package io.bessemer.agent.protocol;

import java.util.Arrays;
import java.util.Optional;

/// What an agent can be told to do. Beside what is said here a command may have `arrays`: `[{uuid, device}]`, the node's software RAID, which is assembled first.
public enum CommandKind {
    /// {} -> {inventory, plugin_data}, in Ironic's inventory schema
    INSPECT("inspect"),
    /// {} -> {devices}: partition tables and signatures of every internal disk are wiped
    ERASE_METADATA("erase_metadata"),
    /// {} -> {devices}: every block of every internal disk is discarded or zeroed
    ERASE("erase"),
    /// {} -> {devices}: as `erase` where the disk does it by itself within moments, else as `erase_metadata`
    ERASE_EXPRESS("erase_express"),
    /// {image: {id, manifest, chunks, virtual_size}, root_device, threads} -> {device, serial, bytes_written, ...}
    WRITE_IMAGE("write_image"),
    /// {device} -> {partition}
    WRITE_CONFIG_DRIVE("write_config_drive"),
    /// {device, boot_mode} -> {entries}
    INSTALL_BOOT("install_boot"),
    /// {password_hash} as in shadow(5) -> {user, port}: the user `rescue` may log in by SSH
    RESCUE("rescue"),
    /// {seconds, threads} -> {threads, rounds, seconds}: every processor computes, and each result is compared
    BURN_IN_CPU("burnin_cpu"),
    /// {seconds, bytes or percent} -> {bytes, rounds, seconds}: memory is filled with patterns, and compared
    BURN_IN_MEMORY("burnin_memory"),
    /// {seconds, loops} -> {disks: [{name, serial, bytes, ...}]}: every block of every internal disk is written, and read back. What was there is lost
    BURN_IN_DISK("burnin_disk"),
    /// {role, partner, port, seconds} -> {bytes, seconds, ...}: random data goes to another machine in burn-in, and its hash comes back
    BURN_IN_NETWORK("burnin_network"),
    /// {logical_disks, delete_existing} -> {logical_disks} as they are now, each with uuid and device: arrays of mdadm
    RAID_CREATE("raid_create"),
    /// {} -> {devices}: the arrays that the command names are ended, and what made disks part of any is wiped
    RAID_DELETE("raid_delete"),
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
