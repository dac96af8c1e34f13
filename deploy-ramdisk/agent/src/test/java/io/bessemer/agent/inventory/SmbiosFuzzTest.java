package io.bessemer.agent.inventory;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.bessemer.agent.linux.Sysfs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Stream;

/// What firmware and kernel tell of a machine.
class SmbiosFuzzTest {
    private static final String[] FILES = {"/proc/cpuinfo", "/proc/meminfo", "/sys/block/sda/size", "/sys/block/sda/device/wwid", "/sys/block/sda/device/vpd_pg80",
        "/sys/class/net/eth0/speed", "/sys/class/net/eth0/device/vendor", "/sys/class/dmi/id/product_name", "/sys/firmware/dmi/tables/DMI"};

    /// Each file is the same bytes.
    @FuzzTest
    void any_tree_of_files_makes_an_inventory(byte[] bytes) throws Exception {
        Path root = Files.createTempDirectory("machine");
        try {
            for (String name : FILES) {
                Path file = root.resolve(name.substring(1));
                Files.createDirectories(file.getParent());
                Files.write(file, bytes);
            }
            assert new InventoryReader(new Sysfs(root), "").read().get("inventory") instanceof Map<?, ?> found && found.get("memory") != null;
        } finally {
            try (Stream<Path> files = Files.walk(root)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }


    @FuzzTest
    void any_table_is_read_to_its_end(byte[] table) {
        Smbios.memoryMib(table).ifPresent(mib -> {
            assert mib > 0 : mib;
        });
    }
}
