package io.bessemer.cli.event;

import io.bessemer.cli.CommandFailure;
import io.bessemer.cli.ExitCode;
import io.bessemer.cli.client.BessemerClient;
import io.bessemer.cli.client.ServerOptions;
import io.bessemer.cli.node.NodeText;
import io.bessemer.cli.pool.Deletion;
import io.bessemer.cli.terminal.FactLines;
import io.bessemer.cli.terminal.Table;
import io.bessemer.cli.terminal.Terminal;
import io.bessemer.cli.terminal.Terminal.Colour;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

@Command(name = "webhook", description = "Addresses that are told of events by POST.",
        subcommands = {WebhookCommand.ListAll.class, WebhookCommand.Show.class, WebhookCommand.Create.class, WebhookCommand.Delete.class})
public final class WebhookCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Say what to do: list, show, create or delete.");
    }

    @Command(name = "list", description = "All webhooks, and how they are doing.")
    static final class ListAll implements Callable<Integer> {
        private final Terminal terminal;

        @Mixin
        private ServerOptions options;

        ListAll(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() throws InterruptedException {
            List<JsonNode> hooks = options.ask(client -> client.list("/v1/webhooks?detail=true", "webhooks"));
            if (options.json()) {
                terminal.line("%s", BessemerClient.pretty(hooks));
                return 0;
            }
            if (hooks.isEmpty()) {
                terminal.line("No webhooks yet. Make one: ./bessemer webhook create NAME URL");
                return 0;
            }
            var table = new Table("NAME", "STATE", "BEHIND", "DROPPED", "URL", "LAST ERROR");
            hooks.forEach(hook -> table.row(NodeText.of(hook.path("name")), NodeText.of(hook.path("state")), NodeText.of(hook.path("behind")), NodeText.of(hook.path("dropped")),
                    NodeText.of(hook.path("url")), NodeText.of(hook.path("last_error"))));
            table.print(terminal);
            return 0;
        }
    }

    @Command(name = "show", description = "A webhook: what it is told of, how far it is, and what is wrong.")
    static final class Show implements Callable<Integer> {
        private final Terminal terminal;

        @Parameters(paramLabel = "WEBHOOK", description = "Its name or UUID.")
        private String name;

        @Mixin
        private ServerOptions options;

        Show(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() throws InterruptedException {
            JsonNode hook = options.ask(client -> client.get("/v1/webhooks/" + BessemerClient.segment(name)));
            if (options.json()) {
                terminal.line("%s", BessemerClient.pretty(hook));
                return 0;
            }
            terminal.line("%s is %s", terminal.paint(Colour.BOLD, NodeText.of(hook.path("name"))), NodeText.of(hook.path("state")));
            new FactLines()
                    .add("URL", NodeText.of(hook.path("url")))
                    .add("Types", hook.path("types").isEmpty() ? "all" : hook.path("types").valueStream().map(type -> type.asString("")).collect(Collectors.joining(", ")))
                    .add("Delivered", NodeText.of(hook.path("delivered")))
                    .add("Behind", NodeText.of(hook.path("behind")) + " events")
                    .add("Given up", NodeText.of(hook.path("dropped")))
                    .add("Failing since", NodeText.of(hook.path("failing_since")))
                    .add("Attempts", NodeText.of(hook.path("attempts")))
                    .add("Last error", NodeText.of(hook.path("last_error")))
                    .print(terminal);
            return 0;
        }
    }

    @Command(name = "create", description = "Tell an address of events from now on. The secret of its signatures is shown once.")
    static final class Create implements Callable<Integer> {
        private final Terminal terminal;

        @Parameters(index = "0", paramLabel = "NAME", description = "Letters, digits, '.', '_' and '-'.")
        private String name;

        @Parameters(index = "1", paramLabel = "URL", description = "https://HOST[:PORT]/PATH")
        private String url;

        @Option(names = "--type", paramLabel = "TYPE", split = ",", description = "Only events whose type begins so, such as baremetal.node.provision_set (default: all).")
        private List<String> types = List.of();

        @Option(names = "--receiver-ca", paramLabel = "FILE", description = "PEM file of the authorities that its certificate may be from (default: the JDK's).")
        private Path authorities;

        @Mixin
        private ServerOptions options;

        Create(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() throws InterruptedException {
            Map<String, Object> body = new LinkedHashMap<>(Map.of("name", name, "url", url, "types", types));
            if (authorities != null) {
                try {
                    body.put("ca_certificates", Files.readString(authorities));
                } catch (IOException e) {
                    throw new CommandFailure(ExitCode.USAGE, "--receiver-ca is '%s', which cannot be read: %s".formatted(authorities, e.getMessage()), e);
                }
            }
            JsonNode hook = options.ask(client -> client.post("/v1/webhooks", body));
            if (options.json()) {
                terminal.line("%s", BessemerClient.pretty(hook));
                return 0;
            }
            terminal.line("%s is told of events from now on. Its secret, which is not shown again:", name);
            terminal.line("%s", NodeText.of(hook.path("secret")));
            return 0;
        }
    }

    @Command(name = "delete", description = "Delete a webhook: it is told nothing more.")
    static final class Delete extends Deletion {
        Delete(Terminal terminal) {
            super(terminal, "webhook", "webhooks", "See ./bessemer webhook show %s.");
        }
    }
}
