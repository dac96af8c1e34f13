package io.bessemer.core.program;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/// The Debian packages that bring the programs and files we use: the one place that names them.
public final class DebianPackages {
    /// Package by the program or file that shows it is installed. Order is that of installation messages.
    private static final Map<String, String> PACKAGE_OF = new LinkedHashMap<>();

    static {
        // the ramdisk
        PACKAGE_OF.put("busybox", "busybox-static");
        PACKAGE_OF.put("depmod", "kmod");
        PACKAGE_OF.put("objcopy", "binutils"); // jlink strips with it
        PACKAGE_OF.put("cpio", "cpio");
        PACKAGE_OF.put("/usr/lib/ipxe/snponly.efi", "ipxe");
        PACKAGE_OF.put("sgdisk", "gdisk");
        PACKAGE_OF.put("sfdisk", "fdisk");
        PACKAGE_OF.put("efibootmgr", "efibootmgr");
        PACKAGE_OF.put("nvme", "nvme-cli");
        PACKAGE_OF.put("mdadm", "mdadm");
        PACKAGE_OF.put("hdparm", "hdparm");
        PACKAGE_OF.put("ipmitool", "ipmitool");
        PACKAGE_OF.put("mke2fs", "e2fsprogs");
        PACKAGE_OF.put("e2fsck", "e2fsprogs");
        PACKAGE_OF.put("resize2fs", "e2fsprogs");
        PACKAGE_OF.put("mkfs.ext4", "e2fsprogs");
        PACKAGE_OF.put("mkfs.vfat", "dosfstools");
        PACKAGE_OF.put("blockdev", "util-linux");
        PACKAGE_OF.put("blkdiscard", "util-linux");
        PACKAGE_OF.put("wipefs", "util-linux");
        PACKAGE_OF.put("blkid", "util-linux");
        PACKAGE_OF.put("lsblk", "util-linux");
        PACKAGE_OF.put("partx", "util-linux");
        PACKAGE_OF.put("partprobe", "parted");
        PACKAGE_OF.put("dmidecode", "dmidecode");
        PACKAGE_OF.put("lspci", "pciutils");
        PACKAGE_OF.put("smartctl", "smartmontools");
        PACKAGE_OF.put("sg_inq", "sg3-utils");
        PACKAGE_OF.put("ethtool", "ethtool");
        // images
        PACKAGE_OF.put("qemu-img", "qemu-utils");
        PACKAGE_OF.put("genisoimage", "genisoimage");
        PACKAGE_OF.put("zstd", "zstd");
        PACKAGE_OF.put("xz", "xz-utils");
        PACKAGE_OF.put("mmdebstrap", "mmdebstrap");
        PACKAGE_OF.put("mmd", "mtools");
        PACKAGE_OF.put("mcopy", "mtools");
        PACKAGE_OF.put("grub-mkimage", "grub-common");
        PACKAGE_OF.put("/usr/lib/grub/i386-pc/boot.img", "grub-pc-bin");
        PACKAGE_OF.put("/usr/lib/grub/x86_64-efi/normal.mod", "grub-efi-amd64-bin");
        // the QEMU rack
        PACKAGE_OF.put("qemu-system-x86_64", "qemu-system-x86");
        PACKAGE_OF.put("/usr/share/OVMF/OVMF_CODE_4M.fd", "ovmf");
        PACKAGE_OF.put("/usr/share/seabios/bios-256k.bin", "seabios");
        PACKAGE_OF.put("/usr/lib/ipxe/qemu/pxe-virtio.rom", "ipxe-qemu");
        PACKAGE_OF.put("ipmi_sim", "openipmi");
        PACKAGE_OF.put("ip", "iproute2");
        PACKAGE_OF.put("virsh", "libvirt-clients");
    }

    private static final List<Path> PROGRAM_DIRECTORIES =
            Stream.of("/usr/sbin", "/usr/bin", "/sbin", "/bin", "/usr/local/sbin", "/usr/local/bin").map(Path::of).toList();

    private DebianPackages() {}

    /// Makes sure that programs (by name) and files (by absolute path) are there: installs their packages as root, else throws.
    ///
    /// @throws MissingProgramException naming what is missing and the packages that bring it
    public static void require(Collection<String> programsAndFiles, Progress progress) {
        List<String> missing = missing(programsAndFiles);
        if (missing.isEmpty()) {
            return;
        }
        Set<String> packages = packages(missing);
        if (!System.getProperty("user.name", "").equals("root")) {
            throw new MissingProgramException(missing, "Install them: apt-get install " + String.join(" ", packages));
        }
        progress.report("installing " + String.join(" ", packages), 0, 0);
        String reason = install(packages);
        List<String> still = missing(missing);
        if (!still.isEmpty()) {
            throw new MissingProgramException(still,
                    "apt-get install %s did not bring them. %s".formatted(String.join(" ", packages), reason).strip());
        }
    }

    public static List<String> missing(Collection<String> programsAndFiles) {
        return programsAndFiles.stream().distinct().filter(name -> find(name) == null).toList();
    }

    /// Where a program stands, also outside of `PATH`: `/usr/sbin` is not in an ordinary user's. Null when it is nowhere.
    public static Path find(String programOrFile) {
        if (programOrFile.startsWith("/")) {
            Path file = Path.of(programOrFile);
            return Files.exists(file) ? file : null;
        }
        return PROGRAM_DIRECTORIES.stream().map(directory -> directory.resolve(programOrFile)).filter(Files::isExecutable).findFirst().orElse(null);
    }

    static String cure(String program) {
        return "Install it: apt-get install " + PACKAGE_OF.getOrDefault(Path.of(program).getFileName().toString(), program);
    }

    private static Set<String> packages(List<String> names) {
        var packages = new LinkedHashSet<String>();
        names.forEach(name -> packages.add(PACKAGE_OF.getOrDefault(name, name)));
        return packages;
    }

    /// @return why it failed, or nothing
    private static String install(Set<String> packages) {
        var words = new ArrayList<>(List.of("apt-get", "-q", "-y", "-o", "DPkg::Lock::Timeout=300", "install", "--no-install-recommends"));
        words.addAll(packages);
        try {
            apt(words);
            return "";
        } catch (IOException first) {
            try { // package lists are absent or old
                apt(List.of("apt-get", "-q", "-o", "DPkg::Lock::Timeout=300", "update"));
                apt(words);
                return "";
            } catch (IOException second) {
                return second.getMessage();
            }
        }
    }

    private static void apt(List<String> words) throws IOException {
        Command.of(words).env("DEBIAN_FRONTEND", "noninteractive").timeout(Duration.ofMinutes(15)).run();
    }
}
