package io.bessemer.cli.pool;

import io.bessemer.cli.CommandFailure;
import io.bessemer.cli.ExitCode;
import io.bessemer.cli.client.ServerOptions;
import io.bessemer.cli.terminal.Patience;
import io.bessemer.cli.terminal.Terminal;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "watch", description = {"Follow a hypervisor's states, checks and boot events until it is enabled or has left its pool.",
    "Ends with 1 when it is put into quarantine."})
final class HypervisorWatch implements Callable<Integer> {
    private static final List<String> STATES = List.of("deploying", "bootstrapping", "verifying", "enabled", "draining", "removing", "quarantined",
            HypervisorProgress.GONE);

    private final Terminal terminal;

    @Parameters(paramLabel = "NODE", description = "Name or UUID of its node.")
    private String node;

    @Option(names = "--until", paramLabel = "STATE", description = "End when it is in this state; 'gone' is when it has left its pool.")
    private String until = "";

    @Mixin
    private Patience patience;

    @Mixin
    private ServerOptions options;

    HypervisorWatch(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        if (!until.isEmpty() && !STATES.contains(until)) {
            throw new CommandFailure(ExitCode.USAGE, "--until is '%s'; allowed are %s.".formatted(until, String.join(", ", STATES)), null);
        }
        new HypervisorProgress(terminal, options, node).until(until, "", patience.given() ? patience.end() : null);
        return 0;
    }
}
