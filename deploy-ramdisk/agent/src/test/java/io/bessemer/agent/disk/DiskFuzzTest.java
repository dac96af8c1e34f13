package io.bessemer.agent.disk;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.bessemer.agent.command.CommandFailedException;
import io.bessemer.agent.protocol.DecodeException;
import io.bessemer.agent.server.Json;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// What stands on a disk that somebody else used before, and what a server says of where an image is and where it goes to.
class DiskFuzzTest {
    private static final Path SDA = Path.of("/dev/sda");
    private static final URI SERVER = URI.create("http://192.0.2.1:8088");
    private static final List<Disk> DISKS = List.of(
            new Disk("/dev/sda", "MODEL", 10L << 30, true, "0x5000", "0x50001", "0x1", "S1", "ATA", "0:0:0:0", "/dev/disk/by-path/pci-0000:00:1f.2-ata-1", false, false),
            new Disk("/dev/nvme0n1", "", 100L << 30, false, "", "", "", "", "", "", "", false, false));

    @FuzzTest
    void partition_tables(byte[] json) {
        try {
            PartitionTable table = PartitionTable.decode(Json.object(json), SDA);
            assert table.sectorBytes() > 0 && table.lastByte() >= 0 : table;
            for (PartitionTable.Partition one : table.partitions()) {
                assert one.start() >= 0 && one.length() >= 0 && one.end() >= one.start() && one.node().startsWith("/dev/sda") : one;
                one.isEsp();
                one.isBiosBoot();
            }
        } catch (DecodeException expected) {
            assert expected.getMessage() != null;
        }
    }

    /// A device that is these bytes alone, which may be shorter than a superblock.
    @FuzzTest
    void superblocks(byte[] bytes) throws IOException {
        Path device = Files.createTempFile("member", ".raw");
        try {
            Files.write(device, bytes);
            MdSuperblock.read(device).ifPresent(found -> {
                assert found.uuid().matches("[0-9a-f]{8}(:[0-9a-f]{8}){3}") && found.name().length() <= 32 : found;
            });
        } finally {
            Files.delete(device);
        }
    }

    @FuzzTest
    void image_addresses(byte[] json) {
        try {
            ImageAddress address = ImageAddress.of(Json.object(json));
            assert SERVER.resolve(address.manifest()).getScheme().startsWith("http") && SERVER.resolve(address.chunks() + "00").getScheme().startsWith("http") : address;
        } catch (DecodeException | CommandFailedException expected) {
            assert expected.getMessage() != null;
        }
    }

    @FuzzTest
    void root_device_hints(byte[] json) {
        try {
            Map<String, Object> params = Json.object(json);
            RootDevice.choose(DISKS, params.get("root_device"));
            RootDevice.matching(DISKS, params);
        } catch (DecodeException | CommandFailedException expected) {
            assert expected.getMessage() != null;
        }
    }
}
