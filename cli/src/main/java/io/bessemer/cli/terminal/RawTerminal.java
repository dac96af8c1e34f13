package io.bessemer.cli.terminal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// The terminal of this process with every key passed on as it is typed, Ctrl-C too, until it is closed. Where input is no terminal,
/// nothing happens.
public final class RawTerminal implements AutoCloseable {
    private final String before;
    private final Thread restore;

    private RawTerminal(String before) {
        this.before = before;
        this.restore = Thread.ofPlatform().unstarted(this::restore);
    }

    public static RawTerminal enter() throws IOException, InterruptedException {
        RawTerminal terminal = new RawTerminal(stty("-g"));
        if (terminal.is()) {
            Runtime.getRuntime().addShutdownHook(terminal.restore);
            stty("raw", "-echo");
        }
        return terminal;
    }

    public boolean is() {
        return !before.isEmpty();
    }

    /// What it says; empty when input is no terminal.
    private static String stty(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("stty"));
        command.addAll(List.of(arguments));
        Process stty = new ProcessBuilder(command).redirectInput(ProcessBuilder.Redirect.INHERIT).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        String said = new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
        return stty.waitFor() == 0 ? said : "";
    }

    private void restore() {
        try {
            stty(before);
        } catch (IOException e) {
            System.err.println("The terminal stays raw; `reset` mends it.");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        if (is()) {
            restore();
            Runtime.getRuntime().removeShutdownHook(restore);
        }
    }
}
