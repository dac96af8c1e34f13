package io.bessemer.cli;

import io.bessemer.cli.agent.AgentCommand;
import io.bessemer.cli.apply.ApplyCommand;
import io.bessemer.cli.certificate.CertificateCommand;
import io.bessemer.cli.demo.DemoCommand;
import io.bessemer.cli.event.EventsCommand;
import io.bessemer.cli.event.WebhookCommand;
import io.bessemer.cli.guest.GuestCommand;
import io.bessemer.cli.image.ImageCommand;
import io.bessemer.cli.imports.ImportCommand;
import io.bessemer.cli.node.NodeCommand;
import io.bessemer.cli.pool.HypervisorCommand;
import io.bessemer.cli.pool.PoolCommand;
import io.bessemer.cli.pool.ProfileCommand;
import io.bessemer.cli.pool.ZoneCommand;
import io.bessemer.cli.ramdisk.RamdiskCommand;
import io.bessemer.cli.terminal.Terminal;
import io.bessemer.core.program.MissingProgramException;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/// `./bessemer COMMAND`. The launcher itself handles `serve`, `test`, `bench`, `acceptance` and `build`, which are shown here for help's sake.
@Command(name = "bessemer", mixinStandardHelpOptions = false, sortOptions = false,
        header = "Turns racked, powered-off machines into working hosts.",
        footer = {"",
            "The launcher also knows:",
            "  serve   the server, with the API on 127.0.0.1:6385 (serve --help)",
            "  test    all tests; --quick those that need no root and no QEMU,",
            "          --slow the Debian host image too, --nightly all that is slow",
            "  bench   measurements beside peers",
            "  acceptance import  nodes are taken over from a real Ironic of Debian's packages",
            "  acceptance nova  hosts join a real OpenStack control plane of Debian's packages",
            "",
            "Begin with: ./bessemer demo"},
        subcommands = {DemoCommand.class, ApplyCommand.class, NodeCommand.class, PoolCommand.class, HypervisorCommand.class, GuestCommand.class, ImportCommand.class,
            ZoneCommand.class, ProfileCommand.class, EventsCommand.class, WebhookCommand.class, CertificateCommand.class, RamdiskCommand.class, ImageCommand.class, AgentCommand.class,
            CompletionCommand.class, VersionCommand.class, HelpCommand.class})
public final class Main implements Runnable {
    @CommandLine.Option(names = {"-h", "--help"}, usageHelp = true, description = "Show this help.")
    private boolean help;

    @Spec
    private CommandSpec spec;

    private Main() {}

    public static void main(String[] arguments) {
        // what libraries log is not for the user; must be said before the first logger is made
        System.setProperty("logback.configurationFile", "bessemer-cli-logging.xml");
        int exitCode = commandLine(Terminal.ofProcess()).execute(arguments);
        System.exit(exitCode);
    }

    static CommandLine commandLine(Terminal terminal) {
        CommandLine line = new CommandLine(new Main(), new CommandFactory(terminal));
        line.getSubcommands().values().forEach(Main::addHelp);
        return line
                .setOut(new PrintWriter(terminal.out(), true))
                .setErr(new PrintWriter(terminal.err(), true))
                .setUsageHelpWidth(Math.min(terminal.width(), 100))
                .setColorScheme(CommandLine.Help.defaultColorScheme(terminal.interactive() ? Ansi.ON : Ansi.OFF))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler(Main::explainUsage)
                .setExecutionExceptionHandler(Main::explainFailure);
    }

    private static void addHelp(CommandLine command) {
        if (command.getCommandSpec().findOption("--help") == null) {
            command.getCommandSpec().addOption(OptionSpec.builder("-h", "--help").usageHelp(true).description("Show this help.").build());
        }
        command.getSubcommands().values().forEach(Main::addHelp);
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Name a command.");
    }

    private static int explainUsage(ParameterException wrong, String[] arguments) {
        CommandLine command = wrong.getCommandLine();
        CommandLine.UnmatchedArgumentException.printSuggestions(wrong, command.getErr());
        command.usage(command.getErr());
        command.getErr().println("bessemer: " + wrong.getMessage());
        return ExitCode.USAGE;
    }

    private static int explainFailure(Exception failure, CommandLine command, ParseResult parsed) {
        return switch (failure) {
            case CommandFailure known -> end(command, known.exitCode(), known.getMessage());
            case MissingProgramException missing -> end(command, ExitCode.MISSING, missing.getMessage());
            case InterruptedException _ -> end(command, ExitCode.INTERRUPTED, "interrupted");
            default -> {
                if (System.getenv("BESSEMER_DEBUG") != null) {
                    failure.printStackTrace(command.getErr());
                }
                yield end(command, ExitCode.FAILED, failure.getMessage() == null ? failure.toString() : failure.getMessage());
            }
        };
    }

    private static int end(CommandLine command, int exitCode, String reason) {
        command.getErr().println("bessemer: " + reason);
        return exitCode;
    }
}
