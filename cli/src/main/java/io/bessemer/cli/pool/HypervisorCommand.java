package io.bessemer.cli.pool;

import io.bessemer.cli.client.ApiException;
import io.bessemer.cli.client.BessemerClient;
import io.bessemer.cli.client.ServerOptions;
import io.bessemer.cli.terminal.Confirmation;
import io.bessemer.cli.terminal.Patience;
import io.bessemer.cli.terminal.Terminal;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

@Command(name = "hypervisor", description = "Members of host pools: list, show, watch, verify, drain, enable, remove.",
        subcommands = {HypervisorList.class, HypervisorShow.class, HypervisorWatch.class, HypervisorCommand.Verify.class, HypervisorCommand.Drain.class,
            HypervisorCommand.Enable.class, HypervisorCommand.Remove.class})
public final class HypervisorCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Say what to do: list, show, watch, verify, drain, enable or remove.");
    }

    /// Asks for a verb and says which state came of it.
    abstract static class Verb implements Callable<Integer> {
        final Terminal terminal;

        @Parameters(paramLabel = "NODE", description = "Name or UUID of its node.")
        String node;

        @Mixin
        ServerOptions options;

        Verb(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() throws InterruptedException {
            JsonNode before = options.ask(client -> client.get(path(node)));
            check(before);
            JsonNode after = options.ask(client -> {
                client.put(path(node) + "/states", Map.of("target", getClass().getSimpleName().toLowerCase(Locale.ROOT)));
                return now(client, before);
            });
            if (options.json() && stays()) {
                afterwards(before);
                return 0;
            }
            terminal.line("%s", options.json() ? BessemerClient.pretty(after) : HypervisorProgress.GONE.equals(after.path("state").asString(""))
                    ? "%s has left pool %s.".formatted(node, before.path("pool").asString("")) : "%s is '%s'.".formatted(node, after.path("state").asString("")));
            if (stays()) {
                afterwards(before);
            }
            return 0;
        }

        /// One that leaves at once is gone before it can be looked at.
        private JsonNode now(BessemerClient client, JsonNode before) throws ApiException, InterruptedException {
            try {
                return client.get(path(node) + "/states");
            } catch (ApiException e) {
                if (e.status() != HypervisorProgress.NOT_FOUND) {
                    throw e;
                }
                return BessemerClient.json(BessemerClient.pretty(Map.of("state", HypervisorProgress.GONE)));
            }
        }

        /// Before it is asked for.
        void check(JsonNode host) {}

        /// Until the work is done.
        boolean stays() {
            return false;
        }

        void afterwards(JsonNode before) throws InterruptedException {}
    }

    /// One whose work goes on in the background.
    abstract static class LongVerb extends Verb {
        private final String end;

        @Mixin
        private Patience patience;

        /// @param end the state in which the work is done
        LongVerb(Terminal terminal, String end) {
            super(terminal);
            this.end = end;
        }

        @Override
        boolean stays() {
            return patience.given();
        }

        @Override
        void afterwards(JsonNode before) throws InterruptedException {
            new HypervisorProgress(terminal, options, node).until(end, before.path("created_at").asString(""), patience.end());
        }
    }

    @Command(name = "verify", description = "Run the profile's checks again. It takes no new guests meanwhile.")
    static final class Verify extends LongVerb {
        Verify(Terminal terminal) {
            super(terminal, "enabled");
        }
    }

    @Command(name = "drain", description = "Take no new guests, have the others moved or wait for them, then leave the pool.")
    static final class Drain extends LongVerb {
        Drain(Terminal terminal) {
            super(terminal, HypervisorProgress.GONE);
        }
    }

    @Command(name = "enable", description = "Call off a drain.")
    static final class Enable extends Verb {
        Enable(Terminal terminal) {
            super(terminal);
        }
    }

    @Command(name = "remove", description = "Leave the pool at once, whatever guests there are. Its node is torn down; asks first when it has guests.")
    static final class Remove extends LongVerb {
        private static final int NAMED_GUESTS = 5;

        @Mixin
        private Confirmation confirmation;

        Remove(Terminal terminal) {
            super(terminal, HypervisorProgress.GONE);
        }

        @Override
        void check(JsonNode host) {
            JsonNode guests = host.path("guests");
            if (guests.isEmpty()) {
                return;
            }
            String names = guests.valueStream().limit(NAMED_GUESTS).map(guest -> guest.path("name").asString("")).collect(Collectors.joining(", "));
            confirmation.require(terminal, "Remove %s with its %d guests, which are lost (%s%s)?".formatted(node, guests.size(), names,
                    guests.size() > NAMED_GUESTS ? ", ..." : ""), options.json());
        }
    }

    static String path(String node) {
        return "/v1/hypervisors/" + BessemerClient.segment(node);
    }
}
