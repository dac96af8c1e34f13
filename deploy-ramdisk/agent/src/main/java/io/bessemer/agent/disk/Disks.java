package io.bessemer.agent.disk;

import io.bessemer.agent.linux.Sysfs;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Finds the machine's disks in `/sys/block`.
public final class Disks {
    private static final int SECTOR = 512; // sysfs counts in 512 bytes whatever the disk's sector is
    private static final Pattern NOT_A_DISK = Pattern.compile("(loop|ram|zram|dm-|md|sr|fd|nbd|mtdblock|rbd).*");
    private static final Pattern ARRAY = Pattern.compile("md\\d+");
    private static final Pattern PCI = Pattern.compile("[0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}\\.[0-7]");
    private static final Pattern ATA = Pattern.compile("ata(\\d+)");
    private static final Pattern HCTL = Pattern.compile("\\d+:\\d+:\\d+:\\d+");

    private Disks() {}

    /// What is plugged in.
    public static List<Disk> list(Sysfs sysfs) {
        return sysfs.names("/sys/block").stream().filter(name -> !NOT_A_DISK.matcher(name).matches()).map(name -> disk(sysfs, name))
                .filter(disk -> disk.sizeBytes() > 0).toList();
    }

    /// What data may go to: arrays that are assembled instead of the disks that they are made of.
    public static List<Disk> usable(Sysfs sysfs) {
        List<Disk> usable = new ArrayList<>(list(sysfs).stream().filter(disk -> !inArray(sysfs, disk)).toList());
        usable.addAll(arrays(sysfs));
        return usable;
    }

    /// Assembled arrays of the md driver. Their serial is the UUID in their superblocks, as mdadm writes it.
    public static List<Disk> arrays(Sysfs sysfs) {
        return sysfs.names("/sys/block").stream().filter(name -> ARRAY.matcher(name).matches()).map(name -> array(sysfs, name)).filter(disk -> disk.sizeBytes() > 0).toList();
    }

    /// Devices that an array is made of: `/dev/sda`, `/dev/sdb1`.
    public static List<String> members(Sysfs sysfs, Disk array) {
        return sysfs.names("/sys/block/" + array.name().substring("/dev/".length()) + "/slaves").stream().map(name -> "/dev/" + name).toList();
    }

    /// Partitions of a disk, as the kernel has them: `/dev/sda1`.
    public static List<String> partitions(Sysfs sysfs, Disk disk) {
        String block = "/sys/block/" + disk.name().substring("/dev/".length()).replace('/', '!');
        return sysfs.names(block).stream().filter(name -> sysfs.exists(block + "/" + name + "/partition")).map(name -> "/dev/" + name).toList();
    }

    /// Partitions beside those that arrays are made of, on the same disks: copies of an EFI system partition, which a former user may have written to.
    public static List<Path> besideArrays(Sysfs sysfs) {
        List<Path> beside = new ArrayList<>();
        for (Disk disk : list(sysfs)) {
            String block = "/sys/block/" + disk.name().substring("/dev/".length()).replace('/', '!');
            List<String> partitions = partitions(sysfs, disk);
            List<String> free = partitions.stream().filter(part -> !held(sysfs, block + "/" + part.substring("/dev/".length()))).toList();
            if (free.size() < partitions.size()) {
                free.forEach(part -> beside.add(Path.of(part)));
            }
        }
        return beside;
    }

    private static boolean inArray(Sysfs sysfs, Disk disk) {
        String name = disk.name().substring("/dev/".length()).replace('/', '!');
        return held(sysfs, "/sys/block/" + name) || partitions(sysfs, disk).stream().anyMatch(part -> held(sysfs, "/sys/block/" + name + "/" + part.substring("/dev/".length())));
    }

    private static boolean held(Sysfs sysfs, String block) {
        return sysfs.names(block + "/holders").stream().anyMatch(holder -> ARRAY.matcher(holder).matches());
    }

