package io.bessemer.agent.boot;

import io.bessemer.agent.disk.PartitionTable;
import io.bessemer.agent.linux.SystemCalls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Mounts the partition for a look. Needs the kernel modules vfat, nls_cp437 and nls_ascii.
final class MountedEsp implements EspReader {
    @Override
    public String loader(PartitionTable.Partition esp) throws IOException {
        Path folder = Files.createTempDirectory("esp");
        try {
            SystemCalls.mount(esp.node(), folder, "vfat", true);
            try {
                return Loaders.find(folder);
            } finally {
                SystemCalls.unmount(folder);
            }
        } finally {
            Files.delete(folder);
        }
    }
}
