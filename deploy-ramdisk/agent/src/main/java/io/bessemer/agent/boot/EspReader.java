package io.bessemer.agent.boot;

import io.bessemer.agent.disk.PartitionTable;
import java.io.IOException;

/// Looks into an EFI system partition.
@FunctionalInterface
interface EspReader {
    /// @return path of the loader to start, `\EFI\debian\shimx64.efi`, or empty when there is none
    String loader(PartitionTable.Partition esp) throws IOException;
}
