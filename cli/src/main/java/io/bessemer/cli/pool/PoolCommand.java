package io.bessemer.cli.pool;

import io.bessemer.cli.client.ApiException;
import io.bessemer.cli.client.BessemerClient;
import io.bessemer.cli.client.ServerOptions;
import io.bessemer.cli.terminal.Patience;
import io.bessemer.cli.terminal.Terminal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

@Command(name = "pool", description = "Host pools: list, show, watch, create, scale, halt, resume, reimage, delete.",
        subcommands = {PoolList.class, PoolShow.class, PoolWatch.class, PoolCreate.class, PoolCommand.Scale.class, PoolCommand.Halt.class,
            PoolCommand.Resume.class, PoolCommand.Reimage.class, PoolCommand.Delete.class})
public final class PoolCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Say what to do: list, show, watch, create, scale, halt, resume, reimage or delete.");
    }

    /// A verb that changes a pool and shows what came of it.
    abstract static class Verb implements Callable<Integer> {
        private final Terminal terminal;

        @Parameters(index = "0", paramLabel = "POOL", description = "Its name.")
        private String name;

        @Mixin
        private ServerOptions options;

        Verb(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() throws InterruptedException {
            JsonNode pool = options.ask(client -> {
                ask(client, path(name));
                return client.get(path(name));
            });
            if (!options.json()) {
                terminal.line("%s", said(pool));
            } else if (!stays()) {
                terminal.line("%s", BessemerClient.pretty(pool));
            }
            if (stays()) {
                new PoolProgress(terminal, options).untilSettled(name, end());
            }
            return 0;
        }

        abstract void ask(BessemerClient client, String path) throws ApiException, InterruptedException;

        abstract String said(JsonNode pool);

        /// Until the work is done; the pool is shown meanwhile, so it is not shown before.
        boolean stays() {
            return false;
        }

        Instant end() {
            return Instant.now();
        }

        static void rollout(BessemerClient client, String path, Map<String, ?> body) throws ApiException, InterruptedException {
            client.put(path + "/rollout", body);
        }

        static String name(JsonNode pool) {
            return pool.path("name").asString("");
        }
    }

    /// One whose work goes on in the background.
    abstract static class LongVerb extends Verb {
        @Mixin
        private Patience patience;

        LongVerb(Terminal terminal) {
            super(terminal);
        }

        @Override
        boolean stays() {
            return patience.given();
        }

        @Override
        Instant end() {
            return patience.end();
        }

        String hint(JsonNode pool) {
            return patience.given() ? "" : " Watch: ./bessemer pool watch " + name(pool);
        }
    }

    @Command(name = "scale", description = "How many hosts a pool shall have. Those that are too many are drained first.")
    static final class Scale extends LongVerb {
        @Parameters(index = "1", paramLabel = "SIZE", description = "0 to 10000.")
        private int size;

        Scale(Terminal terminal) {
            super(terminal);
        }

        @Override
        void ask(BessemerClient client, String path) throws ApiException, InterruptedException {
            client.patch(path, List.of(Map.of("op", "replace", "path", "/size", "value", size)));
        }

        @Override
        String said(JsonNode pool) {
            return "%s shall have %d hosts; it has %d enabled.%s".formatted(name(pool), pool.path("size").asInt(0), pool.at("/counts/enabled").asInt(0), hint(pool));
        }
    }

    @Command(name = "halt", description = "Change nothing in a pool until it is resumed. Hosts and guests go on.")
    static final class Halt extends Verb {
        @Option(names = "--reason", paramLabel = "TEXT", description = "Why; shown with the pool.")
        private String reason;

        Halt(Terminal terminal) {
            super(terminal);
        }

        @Override
        void ask(BessemerClient client, String path) throws ApiException, InterruptedException {
            rollout(client, path, reason == null ? Map.of("target", "halt") : Map.of("target", "halt", "reason", reason));
        }

        @Override
        String said(JsonNode pool) {
            return "%s is halted: %s. Go on with: ./bessemer pool resume %s".formatted(name(pool), pool.path("halted").asString(""), name(pool));
        }
    }

    @Command(name = "resume", description = "Go on with a pool that was halted.")
    static final class Resume extends LongVerb {
        Resume(Terminal terminal) {
            super(terminal);
        }

        @Override
        void ask(BessemerClient client, String path) throws ApiException, InterruptedException {
            rollout(client, path, Map.of("target", "resume"));
        }

        @Override
        String said(JsonNode pool) {
            return name(pool) + " goes on." + hint(pool);
        }
    }

    @Command(name = "reimage", description = "Image all hosts of a pool again, some at a time: each is drained, deployed and verified.")
    static final class Reimage extends LongVerb {
        Reimage(Terminal terminal) {
            super(terminal);
        }

        @Override
        void ask(BessemerClient client, String path) throws ApiException, InterruptedException {
            rollout(client, path, Map.of("target", "reimage"));
        }

        @Override
        String said(JsonNode pool) {
            String halted = pool.path("halted").asString("");
            return "%d hosts of %s will be imaged again.%s".formatted(pool.path("to_reimage").asInt(0), name(pool),
                    halted.isEmpty() ? hint(pool) : " It is halted (%s): resume it first.".formatted(halted));
        }
    }

    @Command(name = "delete", description = "Delete a pool that has no hosts any more.")
    static final class Delete extends Deletion {
        Delete(Terminal terminal) {
            super(terminal, "host pool", "host_pools", "With ./bessemer pool scale %s 0 --wait 3600 they leave.");
        }
    }

    static String path(String name) {
        return "/v1/host_pools/" + BessemerClient.segment(name);
    }
}
