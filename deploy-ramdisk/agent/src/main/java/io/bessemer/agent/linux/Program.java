package io.bessemer.agent.linux;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// Runs a program of the ramdisk (`tools.txt`) and returns what it printed.
public final class Program {
    private static final int LONGEST_OUTPUT = 1 << 20;

    private Program() {}

    public static boolean exists(String name) {
        return find(name) != null;
    }

    /// @throws IOException with the program's last words when it fails, is missing or takes too long
    public static String run(Duration timeout, String input, List<String> command) throws IOException, InterruptedException {
        Path program = find(command.getFirst());
        if (program == null) {
            throw new IOException("the program " + command.getFirst() + " is missing in the ramdisk");
        }
        var builder = new ProcessBuilder(Stream.concat(Stream.of(program.toString()), command.stream().skip(1)).toList());
        builder.environment().put("LC_ALL", "C");
        Process process = builder.start();
        var errors = new StringBuilder();
        Thread reader = Thread.ofPlatform().daemon().start(() -> errors.append(read(process, true)));
        var output = new StringBuilder();
        Thread outputReader = Thread.ofPlatform().daemon().start(() -> output.append(read(process, false)));
        try {
            try (var stdin = process.outputWriter(StandardCharsets.UTF_8)) {
                stdin.write(input);
            }
            if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException("%s did not end within %d s".formatted(String.join(" ", command), timeout.toSeconds()));
            }
            reader.join(Duration.ofSeconds(5));
            outputReader.join(Duration.ofSeconds(5));
        } finally {
            process.destroyForcibly();
        }
        if (process.exitValue() != 0) {
            throw new IOException("%s failed with exit code %d: %s".formatted(String.join(" ", command), process.exitValue(),
                    errors.toString().strip()));
        }
        return output.toString();
    }

    private static String read(Process process, boolean errors) {
        try (var in = errors ? process.getErrorStream() : process.getInputStream()) {
            return new String(in.readNBytes(LONGEST_OUTPUT), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "";
        }
    }

    private static Path find(String name) {
        String path = System.getenv().getOrDefault("PATH", "") + ":/usr/sbin:/usr/bin:/sbin:/bin";
        return Stream.of(path.split(File.pathSeparator)).filter(folder -> !folder.isEmpty()).map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable).findFirst().orElse(null);
    }
}
