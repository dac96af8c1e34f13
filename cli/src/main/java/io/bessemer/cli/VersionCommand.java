package io.bessemer.cli;

import io.bessemer.cli.terminal.Terminal;
import picocli.CommandLine.Command;

@Command(name = "version", description = "Show the versions of Bessemer and Java.")
final class VersionCommand implements Runnable {
    private final Terminal terminal;

    VersionCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        String version = Main.class.getPackage().getImplementationVersion();
        terminal.line("bessemer %s, Java %s", version == null ? "0.1.0-SNAPSHOT" : version, Runtime.version());
    }
}
