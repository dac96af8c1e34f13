package io.bessemer.cli;

import io.bessemer.cli.terminal.Terminal;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "completion", description = {"Print a script that completes commands and options in bash.",
    "Use it with: source <(./bessemer completion bash)"})
final class CompletionCommand implements Callable<Integer> {
    enum Shell {
        BASH
    }

    private final Terminal terminal;

    @Parameters(paramLabel = "bash", description = "The shell.")
    private Shell shell;

    @Spec
    private CommandSpec spec;

    CompletionCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        String script = switch (shell) {
            case BASH -> AutoComplete.bash("bessemer", spec.root().commandLine());
        };
        terminal.line("%s", script);
        // picocli registers the bare name; in a checkout it is typed with its path
        terminal.line("complete -F _complete_bessemer -o default ./bessemer");
        return 0;
    }
}
