package io.bessemer.cli.node;

import io.bessemer.cli.terminal.Confirmation;
import io.bessemer.cli.terminal.Terminal;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

@Command(name = "remove-user", description = "Disable a user of a node's BMC, and take its privilege on the channel and its name, so that its number is free.")
final class NodeRemoveUser implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private BmcUserOptions options;

    @Parameters(index = "1", paramLabel = "USER", description = "Its name or number.")
    private String user;

    @Mixin
    private Confirmation confirmation;

    NodeRemoveUser(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        JsonNode found = options.server().ask(client -> options.find(client, user));
        String shown = "user '%s' (%s) of the BMC of %s".formatted(NodeText.of(found.path("name")), NodeText.of(found.path("id")), options.node());
        confirmation.require(terminal, "Remove %s?".formatted(shown), options.server().json());
        options.server().ask(client -> {
            client.delete(options.path("/" + found.path("id").asInt(0)));
            return shown;
        });
        terminal.line("%s", "Removed %s.".formatted(shown));
        return 0;
    }
}
