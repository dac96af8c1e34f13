package io.bessemer.cli.node;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(name = "node", description = "Look at nodes: list, show, explain, console, sensors, watch.",
        subcommands = {NodeList.class, NodeShow.class, NodeExplain.class, NodeConsole.class, NodeSensors.class, NodeWatch.class})
public final class NodeCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Name one of list, show, explain, console, sensors, watch.");
    }
}
