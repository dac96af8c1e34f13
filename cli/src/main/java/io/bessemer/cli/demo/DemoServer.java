package io.bessemer.cli.demo;

import io.bessemer.cli.CommandFailure;
import io.bessemer.cli.client.ApiException;
import io.bessemer.cli.client.BessemerClient;
import io.bessemer.cli.node.NodeText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/// The server as a process of its own, which is what it is outside of a demo too.
public final class DemoServer implements AutoCloseable {
    private static final String MAIN = "io.bessemer.server.ServerMain";
    /// made by the launcher; a cache of another class path is ignored by the JVM
    private static final String SERVER_CACHE = "cli/target/server.aot";
    /// without a launcher
    private static final String FLAGS = "--enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow -XX:+UseSerialGC";
    /// for a rack of a few machines, beside which the server shall take little
    public static final List<String> FEW = List.of("-Xmx384m", "-XX:TieredStopAtLevel=1");
    /// machines with which a heap of 1 GB was tried
    private static final int ENOUGH_FOR = 1_000;
    private static final Duration START = Duration.ofSeconds(120);
    private static final Duration STOP = Duration.ofSeconds(15);
    private static final int LOG_LINES_SHOWN = 15;

    private final Process process;
    private final Path log;

    private DemoServer(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /// @param wrap makes of a command the one that runs it where the server belongs
    /// @param log  is appended to
    public static DemoServer start(UnaryOperator<List<String>> wrap, List<String> settings, Path log) throws IOException {
        return start(wrap, FEW, settings, log);
    }

    /// As `./bessemer serve` runs it, with more memory.
    static List<String> many(int machines) {
        return List.of(machines > ENOUGH_FOR ? "-Xmx3g" : "-Xmx1g");
    }

    /// @param jvm [#FEW] or of [#many]
    static DemoServer start(UnaryOperator<List<String>> wrap, List<String> jvm, List<String> settings, Path log) throws IOException {
        var command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(words("BESSEMER_JVM_FLAGS", FLAGS));
        command.addAll(jvm);
        String home = System.getenv("BESSEMER_HOME");
        if (home != null && Files.exists(Path.of(home, SERVER_CACHE))) {
            command.add("-XX:AOTCache=" + Path.of(home, SERVER_CACHE));
        }
        command.addAll(words("BESSEMER_JAVA_OPTIONS", ""));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), MAIN));
        command.addAll(settings);
        return new DemoServer(new ProcessBuilder(wrap.apply(command))
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start(), log);
    }

    /// What the launcher gives to `serve` too.
    private static List<String> words(String variable, String otherwise) {
        return Arrays.stream(System.getenv().getOrDefault(variable, otherwise).split("\\s+")).filter(word -> !word.isEmpty()).toList();
    }

    ProcessHandle process() {
        return process.toHandle();
    }

    /// Waits until the API answers.
    public void await(BessemerClient client) throws InterruptedException, IOException {
        long deadline = System.nanoTime() + START.toNanos();
        while (true) {
            try {
                client.get("/v1");
                return;
            } catch (ApiException e) {
                if (!process.isAlive()) {
                    throw new CommandFailure("The server ended with %d. Its last words:\n%s\nThe whole log: %s"
                            .formatted(process.exitValue(), tail(), log));
                }
                if (System.nanoTime() > deadline) {
                    throw new CommandFailure("The server did not answer within %s (%s). Its log: %s"
                            .formatted(NodeText.duration(START), e.getMessage(), log));
                }
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    private String tail() throws IOException {
        List<String> lines = Files.readAllLines(log);
        return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_LINES_SHOWN), lines.size()));
    }

    /// As `kill -9` does: nothing is ended, closed or written.
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(STOP.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
