package io.bessemer.agent;

import io.bessemer.agent.disk.Disk;
import io.bessemer.agent.disk.Disks;
import io.bessemer.agent.linux.Sysfs;
import java.nio.file.Path;
import java.util.List;

/// The disks of the machine that this runs on.
record MachineStorage(Sysfs sysfs) implements Storage {
    @Override
    public List<Disk> usable() {
        return Disks.usable(sysfs);
    }

    @Override
    public List<Path> beside() {
        return Disks.besideArrays(sysfs);
    }
}
