package io.bessemer.ipmi;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// `src/test/c/bmcsim.c`, compiled once and run on a free port of loopback: every 127.x.y.z is a BMC.
public final class BmcSimulator implements AutoCloseable {
    public static final String USER = "admin";
    public static final String PASSWORD = "secret";

    private final Process process;
    private final int port;

    private BmcSimulator(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /// @param arguments of bmcsim, without the port
    public static BmcSimulator start(String... arguments) throws IOException, InterruptedException {
        return startAt(0, arguments);
    }

    /// @param port 0 for a free one
    public static BmcSimulator startAt(int port, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(Compiled.BINARY.toString(), "-p", Integer.toString(port)));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        BufferedReader out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String line = out.readLine();
        if (line == null) {
            throw new IllegalStateException("bmcsim ended with " + process.waitFor() + " instead of printing its port");
        }
        return new BmcSimulator(process, Integer.parseInt(line));
    }

    public InetSocketAddress address() {
        return new InetSocketAddress("127.0.0.1", port);
    }

    public int port() {
        return port;
    }

    /// Stops answering, without closing the port.
    public void freeze() throws IOException, InterruptedException {
        signal("STOP");
    }

    public void thaw() throws IOException, InterruptedException {
        signal("CONT");
    }

    private void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static final class Compiled {
        static final Path BINARY = compile();

        private static Path compile() {
            Path source = Path.of("src/test/c/bmcsim.c").toAbsolutePath();
            Path binary = Path.of("target/bmcsim").toAbsolutePath();
            try {
                Files.createDirectories(binary.getParent());
                Process gcc = new ProcessBuilder("gcc", "-O2", "-w", "-o", binary.toString(), source.toString(), "-lcrypto")
                        .redirectErrorStream(true).start();
                String said = new String(gcc.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                if (gcc.waitFor() != 0) {
                    throw new IllegalStateException("bmcsim does not compile; it needs the packages gcc and libssl-dev: " + said);
                }
                return binary;
            } catch (IOException e) {
                throw new IllegalStateException("These tests compile a BMC simulator: install the packages gcc and libssl-dev", e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
    }
}
