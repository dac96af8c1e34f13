package io.bessemer.cli.node;

import io.bessemer.cli.client.BessemerClient;
import io.bessemer.cli.terminal.Terminal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

@Command(name = "set-user", description = "Change a user of a node's BMC. The one that Bessemer logs in as is not made less.")
final class NodeSetUser implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private BmcUserOptions options;

    @Parameters(index = "1", paramLabel = "USER", description = "Its name or number.")
    private String user;

    @Option(names = "--privilege", paramLabel = "LEVEL", description = "On the channel: no-access, callback, user, operator or administrator.")
    private String privilege;

    @Option(names = "--enable", description = "It may log in.")
    private boolean enable;

    @Option(names = "--disable", description = "It may not, and keeps the rest.")
    private boolean disable;

    @Option(names = "--rename", paramLabel = "NAME", description = "Its new name, at most 16 characters.")
    private String name;

    @Option(names = "--stdin", description = "Give it another password, which is read, a line, from standard input.")
    private boolean fromInput;

    @Option(names = "--login", paramLabel = "yes|no", description = "Whether it may log in on the channel to give commands.")
    private String login;

    @Option(names = "--link", paramLabel = "yes|no", description = "Whether it may open a serial link on the channel.")
    private String link;

    @Spec
    private CommandSpec spec;

    NodeSetUser(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        if (enable && disable) {
            throw new ParameterException(spec.commandLine(), "Give --enable or --disable, not both.");
        }
        Map<String, Object> change = new LinkedHashMap<>();
        put(change, "privilege", privilege);
        put(change, "name", name);
        put(change, "messaging", login);
        put(change, "link_authentication", link);
        put(change, "enabled", enable ? Boolean.TRUE : disable ? Boolean.FALSE : null);
        if (change.isEmpty() && !fromInput) {
            throw new ParameterException(spec.commandLine(), "Say what to change: --privilege, --enable, --disable, --rename, --stdin, --login or --link.");
        }
        if (fromInput) {
            change.put("password", PasswordLine.read("write it there as a line, or leave out --stdin"));
        }
        JsonNode changed = options.server().ask(client -> client.put(options.path("/" + options.find(client, user).path("id").asInt(0)), change));
        if (options.server().json()) {
            terminal.line("%s", BessemerClient.pretty(changed));
            return 0;
        }
        BmcUserOptions.print(terminal, List.of(changed));
        return 0;
    }

    private static void put(Map<String, Object> change, String key, Object value) {
        if (value != null) {
            change.put(key, value);
        }
    }
}
