package io.bessemer.cli.pool;

import io.bessemer.cli.client.ServerOptions;
import io.bessemer.cli.terminal.Patience;
import io.bessemer.cli.terminal.Terminal;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(name = "watch", description = {"Follow a pool until it is as it shall be: as many hosts enabled as wanted, none outdated.",
    "Ends with 1 when the pool is halted."})
final class PoolWatch implements Callable<Integer> {
    private final Terminal terminal;

    @Parameters(paramLabel = "POOL", description = "Its name.")
    private String name;

    @Mixin
    private Patience patience;

    @Mixin
    private ServerOptions options;

    PoolWatch(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        new PoolProgress(terminal, options).untilSettled(name, patience.given() ? patience.end() : null);
        return 0;
    }
}
