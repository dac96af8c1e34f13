package io.bessemer.ipmi.command;

import io.bessemer.ipmi.protocol.DecodeException;
import io.bessemer.ipmi.protocol.PacketReader;
import java.util.Arrays;
import java.util.Optional;

/// Boot option parameter 5, IPMI 2.0 §28.13 table 28-14.
///
/// @param valid    clear: the BMC has no override, or does not say
/// @param selector device, 0 to 15
/// @param rest     data 3 to 5: console redirection, verbosity, overrides; kept as they are
public record BootFlags(boolean valid, boolean persistent, boolean efi, int selector, byte[] rest) {
    public static final int PARAMETER = 5;
    private static final int VALID = 0x80;
    private static final int PERSISTENT = 0x40;
    private static final int EFI = 0x20;

    /// Device selectors that have a name of their own in IPMI.
    public enum Device {
        NO_OVERRIDE(0),
        PXE(1),
        DISK(2),
        DISK_SAFE_MODE(3),
        DIAGNOSTIC_PARTITION(4),
        CDROM(5),
        BIOS_SETUP(6),
        REMOTE_FLOPPY(7),
        REMOTE_CDROM(8),
        /// what Supermicro's UEFI takes for the disk
        REMOTE_MEDIA(9),
        REMOTE_DISK(11),
        FLOPPY(15);

        private final int selector;

        Device(int selector) {
            this.selector = selector;
        }

        public int selector() {
            return selector;
        }

        public static Optional<Device> of(int selector) {
            return Arrays.stream(values()).filter(device -> device.selector == selector).findFirst();
        }
    }

    public static BootFlags of(Device device, boolean efi, boolean persistent) {
        return new BootFlags(true, persistent, efi, device.selector, new byte[3]);
    }

    public byte[] encode() {
        return new byte[] {
            (byte) ((valid ? VALID : 0) | (persistent ? PERSISTENT : 0) | (efi ? EFI : 0)), (byte) (selector << 2), rest[0], rest[1], rest[2]};
    }

    static BootFlags decode(PacketReader in) throws DecodeException {
        int flags = in.unsignedByte("boot flags");
        int device = in.unsignedByte("boot device");
        return new BootFlags((flags & VALID) != 0, (flags & PERSISTENT) != 0, (flags & EFI) != 0, device >> 2 & 0x0f,
                in.bytes("boot flags data 3 to 5", 3));
    }

    public Optional<Device> device() {
        return Device.of(selector);
    }

    public String firmware() {
        return efi ? "UEFI" : "BIOS";
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof BootFlags that && valid == that.valid && persistent == that.persistent && efi == that.efi
                && selector == that.selector && Arrays.equals(rest, that.rest);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(encode());
    }

    @Override
    public String toString() {
        return "%s, %s, %s%s".formatted(device().map(Device::name).orElse("device " + selector), firmware(),
                persistent ? "persistent" : "once", valid ? "" : ", not valid");
    }
}
