package io.bessemer.cli.node;

import io.bessemer.cli.CommandFailure;
import io.bessemer.cli.client.ApiException;
import io.bessemer.cli.client.BessemerClient;
import io.bessemer.cli.client.ServerOptions;
import io.bessemer.cli.terminal.Table;
import io.bessemer.cli.terminal.Terminal;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/// Of whose BMC's users is spoken, and on what channel.
final class BmcUserOptions {
    @Mixin
    private ServerOptions server;

    @Parameters(index = "0", paramLabel = "NODE", description = "Its name or UUID.")
    private String node;

    @Option(names = "--channel", paramLabel = "NUMBER", description = "Of the BMC, 1 to 11, on which privileges are meant (default: the one that Bessemer comes by).")
    private Integer channel;

    ServerOptions server() {
        return server;
    }

    String node() {
        return node;
    }

    /// @param user a number with a slash before it, or nothing
    String path(String user) {
        return "/v1/nodes/" + BessemerClient.segment(node) + "/bmc/users" + user + (channel == null ? "" : "?channel=" + channel);
    }

    /// By name first: a name may be a number.
    ///
    /// @return as the server lists it; of one that has no name, only its `id`
    JsonNode find(BessemerClient client, String user) throws ApiException, InterruptedException {
        List<JsonNode> known = client.get(path("")).path("users").valueStream().toList();
        return known.stream().filter(one -> one.path("name").asString("").equals(user)).findFirst()
                .or(() -> known.stream().filter(one -> NodeText.of(one.path("id")).equals(user)).findFirst())
                .orElseThrow(() -> new CommandFailure("The BMC of %s has no user '%s'. It has: %s.".formatted(node, user,
                        known.stream().map(one -> "%s (%s)".formatted(NodeText.of(one.path("name")), NodeText.of(one.path("id")))).collect(Collectors.joining(", ")))));
    }

    static void print(Terminal terminal, Iterable<JsonNode> users) {
        var table = new Table("ID", "NAME", "PRIVILEGE", "ENABLED", "LOGIN", "LINK", "");
        for (JsonNode user : users) {
            table.row(NodeText.of(user.path("id")), NodeText.of(user.path("name")), NodeText.of(user.path("privilege")), NodeText.yesOrNo(user.path("enabled")),
                    NodeText.yesOrNo(user.path("messaging")), NodeText.yesOrNo(user.path("link_authentication")), user.path("ours").asBoolean(false) ? "Bessemer's" : "");
        }
        table.print(terminal);
    }
}
