package io.bessemer.e2e.rack;

import io.bessemer.cli.DataDirectory;
import io.bessemer.cli.client.BessemerClient;
import io.bessemer.cli.demo.Cleanup;
import io.bessemer.cli.demo.DemoMachine;
import io.bessemer.cli.demo.ServedRack;
import io.bessemer.cli.terminal.Terminal;
import io.bessemer.lab.qemu.MachineSpec;
import io.bessemer.lab.qemu.QemuMachine;
import io.bessemer.lab.qemu.RackSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// A rack with a server for one test class; a [Witness] tells what it saw when a test fails.
///
/// Ramdisk and image are those of the checkout's `work/`, built when they are missing.
final class TestRack implements AutoCloseable {
    static final String IMAGE = "tiny";
    private static final int LINES_SHOWN = 30;

    private final Cleanup cleanup = new Cleanup();
    private final ServedRack served;
    private final BessemerClient client;

    /// @param name     short; racks of two checkouts on one machine do not meet
    /// @param settings of the server
    static TestRack start(String name, List<String> settings, MachineSpec... machines) throws Exception {
        return startWith(IMAGE, name, settings, machines);
    }

    /// @param image to be at hand
    static TestRack startWith(String image, String name, List<String> settings, MachineSpec... machines) throws Exception {
        var data = new DataDirectory();
        ServedRack.prepare(Terminal.ofProcess(), data, image);
        return new TestRack("%s%04x".formatted(name, DataDirectory.home().hashCode() & 0xffff), data, settings, machines);
    }

    private TestRack(String id, DataDirectory data, List<String> settings, MachineSpec... machines) throws Exception {
        try {
            served = ServedRack.start(new RackSpec(id, data.racks().resolve(id), List.of(machines)), data, 0, settings, false, cleanup);
            client = cleanup.add(new BessemerClient(served.api()));
            served.server().await(client);
        } catch (Exception | Error e) {
            cleanup.close();
            throw e;
        }
    }

    Operator operator() {
        return new Operator(client);
    }

    BessemerClient client() {
        return client;
    }

    /// Makes of a command the one that runs where the machines can be reached.
    List<String> inNetwork(List<String> command) {
        return served.rack().inProvisionerNamespace(command);
    }

    String api() {
        return served.api();
    }

    /// What there is to enrol.
    DemoMachine target(String name) {
        return served.machines().stream().filter(machine -> machine.name().equals(name)).findFirst().orElseThrow();
    }

    QemuMachine machine(String name) {
        return served.rack().machines().stream().filter(machine -> machine.spec().name().equals(name)).findFirst().orElseThrow();
    }

    String console(String name) {
        return String.join("\n", machine(name).serialTail(Integer.MAX_VALUE));
    }

    String serverLog() throws IOException {
        return Files.readString(served.serverLog());
    }

    void killBmc(String name) {
        served.rack().killBmc(machine(name));
    }

    /// `kill -9`, and a new process at once.
    ///
    /// @return until the API answered
    Duration killAndRestartServer() throws Exception {
        served.server().kill();
        long begin = System.nanoTime();
        served.startServer();
        served.server().await(client);
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    /// Where the logs are, and how they end.
    private void describe() {
        tail("Server log", served.serverLog());
        for (QemuMachine machine : served.rack().machines()) {
            System.err.printf("--- Console of %s (all: %s)%n", machine.spec().name(), machine.serialLog());
            machine.serialTail(LINES_SHOWN).forEach(System.err::println);
            tail("Power of " + machine.spec().name(), machine.powerLog());
        }
        try {
            for (var node : client.nodes()) {
                String name = node.path("name").asString("");
                System.err.printf("--- Node %s is '%s': %s%n", name, node.path("provision_state").asString(""), node.path("last_error").asString(""));
                System.err.println(client.explanation(name).path("summary").asString(""));
                var timeline = client.timeline(name, "");
                timeline.subList(Math.max(0, timeline.size() - LINES_SHOWN), timeline.size()).forEach(event -> System.err.println("  " + Operator.line(event)));
            }
        } catch (Exception e) {
            System.err.println("(the server does not answer: " + e.getMessage() + ")");
        }
    }

    private static void tail(String what, Path file) {
        System.err.printf("--- %s (all: %s)%n", what, file);
        try {
            List<String> lines = Files.readAllLines(file);
            lines.subList(Math.max(0, lines.size() - LINES_SHOWN), lines.size()).forEach(System.err::println);
        } catch (IOException e) {
            System.err.println("(not there)");
        }
    }

    @Override
    public void close() {
        cleanup.close();
    }

    /// For `@RegisterExtension`.
    ///
    /// @param rack null when it did not start
    record Witness(Supplier<TestRack> rack) implements AfterTestExecutionCallback {
        @Override
        public void afterTestExecution(ExtensionContext context) {
            if (context.getExecutionException().isPresent() && rack.get() != null) {
                System.err.printf("%n=== %s failed: %s%n", context.getDisplayName(), context.getExecutionException().get().getMessage());
                rack.get().describe();
            }
        }
    }
}
