package io.bessemer.cli.ramdisk;

import io.bessemer.cli.DataDirectory;
import io.bessemer.cli.terminal.Terminal;
import io.bessemer.ramdisk.Flavour;
import io.bessemer.ramdisk.Ramdisk;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(name = "ramdisk", description = "The kernel and initramfs that machines boot to be worked on: build.",
        subcommands = RamdiskCommand.Build.class)
public final class RamdiskCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Say what to do: build.");
    }

    @Command(name = "build", description = "Build kernel and initramfs from Debian packages, if anything changed.")
    static final class Build implements Callable<Integer> {
        private final Terminal terminal;

        @Option(names = "--kernel", paramLabel = "cloud|generic",
                description = "cloud for virtual machines, generic for servers (default: generic).")
        private Flavour flavour = Flavour.GENERIC;

        @Mixin
        private DataDirectory data;

        Build(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() throws IOException {
            Ramdisk ramdisk = RamdiskWork.build(terminal, data, flavour);
            terminal.line("%s", ramdisk.kernel());
            terminal.line("%s", ramdisk.initramfs());
            return 0;
        }
    }
}