    private static Disk array(Sysfs sysfs, String name) {
        String block = "/sys/block/" + name + "/";
        List<String> members = sysfs.names(block + "slaves");
        String uuid = members.isEmpty() ? "" : MdSuperblock.read(Path.of("/dev", members.getFirst())).map(MdSuperblock::uuid).orElse("");
        return new Disk("/dev/" + name, "Linux software RAID " + sysfs.text(block + "md/level"), number(sysfs.text(block + "size")) * SECTOR,
                sysfs.text(block + "queue/rotational").equals("1"), "", "", "", uuid, "", "", "", false, false);
    }

    private static Disk disk(Sysfs sysfs, String name) {
        String block = "/sys/block/" + name + "/";
        String wwid = first(sysfs.text(block + "wwid"), sysfs.text(block + "device/wwid"));
        String extended = wwn(wwid);
        boolean long128 = extended.startsWith("0x") && extended.length() == 34; // NAA 6: 64 bits and a vendor's 64 bits
        Path device = sysfs.real(sysfs.path(block + "device")).orElse(Path.of(""));
        String hctl = device.getFileName() != null && HCTL.matcher(device.getFileName().toString()).matches() ? device.getFileName().toString() : "";
        return new Disk("/dev/" + name.replace('!', '/'), sysfs.text(block + "device/model"), number(sysfs.text(block + "size")) * SECTOR,
                sysfs.text(block + "queue/rotational").equals("1"), long128 ? extended.substring(0, 18) : extended, extended,
                long128 ? "0x" + extended.substring(18) : "", serial(sysfs, block), sysfs.text(block + "device/vendor"), hctl,
                byPath(name, device, hctl), sysfs.text(block + "removable").equals("1"), device.toString().contains("/usb"));
    }

    /// NVMe and virtio name it; SCSI and SATA disks carry it in VPD page 0x80, after four bytes of header.
    private static String serial(Sysfs sysfs, String block) {
        String named = first(sysfs.text(block + "device/serial"), sysfs.text(block + "serial"));
        if (!named.isEmpty()) {
            return named;
        }
        byte[] page = sysfs.bytes(sysfs.path(block + "device/vpd_pg80"));
        return page.length <= 4 ? "" : new String(Arrays.copyOfRange(page, 4, page.length), StandardCharsets.US_ASCII).replace("\0", "").strip();
    }

    /// As udev's ID_WWN: `naa.5000...` becomes `0x5000...`, `eui.` stays; other identifiers (t10) are no world wide names.
    private static String wwn(String wwid) {
        if (wwid.startsWith("naa.")) {
            return "0x" + wwid.substring(4);
        }
        return wwid.startsWith("eui.") || wwid.startsWith("uuid.") || wwid.startsWith("nvme.") ? wwid : "";
    }

    /// The link udev would make; the ramdisk has no udev.
    private static String byPath(String name, Path device, String hctl) {
        String pci = "";
        String port = "";
        for (Path part : device) {
            String text = part.toString();
            if (PCI.matcher(text).matches()) {
                pci = text;
            }
            Matcher ata = ATA.matcher(text);
            if (ata.matches()) {
                port = "-ata-" + ata.group(1);
            }
        }
        if (pci.isEmpty() || device.toString().contains("/usb")) {
            return "";
        }
        if (name.startsWith("nvme")) {
            port = "-nvme-" + name.replaceAll("nvme\\d+n(\\d+)", "$1");
        } else if (port.isEmpty() && !hctl.isEmpty()) {
            port = "-scsi-" + hctl.replaceFirst("\\d+", "0");
        }
        return "/dev/disk/by-path/pci-" + pci + port;
    }

    private static String first(String one, String other) {
        return one.isEmpty() ? other : one;
    }

    private static long number(String text) {
        return text.matches("\\d{1,15}") ? Long.parseLong(text) : 0;
    }
}
