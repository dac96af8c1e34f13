package io.bessemer.cli.node;

import io.bessemer.cli.client.BessemerClient;
import io.bessemer.cli.client.ServerOptions;
import io.bessemer.cli.terminal.FactLines;
import io.bessemer.cli.terminal.Table;
import io.bessemer.cli.terminal.Terminal;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

@Command(name = "bmc", description = "A node's BMC: firmware, network, accounts, watchdog, and what of that is a risk.")
final class NodeBmc implements Callable<Integer> {
    /// what is shown in other ways
    private static final List<String> APART = List.of("accounts", "warnings", "cipher_suites");

    private final Terminal terminal;

    @Mixin
    private ServerOptions options;

    @Parameters(paramLabel = "NODE", description = "Its name or UUID.")
    private String name;

    NodeBmc(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        JsonNode answer = options.ask(client -> client.get("/v1/nodes/" + BessemerClient.segment(name) + "/bmc"));
        if (options.json()) {
            terminal.line("%s", BessemerClient.pretty(answer));
            return 0;
        }
        JsonNode bmc = answer.path("bmc");
        var facts = new FactLines();
        bmc.properties().stream().filter(fact -> !APART.contains(fact.getKey())).forEach(fact -> fact(facts, fact.getKey(), fact.getValue()));
        String suites = bmc.path("lan").path("cipher_suites").valueStream().map(suite -> "%d %s".formatted(suite.path("id").asInt(0), suite.path("privilege").asString("").toLowerCase(Locale.ROOT)))
                .collect(Collectors.joining(", "));
        facts.add("cipher suites", suites);
        facts.print(terminal);
        if (!bmc.path("accounts").isEmpty()) {
            var table = new Table("ID", "ACCOUNT", "ENABLED", "LOGIN", "PRIVILEGE");
            bmc.path("accounts").forEach(account -> table.row(NodeText.of(account.path("id")), NodeText.of(account.path("name")), NodeText.yesOrNo(account.path("enabled")),
                    NodeText.yesOrNo(account.path("messaging")), NodeText.of(account.path("privilege"))));
            table.print(terminal);
        }
        bmc.path("warnings").forEach(warning -> terminal.line("%s", "Warning: " + warning.asString("")));
        return 0;
    }

    private static void fact(FactLines facts, String key, JsonNode value) {
        if (value.isObject()) {
            value.properties().stream().filter(inner -> !APART.contains(inner.getKey())).forEach(inner -> Facts.add(facts, key + " " + inner.getKey(), inner.getValue()));
            return;
        }
        Facts.add(facts, key, value);
    }
}
