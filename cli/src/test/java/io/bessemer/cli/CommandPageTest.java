package io.bessemer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.cli.terminal.Terminal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/// `docs/reference/cli.md` is written from the commands themselves.
class CommandPageTest {
    private static final Path PAGE = Path.of("../docs/reference/cli.md");

    /// Run with -Dbessemer.docs.write=true to write the page after a change of the commands.
    @Test
    void the_committed_page_has_every_command_with_its_options() throws Exception {
        String page = page();
        if (Boolean.getBoolean("bessemer.docs.write")) {
            Files.writeString(PAGE, page);
        }
        assertThat(page).contains("## pool", "### pool watch", "`--wait SECONDS`", "## certificate");
        assertThat(Files.readString(PAGE)).isEqualTo(page);
    }

    private static String page() {
        StringBuilder text = new StringBuilder("""
                # Commands

                Written from the commands of the `cli` module; `./bessemer COMMAND --help` shows the same. The launcher itself has `serve`
                ([settings](configuration.md)), `test`, `bench`, `acceptance` and `build`.

                - Commands that ask a server take `--api URL`, else use `$BESSEMER_API`, else `http://127.0.0.1:6385`.
                - `--output json` (`-o json`) is for scripts; what follows something prints one JSON object a line.
                - The exit code is 0 when it is done, 1 when it failed or was not done in time, 2 when it was called wrongly or nobody could be
                  asked (give `--yes`), 69 when a program is missing and could not be installed, 130 when it was interrupted. The last line of
                  the error output says why, and what to do.
                - `source <(./bessemer completion bash)` completes commands and options.
                """);
        CommandLine root = Main.commandLine(new Terminal(System.out, System.err, false, 80));
        root.getSubcommands().forEach((name, command) -> {
            if (!name.equals("help")) {
                add(text, command.getCommandSpec(), name, "##");
            }
        });
        return text.toString();
    }

    private static void add(StringBuilder text, CommandSpec command, String name, String heading) {
        text.append("\n%s %s\n\n".formatted(heading, name));
        if (command.subcommands().isEmpty()) {
            text.append("`./bessemer %s`\n\n".formatted(String.join(" ", synopsis(command, name))));
        }
        text.append(String.join(" ", command.usageMessage().description())).append('\n');
        List<ArgSpec> arguments = new ArrayList<>(command.positionalParameters());
        command.options().stream().filter(option -> !option.usageHelp()).forEach(arguments::add);
        if (command.subcommands().isEmpty() && !arguments.isEmpty()) {
            text.append("\n| Argument | Meaning |\n| --- | --- |\n");
            arguments.forEach(argument -> text.append("| `%s` | %s |\n".formatted(shown(argument).replace("|", "\\|"),
                    String.join(" ", argument.description()).replace("|", "\\|").replace("%n", " "))));
        }
        command.subcommands().forEach((inner, sub) -> add(text, sub.getCommandSpec(), name + " " + inner, "###"));
    }

    private static List<String> synopsis(CommandSpec command, String name) {
        List<String> words = new ArrayList<>(List.of(name));
        command.positionalParameters().forEach(parameter -> words.add(parameter.required() ? parameter.paramLabel() : "[" + parameter.paramLabel() + "]"));
        command.options().stream().filter(OptionSpec::required).forEach(option -> words.add(shown(option)));
        if (command.options().stream().anyMatch(option -> !option.required() && !option.usageHelp())) {
            words.add("[OPTIONS]");
        }
        return words;
    }

    private static String shown(ArgSpec argument) {
        return switch (argument) {
            case OptionSpec option -> option.longestName() + (option.arity().max() == 0 ? "" : " " + option.paramLabel());
            case PositionalParamSpec parameter -> parameter.paramLabel();
            default -> throw new IllegalStateException("neither option nor parameter: " + argument);
        };
    }
}
