package io.bessemer.core.program;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/// One run of a program, its arguments never seen by a shell. Standard output is kept (up to a cap), errors are told in the exception.
///
/// ```java
/// String json = Command.of("qemu-img", "info", "--output=json", file.toString()).run();
/// ```
public final class Command {
    private static final int OUTPUT_LIMIT_BYTES = 16 << 20;
    private static final int DETAIL_LIMIT_CHARACTERS = 600;

    private final List<String> words;
    private final Map<String, String> environment = new HashMap<>();
    private Path directory;
    private String input = "";
    private Duration timeout = Duration.ofMinutes(30);

    private Command(List<String> words) {
        this.words = words;
    }

    public static Command of(String program, String... arguments) {
        var words = new ArrayList<String>();
        words.add(program);
        words.addAll(List.of(arguments));
        return new Command(words);
    }

    public static Command of(List<String> words) {
        return new Command(List.copyOf(words));
    }

    public Command in(Path workingDirectory) {
        directory = workingDirectory;
        return this;
    }

    public Command env(String name, String value) {
        environment.put(name, value);
        return this;
    }

    /// What the program reads from standard input; nothing by default.
    public Command input(String text) {
        input = text;
        return this;
    }

    public Command timeout(Duration limit) {
        timeout = limit;
        return this;
    }

    /// Runs to the end and returns standard output. An interrupt or the time limit stops the program and its children.
    ///
    /// @throws MissingProgramException the program is not on this machine
    /// @throws CommandFailedException  it ended with an error
    public String run() throws IOException {
        var builder = new ProcessBuilder(words);
        if (directory != null) {
            builder.directory(directory.toFile());
        }
        builder.environment().putAll(environment);
        builder.environment().put("LC_ALL", "C");
        Process process;
        try {
            process = builder.start();
        } catch (IOException e) {
            if (e.getMessage() != null && e.getMessage().contains("error=2,")) {
                throw new MissingProgramException(List.of(words.getFirst()),
                        DebianPackages.cure(words.getFirst()));
            }
            throw e;
        }
        try {
            var errors = new AtomicReference<>("");
            var output = new AtomicReference<>("");
            Thread errorReader = Thread.ofVirtual().start(() -> errors.set(read(process.getErrorStream())));
            Thread outputReader = Thread.ofVirtual().start(() -> output.set(read(process.getInputStream())));
            try (var stdin = process.getOutputStream()) {
                stdin.write(input.getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                // the program ended without reading; its status tells more than a broken pipe
            }
            if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new CommandFailedException(words.getFirst(), -1, "stopped after " + timeout);
            }
            errorReader.join();
            outputReader.join();
            if (process.exitValue() != 0) {
                String detail = errors.get().isBlank() ? output.get() : errors.get();
                throw new CommandFailedException(words.getFirst(), process.exitValue(), tail(detail.strip()));
            }
            return output.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(words.getFirst() + " was interrupted", e);
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    /// Reads to the end so that the program never blocks, but keeps no more than the cap. The stream breaks when the program is stopped.
    private static String read(InputStream in) {
        var head = new ByteArrayOutputStream();
        byte[] buffer = new byte[8192];
        try (in) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                head.write(buffer, 0, Math.min(read, OUTPUT_LIMIT_BYTES - head.size()));
            }
        } catch (IOException e) {
            // what came so far is what there is
        }
        return head.toString(StandardCharsets.UTF_8);
    }

    private static String tail(String text) {
        return text.length() <= DETAIL_LIMIT_CHARACTERS ? text : "..." + text.substring(text.length() - DETAIL_LIMIT_CHARACTERS);
    }
}
