package io.bessemer.cli.agent;

import io.bessemer.cli.DataDirectory;
import io.bessemer.cli.terminal.Terminal;
import io.bessemer.images.build.ComputeAgentArchive;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(name = "agent", description = "The compute agent that hosts with bootstrap first-boot install: build.", subcommands = AgentCommand.Build.class)
public final class AgentCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Say what to do: build.");
    }

    @Command(name = "build", description = "Build the archive that the server gives to hosts on their first boot, if anything changed. A running server takes it up by itself.")
    static final class Build implements Callable<Integer> {
        private final Terminal terminal;

        @Mixin
        private DataDirectory data;

        Build(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() throws IOException {
            ComputeAgentArchive.Built built = AgentWork.build(terminal, data);
            terminal.line("%s", built.file());
            terminal.line("sha256 %s", built.archive().sha256());
            return 0;
        }
    }
}
