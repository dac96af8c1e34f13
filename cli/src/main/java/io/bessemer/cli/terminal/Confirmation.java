package io.bessemer.cli.terminal;

import io.bessemer.cli.CommandFailure;
import io.bessemer.cli.ExitCode;
import java.io.Console;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Option;

/// The question before something is destroyed, and `--yes` for where nobody can be asked.
public final class Confirmation {
    @Option(names = {"-y", "--yes"}, description = "Do not ask.")
    private boolean yes;

    /// Returns when it was agreed to.
    ///
    /// @param question such as `Delete host pool az1-kvm?`
    /// @param scripted output is for scripts, which nobody watches
    public void require(Terminal terminal, String question, boolean scripted) {
        if (yes) {
            return;
        }
        Console console = terminal.interactive() && !scripted ? System.console() : null;
        if (console == null) {
            throw new CommandFailure(ExitCode.USAGE, "%s Nobody can be asked here: give --yes if you mean it.".formatted(question), null);
        }
        String answer = console.readLine("%s [y/N] ", question);
        if (answer == null || !List.of("y", "yes").contains(answer.strip().toLowerCase(Locale.ROOT))) {
            throw new CommandFailure("Nothing was changed.");
        }
    }
}
