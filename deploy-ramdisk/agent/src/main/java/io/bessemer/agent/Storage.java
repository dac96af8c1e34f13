package io.bessemer.agent;

import io.bessemer.agent.disk.Disk;
import java.nio.file.Path;
import java.util.List;

/// The machine's disks, looked up anew by each command.
interface Storage {
    /// What data may go to.
    List<Disk> usable();

    /// Partitions that belong to no usable disk, and to no array, but may hold something of a former user.
    List<Path> beside();
}
