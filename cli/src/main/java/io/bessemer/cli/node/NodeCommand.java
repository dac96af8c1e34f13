package io.bessemer.cli.node;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(name = "node", description = "Look at nodes and their BMCs: list, show, explain, console, watch, sensors, sel, fru, bmc, users, add-user, set-user, remove-user, rotate-password, reset-bmc.",
        subcommands = {NodeList.class, NodeShow.class, NodeExplain.class, NodeConsole.class, NodeWatch.class, NodeSensors.class, NodeSel.class, NodeFru.class,
            NodeBmc.class, NodeUsers.class, NodeAddUser.class, NodeSetUser.class, NodeRemoveUser.class, NodeRotatePassword.class, NodeResetBmc.class})
public final class NodeCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Name one of list, show, explain, console, watch, sensors, sel, fru, bmc, users, add-user, set-user, remove-user, rotate-password, reset-bmc.");
    }
}
