package io.bessemer.agent.inventory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.bessemer.agent.disk.Disk;
import io.bessemer.agent.disk.Disks;
import io.bessemer.agent.linux.Fixture;
import io.bessemer.agent.linux.Sysfs;
import io.bessemer.agent.server.Json;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InventoryReaderTest {
    @TempDir
    private Path root;

    @Test
    void a_bios_vm_is_described_in_ironics_schema() throws InterruptedException {
        Map<String, Object> inventory = inventory("bios-vm");
        assertThat(inventory).containsOnlyKeys("interfaces", "cpu", "disks", "memory", "bmc_address", "bmc_v6address", "system_vendor", "boot", "hostname");
        assertThat(list(inventory, "interfaces")).singleElement().satisfies(nic -> assertThat(nic).containsEntry("name", "eth0")
                .containsEntry("mac_address", "52:54:00:aa:00:01").containsEntry("has_carrier", true).containsEntry("vendor", "0x1af4")
                .containsEntry("product", "0x1000").containsEntry("pci_address", "0000:00:03.0").containsEntry("driver", "virtio_net")
                .containsEntry("speed_mbps", null));
        assertThat(list(inventory, "disks")).singleElement().satisfies(disk -> assertThat(disk).containsEntry("name", "/dev/vda")
                .containsEntry("size", 20L << 30).containsEntry("serial", "BM-VM1-DISK").containsEntry("rotational", true).containsEntry("wwn", null)
                .containsEntry("by_path", "/dev/disk/by-path/pci-0000:00:04.0").containsEntry("hctl", null));
        assertThat(map(inventory, "cpu")).containsEntry("count", 2L).containsEntry("model_name", "QEMU Virtual CPU version 2.5+")
                .containsEntry("frequency", "2095.076").containsEntry("flags", List.of("fpu", "vme", "lm", "hypervisor")).containsEntry("socket_count", 2L);
        assertThat(map(inventory, "memory")).containsEntry("total", 479632L * 1024).containsEntry("physical_mb", 512L);
        assertThat(map(inventory, "system_vendor")).containsEntry("serial_number", "BM-VM1").containsEntry("manufacturer", "QEMU");
        assertThat(map(inventory, "boot")).containsEntry("current_boot_mode", "bios").containsEntry("pxe_interface", "52:54:00:aa:00:01");
        assertThat(inventory).containsEntry("bmc_address", null);
    }

    @Test
    void a_uefi_server_has_its_disks_told_apart() throws InterruptedException {
        Map<String, Object> inventory = inventory("uefi-server");
        assertThat(map(inventory, "boot")).containsEntry("current_boot_mode", "uefi");
        assertThat(map(inventory, "memory")).containsEntry("physical_mb", 262_144L);
        assertThat(list(inventory, "interfaces")).singleElement().satisfies(
                nic -> assertThat(nic).containsEntry("speed_mbps", 25000L).containsEntry("driver", "i40e").containsEntry("pci_address", "0000:3b:00.0"));
        List<Disk> disks = Disks.list(new Sysfs(root));
        assertThat(disks).extracting(Disk::name, Disk::internal).containsExactly(tuple("/dev/nvme0n1", true),
                tuple("/dev/sda", true), tuple("/dev/sdb", false), tuple("/dev/sdc", true));
        assertThat(disks.get(0)).isEqualTo(new Disk("/dev/nvme0n1", "INTEL SSDPE2KX010T8", 1953525168L * 512, false, "eui.01000000010000005cd2e4aabbcc0051",
                "eui.01000000010000005cd2e4aabbcc0051", "", "BTLJ000000001P0FGN", "", "", "/dev/disk/by-path/pci-0000:81:00.0-nvme-1", false, false));
        assertThat(disks.get(1)).isEqualTo(new Disk("/dev/sda", "ST4000NM0035-1V4", 7814037168L * 512, true, "0x5000c500a1b2c3d4", "0x5000c500a1b2c3d4",
                "", "ZC12AB34", "ATA", "2:0:0:0", "/dev/disk/by-path/pci-0000:00:17.0-ata-3", false, false));
        assertThat(disks.get(3)).isEqualTo(new Disk("/dev/sdc", "PERC H740P Mini", 468862128L * 512, false, "0x6d0946606ab1c200",
                "0x6d0946606ab1c20025e0a1b2c3d4e5f6", "0x25e0a1b2c3d4e5f6", "", "DELL", "0:2:1:0", "/dev/disk/by-path/pci-0000:18:00.0-scsi-0:2:1:0", false, false));
    }

    @Test
    void an_empty_tree_gives_an_inventory_of_nothing() throws Exception {
        Map<String, Object> read = new InventoryReader(new Sysfs(root), "").read();
        assertThat(Json.object(Json.bytes(read))).containsOnlyKeys("inventory", "plugin_data");
        assertThat(list(map(read, "inventory"), "disks")).isEmpty();
    }

    @Test
    void this_machine_can_be_read_and_sent() throws Exception {
        Map<String, Object> read = new InventoryReader(Sysfs.MACHINE, "").read();
        assertThat(map(map(Json.object(Json.bytes(read)), "inventory"), "cpu").get("model_name")).isInstanceOf(String.class);
    }

    @Test
    void any_bytes_are_a_bearable_smbios_table() {
        var random = RandomGeneratorFactory.of("L64X128MixRandom").create(17);
        for (int round = 0; round < 20_000; round++) {
            byte[] table = new byte[random.nextInt(80)];
            random.nextBytes(table);
            for (int i = 0; i + 1 < table.length; i += 20) {
                table[i] = 17;
                table[i + 1] = (byte) random.nextInt(48);
            }
            assertThat(Smbios.memoryMib(table).orElse(1L)).as(HexFormat.of().formatHex(table)).isPositive();
        }
    }

    @SuppressWarnings("unchecked")
    private Map<String, Object> inventory(String machine) throws InterruptedException {
        return (Map<String, Object>) new InventoryReader(Fixture.machine(machine, root), "52:54:00:aa:00:01").read().get("inventory");
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(Map<String, Object> parent, String name) {
        return (Map<String, Object>) parent.get(name);
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> list(Map<String, Object> parent, String name) {
        return (List<Map<String, Object>>) parent.get(name);
    }
}
