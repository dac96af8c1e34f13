package io.bessemer.images.build;

import io.bessemer.core.program.Command;
import io.bessemer.core.program.DebianPackages;
import io.bessemer.core.program.Progress;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/// Lays a root folder out as a bootable disk: GPT with a BIOS boot partition, an EFI system partition and an ext4 root, and GRUB
/// for both firmwares. Partitions are written at their offsets into a plain file, so neither loop devices nor mounts are needed.
final class WholeDisk {
    /// Names this layout in stamps.
    static final String LAYOUT = "gpt-1";

    private static final int SECTOR = 512;
    private static final long MIB = 1 << 20;
    private static final long BIOS_SECTOR = 2048;
    private static final long BIOS_SECTORS = 2048;
    private static final long ESP_SECTOR = BIOS_SECTOR + BIOS_SECTORS;
    private static final Path BOOT_IMAGE = Path.of("/usr/lib/grub/i386-pc/boot.img");
    private static final List<String> MODULES = List.of("part_gpt", "part_msdos", "ext2", "fat", "normal", "search", "search_fs_uuid", "linux", "serial",
            "terminal", "echo", "configfile", "test", "all_video", "minicmd");

    /// Programs and files that must be there.
    static final List<String> NEEDED = List.of("sgdisk", "mke2fs", "mkfs.vfat", "mmd", "mcopy", "grub-mkimage", BOOT_IMAGE.toString(), "/usr/lib/grub/x86_64-efi/normal.mod");

    private final Path work;
    private final UUID rootId = UUID.randomUUID();
    private final int espMib;
    private final int rootMib;
    private final List<String> moreModules;

    WholeDisk(Path work, int espMib, int rootMib) {
        this(work, espMib, rootMib, List.of());
    }

    /// @param moreModules of GRUB, that the menu needs
    WholeDisk(Path work, int espMib, int rootMib, List<String> moreModules) {
        this.work = work;
        this.espMib = espMib;
        this.rootMib = rootMib;
        this.moreModules = List.copyOf(moreModules);
    }

    /// UUID of the root file system, for `fstab` and the kernel's `root=`.
    UUID rootId() {
        return rootId;
    }

    /// @param menu GRUB commands after the root file system was found; they end in `boot` or a menu entry
    Path write(Path root, String menu, Progress progress) throws IOException {
        DebianPackages.require(NEEDED, progress);
        progress.report("disk", 0, 0);
        Files.createDirectories(root.resolve("boot/grub"));
        Files.writeString(root.resolve("boot/grub/grub.cfg"), "search --no-floppy --set=root --fs-uuid %s%n%s".formatted(rootId, menu));
        Path early = Files.writeString(work.resolve("early.cfg"),
                "search --no-floppy --set=root --fs-uuid %s%nset prefix=($root)/boot/grub%nconfigfile $prefix/grub.cfg%n".formatted(rootId));
        Path core = mkimage("i386-pc", early, "core.img", List.of("biosdisk"));
        Path loader = mkimage("x86_64-efi", early, "BOOTX64.EFI", List.of("efi_gop", "efi_uga"));

        Path disk = work.resolve("disk.raw");
        long espSectors = espMib * MIB / SECTOR;
        long rootSector = ESP_SECTOR + espSectors;
        long rootSectors = rootMib * MIB / SECTOR;
        try (var file = FileChannel.open(disk, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.allocate(1), (rootSector + rootSectors) * SECTOR + MIB - 1); // the last MiB holds the backup GPT
        }
        run("sgdisk", "-o", "-a", "2048",
                "-n", "1:%d:%d".formatted(BIOS_SECTOR, ESP_SECTOR - 1), "-t", "1:ef02", "-c", "1:BIOS boot",
                "-n", "2:%d:%d".formatted(ESP_SECTOR, rootSector - 1), "-t", "2:ef00", "-c", "2:ESP",
                "-n", "3:%d:%d".formatted(rootSector, rootSector + rootSectors - 1), "-t", "3:8304", "-c", "3:root", disk.toString());
        run("mke2fs", "-q", "-F", "-t", "ext4", "-L", "root", "-U", rootId.toString(), "-E", "offset=%d,root_owner=0:0".formatted(rootSector * SECTOR),
                // features that GRUB 2.06 does not read
                "-O", "^metadata_csum_seed", "-d", root.toString(), disk.toString(), rootMib + "M");
        writeEsp(loader, disk);
        writeBios(core, disk);
        return disk;
    }

    private Path mkimage(String platform, Path early, String name, List<String> more) throws IOException {
        Path image = work.resolve(name);
        var words = new ArrayList<>(List.of("-O", platform, "-c", early.toString(), "-p", "/boot/grub", "-o", image.toString()));
        words.addAll(MODULES);
        words.addAll(moreModules);
        words.addAll(more);
        run("grub-mkimage", words.toArray(String[]::new));
        return image;
    }

    private void writeEsp(Path loader, Path disk) throws IOException {
        Path esp = work.resolve("esp.img");
        run("mkfs.vfat", "-F", espMib >= 64 ? "32" : "16", "-n", "ESP", "-C", esp.toString(), Long.toString(espMib * 1024L));
        run("mmd", "-i", esp.toString(), "::/EFI", "::/EFI/BOOT");
        run("mcopy", "-i", esp.toString(), loader.toString(), "::/EFI/BOOT/BOOTX64.EFI");
        try (var from = FileChannel.open(esp, StandardOpenOption.READ); var to = FileChannel.open(disk, StandardOpenOption.WRITE)) {
            copy(from, to, ESP_SECTOR * SECTOR);
        }
        Files.delete(esp);
    }

    /// What grub-bios-setup does with a device: the boot sector learns where the core image lies, the core image where its rest is.
    private static void writeBios(Path core, Path disk) throws IOException {
        byte[] image = Files.readAllBytes(core);
        int sectors = (image.length + SECTOR - 1) / SECTOR;
        if (sectors > BIOS_SECTORS) {
            throw new IOException("GRUB's core image has %d sectors, at most %d fit the BIOS boot partition".formatted(sectors, BIOS_SECTORS));
        }
        var list = ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN);
        list.putLong(0x1f4, BIOS_SECTOR + 1).putShort(0x1fc, (short) (sectors - 1)).putShort(0x1fe, (short) 0x820); // start, count, segment
        byte[] boot = Files.readAllBytes(BOOT_IMAGE);
        var sector = ByteBuffer.wrap(boot, 0, 440).order(ByteOrder.LITTLE_ENDIAN); // the partition table begins at 440
        sector.putLong(0x5c, BIOS_SECTOR).put(0x64, (byte) 0xff) // boot from the drive that the BIOS names
                .put(0x66, (byte) 0x90).put(0x67, (byte) 0x90); // no jump over the check of that drive number: some BIOSes pass nonsense
        try (var to = FileChannel.open(disk, StandardOpenOption.WRITE)) {
            to.write(ByteBuffer.wrap(boot, 0, 440), 0);
            to.write(ByteBuffer.wrap(image), BIOS_SECTOR * SECTOR);
        }
    }

    private static void copy(FileChannel from, FileChannel to, long offset) throws IOException {
        to.position(offset);
        for (long done = 0; done < from.size();) {
            done += from.transferTo(done, from.size() - done, to);
        }
    }

    private static void run(String program, String... arguments) throws IOException {
        Command.of(DebianPackages.find(program).toString(), arguments).env("MTOOLS_SKIP_CHECK", "1").run();
    }
}
