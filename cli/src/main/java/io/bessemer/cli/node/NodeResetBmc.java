package io.bessemer.cli.node;

import io.bessemer.cli.CommandFailure;
import io.bessemer.cli.ExitCode;
import io.bessemer.cli.client.ApiException;
import io.bessemer.cli.client.BessemerClient;
import io.bessemer.cli.client.ServerOptions;
import io.bessemer.cli.terminal.Terminal;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "reset-bmc", description = "Start a node's BMC anew, and wait until it is back; the machine goes on.")
final class NodeResetBmc implements Callable<Integer> {
    private static final Duration PAUSE = Duration.ofSeconds(3);

    private final Terminal terminal;

    @Mixin
    private ServerOptions options;

    @Parameters(paramLabel = "NODE", description = "Its name or UUID.")
    private String name;

    @Option(names = "--warm", description = "Keep more of the BMC's state; which, its maker says.")
    private boolean warm;

    @Option(names = "--wait", paramLabel = "SECONDS", description = "For its return (default: 600; 0: not at all).")
    private int seconds = 600;

    NodeResetBmc(Terminal terminal) {
        this.terminal = terminal;
    }

    /// Whether a BMC is back: it was silent and answers, or it has answered all the time for so long that it either took no time or did nothing.
    static final class Return {
        static final Duration STEADY = Duration.ofSeconds(45);
        private final Instant since;
        private boolean gone;

        Return(Instant since) {
            this.since = since;
        }

        void silent() {
            gone = true;
        }

        boolean answered(Instant now) {
            return gone || !now.isBefore(since.plus(STEADY));
        }
    }

    @Override
    public Integer call() throws InterruptedException {
        String path = "/v1/nodes/" + BessemerClient.segment(name) + "/bmc";
        options.ask(client -> client.put(path + "/reset", Map.of("warm", warm)));
        terminal.line("%s", "The BMC of %s starts anew.".formatted(name));
        Instant begun = Instant.now();
        Return back = new Return(begun);
        while (Duration.between(begun, Instant.now()).toSeconds() < seconds) {
            Thread.sleep(PAUSE);
            boolean answers = options.ask(client -> answers(client, path));
            if (!answers) {
                back.silent();
            } else if (back.answered(Instant.now())) {
                terminal.line("%s", "It is back after %s.".formatted(NodeText.duration(Duration.between(begun, Instant.now()))));
                return ExitCode.DONE;
            }
        }
        if (seconds == 0) {
            return ExitCode.DONE;
        }
        throw new CommandFailure("The BMC of %s is not back after %d s. Look at its power and cable.".formatted(name, seconds));
    }

    /// A BMC that does not answer is the server's failure; anything else goes to the user.
    private static boolean answers(BessemerClient client, String path) throws ApiException, InterruptedException {
        try {
            client.get(path);
            return true;
        } catch (ApiException e) {
            if (e.status() >= 400 && e.status() < 500) {
                throw e;
            }
            return false;
        }
    }
}
