package io.bessemer.cli.ramdisk;

import io.bessemer.cli.DataDirectory;
import io.bessemer.cli.terminal.Terminal;
import io.bessemer.cli.terminal.WorkProgress;
import io.bessemer.ramdisk.Flavour;
import io.bessemer.ramdisk.Ramdisk;
import io.bessemer.ramdisk.RamdiskBuilder;
import io.bessemer.ramdisk.RamdiskSettings;
import java.io.IOException;

/// Builds the ramdisk, if it is not up to date, and shows how far it is.
public final class RamdiskWork {
    private RamdiskWork() {}

    public static Ramdisk build(Terminal terminal, DataDirectory data, Flavour flavour) throws IOException {
        var progress = new WorkProgress(terminal, "Ramdisk");
        progress.report("checking", 0, 0);
        var settings = RamdiskSettings.of(data.boot(), data.cache(), DataDirectory.agentJar(), DataDirectory.agentLibraries(), flavour);
        Ramdisk ramdisk = new RamdiskBuilder(settings, progress).build();
        progress.done("%s: kernel %s and initramfs, %.0f MB".formatted(ramdisk.built() ? "built" : "up to date", ramdisk.kernelVersion(),
                (ramdisk.kernelBytes() + ramdisk.initramfsBytes()) / 1e6));
        return ramdisk;
    }
}
