package io.bessemer.lab.qemu;

import io.bessemer.core.program.Command;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Two namespaces with one bad wire between them, made by `src/test/c/lossywire.c`: a server's end 172.25.0.1 and a machine's end 172.25.0.2,
/// each on its `wire0`.
final class LossyWire implements AutoCloseable {
    static final String SERVER = "172.25.0.1";
    static final String MACHINE = "172.25.0.2";
    static final String MACHINE_MAC = "52:54:00:aa:bb:09";

    private final String near = "bsmw-%d-server".formatted(ProcessHandle.current().pid());
    private final String far = "bsmw-%d-machine".formatted(ProcessHandle.current().pid());
    private final List<Process> running = new ArrayList<>();
    private Process wire;
    private BufferedReader told;

    /// @param loss percent of the frames, as the next two
    static LossyWire start(Path directory, double loss, double duplicate, double reorder, int delayMilliseconds, long seed) throws IOException {
        Path source = Path.of("src/test/c/lossywire.c").toAbsolutePath();
        Path program = directory.resolve("lossywire");
        Command.of("gcc", "-O2", "-Wall", "-o", program.toString(), source.toString()).run();
        var made = new LossyWire();
        try {
            made.connect(program, loss, duplicate, reorder, delayMilliseconds, seed);
            return made;
        } catch (IOException e) {
            made.close();
            throw e;
        }
    }

    private void connect(Path program, double loss, double duplicate, double reorder, int delay, long seed) throws IOException {
        for (String namespace : List.of(near, far)) {
            Command.of("ip", "netns", "add", namespace).run();
            Command.of("ip", "-n", namespace, "link", "set", "lo", "up").run();
        }
        wire = new ProcessBuilder(program.toString(), near, far, Double.toString(loss), Double.toString(duplicate), Double.toString(reorder),
                Integer.toString(delay), Long.toString(seed)).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        told = wire.inputReader(StandardCharsets.UTF_8);
        if (!"READY".equals(told.readLine())) {
            throw new IOException("lossywire did not start; it needs root and /dev/net/tun");
        }
        Command.of("ip", "-n", far, "link", "set", "wire0", "address", MACHINE_MAC).run();
        for (String namespace : List.of(near, far)) {
            Command.of("ip", "-n", namespace, "addr", "add", (namespace.equals(near) ? SERVER : MACHINE) + "/24", "dev", "wire0").run();
            Command.of("ip", "-n", namespace, "link", "set", "wire0", "up").run();
        }
    }

    List<String> onServer(String... command) {
        return in(near, command);
    }

    List<String> onMachine(String... command) {
        return in(far, command);
    }

    private static List<String> in(String namespace, String... command) {
        var all = new ArrayList<>(List.of("ip", "netns", "exec", namespace));
        all.addAll(List.of(command));
        return List.copyOf(all);
    }

    /// Ends with the wire.
    Process start(List<String> command, Path errors) throws IOException {
        Process process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
        running.add(process);
        return process;
    }

    /// A program of this class path in the server's namespace.
    Process java(Class<?> main, Path errors, String... arguments) throws IOException {
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        var command = new ArrayList<>(onServer(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", classPath, main.getName()));
        command.addAll(List.of(arguments));
        return start(command, errors);
    }

    /// Ends the wire.
    ///
    /// @return what it did, in its words: `carried 278 lost 30 ...`
    String end() throws IOException {
        wire.getOutputStream().close();
        return told.readLine();
    }

    @Override
    public void close() throws IOException {
        for (Process process : running) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        if (wire != null) {
            wire.destroyForcibly();
        }
        for (String namespace : List.of(near, far)) {
            if (Files.exists(Path.of("/run/netns", namespace))) {
                Command.of("ip", "netns", "delete", namespace).run();
            }
        }
    }
}
