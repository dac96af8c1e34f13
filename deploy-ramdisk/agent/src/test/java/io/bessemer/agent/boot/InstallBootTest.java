package io.bessemer.agent.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bessemer.agent.disk.PartitionTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InstallBootTest {
    private static final String GLOBAL = "-8be4df61-93ca-11d2-aa0d-00e098032b8c";
    private static final UUID ESP = UUID.fromString("0fc63daf-1234-5678-9abc-def012345678");
    // Boot0001 of OVMF with a virtio NIC: "UEFI PXEv4", PciRoot(0)/Pci(3,0)/MAC/IPv4
    private static final String NETWORK = "01000000" + "5600" + "5500450046004900200050005800450076003400" + "0000"
            + "02010c00d041030a00000000" + "010106000003" + "030b2500525400aa000100000000000000000000000000000000000000000000000000000001"
            + "030c1b00" + "00".repeat(23) + "7fff0400";

    @TempDir
    private Path folder;
    private Path efivars;
    private BootVariables variables;

    @BeforeEach
    void firmware() throws IOException {
        efivars = Files.createDirectory(folder.resolve("efivars"));
        variables = new BootVariables(efivars);
        variable("Boot0000", "09010000" + "0400" + "550069004100700070000000" + "7fff0400");
        variable("Boot0001", NETWORK);
        variable("Boot0003", HexFormat.of().formatHex(LoadOption.ofFile("old disk", 1, 2048, 4096, UUID.randomUUID(), "\\EFI\\BOOT\\BOOTX64.EFI").encode()));
        variable("BootOrder", "0000" + "0300" + "0100");
        variable("BootCurrent", "0100");
        variable("Timeout", "0000");
    }

    @Test
    void a_load_option_is_encoded_as_the_uefi_specification_says() {
        assertThat(HexFormat.of().formatHex(LoadOption.ofFile("disk", 2, 2048, 131072, ESP, "\\A").encode())).isEqualTo("01000000" + "3800"
                + "6400690073006b000000" + "04012a00" + "02000000" + "0008000000000000" + "0000020000000000" + "af3dc60f341278569abcdef012345678" + "0202"
                + "04040a00" + "5c0041000000" + "7fff0400");
    }

    @Test
    void the_new_entry_comes_right_behind_the_network() throws Exception {
        assertThat(install().uefi(Path.of("/dev/vda"), table("gpt"), List.of())).containsEntry("loader", "\\EFI\\debian\\shimx64.efi")
                .containsEntry("entries", List.of("Boot0001 UEFI PXEv4", "Boot0002 Bessemer host", "Boot0000 UiApp", "Boot0003 old disk"));
        assertThat(variables.order()).containsExactly(1, 2, 0, 3);
        assertThat(variables.entries().get(2).partition()).isEqualTo(ESP.toString());
        assertThat(Files.readAllBytes(efivars.resolve("Boot0002" + GLOBAL))).startsWith(7, 0, 0, 0, 1, 0, 0, 0);
    }

    @Test
    void twice_is_as_good_as_once_and_duplicates_go() throws Exception {
        variables.put(9, LoadOption.ofFile(InstallBoot.DESCRIPTION, 1, 1, 1, UUID.randomUUID(), "\\old.efi"));
        variables.put(10, LoadOption.ofFile("debian", 1, 2048, 131072, ESP, "\\EFI\\debian\\grubx64.efi"));
        variables.order(List.of(10, 9, 1));
        install().uefi(Path.of("/dev/vda"), table("gpt"), List.of());
        install().uefi(Path.of("/dev/vda"), table("gpt"), List.of());
        assertThat(variables.entries()).containsOnlyKeys(0, 1, 3, 9);
        assertThat(variables.order()).containsExactly(1, 9);
    }

    @Test
    void an_image_without_what_uefi_needs_is_refused() {
        assertThatThrownBy(() -> install().uefi(Path.of("/dev/vda"), new PartitionTable("gpt", 1, 512, List.of()), List.of()))
                .hasMessage("/dev/vda has no EFI system partition: this image cannot boot by UEFI");
        assertThatThrownBy(() -> new InstallBoot(variables, _ -> "").uefi(Path.of("/dev/vda"), table("gpt"), List.of())).hasMessageContaining("no boot loader");
        assertThatThrownBy(() -> install().uefi(Path.of("/dev/vda"), table("dos"), List.of())).hasMessageContaining("need a GPT");
    }

    @Test
    void a_firmware_that_forgets_is_found_out() throws IOException {
        var forgetful = new BootVariables(efivars) {
            @Override
            void order(List<Integer> order) {
                // some firmware answers success and keeps its own order
            }
        };
        assertThatThrownBy(() -> new InstallBoot(forgetful, _ -> "\\x.efi").uefi(Path.of("/dev/vda"), table("gpt"), List.of()))
                .hasMessage("the firmware did not keep the boot order [1, 2, 0, 3], it has [0, 3, 1]");
    }

    @Test
    void loaders_are_found_whatever_their_case_and_shim_first() throws IOException {
        Path esp = folder.resolve("esp");
        Files.createDirectories(esp.resolve("EFI/BOOT"));
        assertThat(Loaders.find(esp)).isEmpty();
        Files.createFile(esp.resolve("EFI/BOOT/BOOTX64.EFI"));
        assertThat(Loaders.find(esp)).isEqualTo("\\EFI\\BOOT\\BOOTX64.EFI");
        Files.createDirectories(esp.resolve("EFI/Debian"));
        Files.createFile(esp.resolve("EFI/Debian/GRUBX64.EFI"));
        assertThat(Loaders.find(esp)).isEqualTo("\\EFI\\Debian\\GRUBX64.EFI");
        Files.createFile(esp.resolve("EFI/Debian/shimx64.efi"));
        assertThat(Loaders.find(esp)).isEqualTo("\\EFI\\Debian\\shimx64.efi");
    }

    @Test
    void bios_needs_boot_code_in_the_mbr() throws Exception {
        Path disk = folder.resolve("disk");
        byte[] mbr = new byte[1024];
        Files.write(disk, mbr);
        assertThatThrownBy(() -> InstallBoot.bios(disk, table("gpt"))).hasMessageContaining("has no boot signature");
        mbr[510] = 0x55;
        mbr[511] = (byte) 0xaa;
        Files.write(disk, mbr);
        assertThatThrownBy(() -> InstallBoot.bios(disk, table("gpt"))).hasMessageContaining("holds no boot code");
        mbr[0] = (byte) 0xeb;
        Files.write(disk, mbr);
        assertThat(InstallBoot.bios(disk, table("gpt"))).containsEntry("entries", List.of("MBR: boot code (gpt)"));
    }

    private InstallBoot install() {
        return new InstallBoot(variables, _ -> "\\EFI\\debian\\shimx64.efi");
    }

    private static PartitionTable table(String label) {
        return new PartitionTable(label, 1L << 30, 512, List.of(
                new PartitionTable.Partition("/dev/vda2", 2, 2048 * 512, 131072 * 512, "C12A7328-F81F-11D2-BA4B-00A0C93EC93B", ESP.toString().toUpperCase(Locale.ROOT), "")));
    }

    private void variable(String name, String hex) throws IOException {
        Files.write(efivars.resolve(name + GLOBAL), HexFormat.of().parseHex("07000000" + hex));
    }
}
