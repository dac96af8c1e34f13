package io.bessemer.cli.node;

import io.bessemer.cli.CommandFailure;
import io.bessemer.cli.ExitCode;
import io.bessemer.cli.client.BessemerClient;
import io.bessemer.cli.client.ServerOptions;
import io.bessemer.cli.terminal.Terminal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

@Command(name = "rotate-password", description = "Change the passwords by which nodes' BMCs are driven, each to one of its own that nobody is shown.")
final class NodeRotatePassword implements Callable<Integer> {
    /// BMCs at once
    private static final int AT_ONCE = 16;

    private final Terminal terminal;

    @Mixin
    private ServerOptions options;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "NODE", arity = "0..*", description = "Their names or UUIDs.")
    private List<String> names = List.of();

    @Option(names = "--all", description = "Every node of driver ipmi.")
    private boolean all;

    @Option(names = "--stdin", description = "Of one node: read the new password, a line, from standard input.")
    private boolean fromInput;

    NodeRotatePassword(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        if (all == !names.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "Name nodes, or --all.");
        }
        if (fromInput && names.size() != 1) {
            throw new ParameterException(spec.commandLine(), "--stdin is for one node: several get a password of their own each.");
        }
        Map<String, ?> body = fromInput ? Map.of("password", PasswordLine.read("write it there as a line, or leave out --stdin for a generated one")) : Map.of();
        List<String> nodes = all ? options.ask(BessemerClient::nodes).stream().filter(node -> node.path("driver").asString("").equals("ipmi")).map(NodeRotatePassword::named).toList() : names;
        int failed = 0;
        Semaphore permits = new Semaphore(AT_ONCE);
        List<Future<String>> results = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (String node : nodes) {
                results.add(threads.submit(() -> {
                    permits.acquire();
                    try {
                        options.ask(client -> client.put("/v1/nodes/" + BessemerClient.segment(node) + "/bmc/password", body));
                        return "";
                    } catch (CommandFailure e) {
                        return e.getMessage();
                    } finally {
                        permits.release();
                    }
                }));
            }
            for (int i = 0; i < nodes.size(); i++) {
                String failure = results.get(i).get();
                terminal.line("%s", nodes.get(i) + ": " + (failure.isEmpty() ? "changed" : "failed: " + failure));
                failed += failure.isEmpty() ? 0 : 1;
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("a request failed in an unforeseen way", e.getCause());
        }
        if (nodes.size() > 1) {
            terminal.line("%s", "%d changed, %d failed.".formatted(nodes.size() - failed, failed));
        }
        return failed == 0 ? ExitCode.DONE : ExitCode.FAILED;
    }

    private static String named(JsonNode node) {
        return node.path("name").asString(node.path("uuid").asString(""));
    }
}
