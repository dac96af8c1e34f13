package io.bessemer.cli.node;

import io.bessemer.cli.client.BessemerClient;
import io.bessemer.cli.terminal.Terminal;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

@Command(name = "add-user", description = "Make a user of a node's BMC. Its password is read, a line, from standard input; a terminal asks for it.")
final class NodeAddUser implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private BmcUserOptions options;

    @Parameters(index = "1", paramLabel = "NAME", description = "At most 16 characters.")
    private String name;

    @Option(names = "--privilege", required = true, paramLabel = "LEVEL", description = "callback, user, operator or administrator.")
    private String privilege;

    NodeAddUser(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        String password = PasswordLine.read("write it there as a line");
        JsonNode made = options.server().ask(client -> client.post(options.path(""), Map.of("name", name, "password", password, "privilege", privilege)));
        if (options.server().json()) {
            terminal.line("%s", BessemerClient.pretty(made));
            return 0;
        }
        BmcUserOptions.print(terminal, List.of(made));
        return 0;
    }
}
