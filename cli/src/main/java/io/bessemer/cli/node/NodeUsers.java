package io.bessemer.cli.node;

import io.bessemer.cli.client.BessemerClient;
import io.bessemer.cli.terminal.Terminal;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import tools.jackson.databind.JsonNode;

@Command(name = "users", description = "The users of a node's BMC: number, name, privilege on a channel, whether it is enabled, may log in to give commands (LOGIN) and open a serial link (LINK).")
final class NodeUsers implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private BmcUserOptions options;

    NodeUsers(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        JsonNode answer = options.server().ask(client -> client.get(options.path("")));
        if (options.server().json()) {
            terminal.line("%s", BessemerClient.pretty(answer));
            return 0;
        }
        BmcUserOptions.print(terminal, answer.path("users"));
        terminal.line("%s", "Channel %d. %d of %d numbers have a name or are in use; the BMC counts %d enabled.".formatted(answer.path("channel").asInt(0), answer.path("users").size(),
                answer.path("room").asInt(0), answer.path("enabled").asInt(0)));
        return 0;
    }
}
