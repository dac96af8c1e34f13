package io.bessemer.cli.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/// What a process has taken so far.
///
/// @param megabytes resident, at its highest; 0 when the kernel does not tell
record Usage(Duration cpu, long megabytes) {
    private static final String HIGHEST = "VmHWM:";

    static Usage of(ProcessHandle process) {
        return new Usage(process.info().totalCpuDuration().orElse(Duration.ZERO), megabytes(Path.of("/proc", Long.toString(process.pid()), "status")));
    }

    private static long megabytes(Path status) {
        try {
            return Files.readAllLines(status).stream().filter(line -> line.startsWith(HIGHEST))
                    .mapToLong(line -> Long.parseLong(line.substring(HIGHEST.length()).replace("kB", "").strip()) / 1024).findFirst().orElse(0);
        } catch (IOException e) {
            return 0; // it has ended, or this is no Linux
        }
    }
}
