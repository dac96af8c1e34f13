package io.bessemer.cli.node;

import io.bessemer.cli.CommandFailure;
import io.bessemer.cli.client.ApiException;
import io.bessemer.cli.client.BessemerClient;
import io.bessemer.cli.client.ConsoleConnection;
import io.bessemer.cli.client.ServerOptions;
import io.bessemer.cli.terminal.RawTerminal;
import io.bessemer.cli.terminal.Terminal;
import io.bessemer.cli.terminal.Terminal.Colour;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "console", description = "Attach to a node's serial console, or show what was recorded of it (--log).")
final class NodeConsole implements Callable<Integer> {
    private final Terminal terminal;
    private final InputStream keys;

    @Mixin
    private ServerOptions options;

    @Parameters(paramLabel = "NODE", description = "Its name or UUID.")
    private String name;

    @Option(names = "--log", description = "What the machine said while it was last deployed, cleaned, inspected, rescued or serviced; nothing is attached.")
    private boolean log;

    @Option(names = "--lines", paramLabel = "N", description = "Of --log, the last so many lines (default: 200).")
    private int lines = 200;

    NodeConsole(Terminal terminal) {
        this.terminal = terminal;
        this.keys = System.in;
    }

    @Override
    public Integer call() throws InterruptedException {
        if (log) {
            String text = options.ask(client -> client.text("/v1/nodes/" + BessemerClient.segment(name) + "/console/log?lines=" + lines));
            if (text.isEmpty()) {
                terminal.line("%s", "Nothing was recorded of the console of %s. It is while a node is deployed, cleaned or inspected, if its BMC has Serial Over LAN.".formatted(name));
                return 0;
            }
            text.lines().forEach(line -> terminal.line("%s", line));
            return 0;
        }
        return options.ask(this::attach);
    }

    private int attach(BessemerClient client) throws ApiException, InterruptedException {
        try (ConsoleConnection console = client.console(name, terminal.out())) {
            terminal.line("%s", terminal.paint(Colour.DIM, "Connected to the serial console of %s by %s.".formatted(name, client.base())));
            terminal.line("%s", terminal.paint(Colour.DIM, "Enter ~. leaves it, Enter ~? tells what else there is."));
            try (RawTerminal raw = RawTerminal.enter()) {
                Thread.ofVirtual().name("keys").start(() -> type(console));
                String why = console.await();
                terminal.out().print(raw.is() ? "\r\n" : "\n");
                terminal.line("%s", terminal.paint(Colour.DIM, why));
            }
            return 0;
        } catch (IOException e) {
            throw new CommandFailure("The terminal cannot be used: %s".formatted(e.getMessage()), e);
        }
    }

    private void type(ConsoleConnection console) {
        byte[] buffer = new byte[4096];
        EscapeKeys escapes = new EscapeKeys();
        try {
            for (int read = keys.read(buffer); read >= 0; read = keys.read(buffer)) {
                for (EscapeKeys.Action action : escapes.feed(Arrays.copyOf(buffer, read))) {
                    switch (action) {
                        case EscapeKeys.Action.Type(byte[] text) -> console.type(text);
                        case EscapeKeys.Action.Leave() -> {
                            console.leave("Left the console.");
                            return;
                        }
                        case EscapeKeys.Action.Break() -> console.sendBreak();
                        case EscapeKeys.Action.Help() -> {
                            terminal.out().write(EscapeKeys.HELP.getBytes(StandardCharsets.US_ASCII));
                            terminal.out().flush();
                        }
                    }
                }
            }
            console.leave("Left the console: there is no more input.");
        } catch (IOException e) {
            console.leave("Left the console: " + e.getMessage());
        }
    }
}
