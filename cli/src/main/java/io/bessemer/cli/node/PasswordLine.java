package io.bessemer.cli.node;

import io.bessemer.cli.CommandFailure;
import io.bessemer.cli.ExitCode;
import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/// A password that comes as a line of standard input: as an argument others would read it in the list of processes. Who sits at a terminal is asked, and does
/// not see what is typed.
final class PasswordLine {
    private PasswordLine() {}

    /// @param cure what to do when there is none
    static String read(String cure) {
        Console console = System.console();
        if (console != null && console.isTerminal()) {
            char[] typed = console.readPassword("Password: ");
            if (typed != null && typed.length > 0) {
                return new String(typed);
            }
            throw new CommandFailure("No password was typed. Nothing was changed.");
        }
        try {
            String line = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
            if (line == null || line.isEmpty()) {
                throw new CommandFailure(ExitCode.USAGE, "Standard input has no password: %s.".formatted(cure), null);
            }
            return line;
        } catch (IOException e) {
            throw new CommandFailure("Standard input cannot be read: " + e.getMessage(), e);
        }
    }
}
