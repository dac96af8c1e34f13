package io.bessemer.cli.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/// What a process has taken so far.
///
/// @param megabytes    resident, at its highest; 0 when the kernel does not tell
/// @param megabytesNow resident; 0 when the kernel does not tell
record Usage(Duration cpu, long megabytes, long megabytesNow) {
    private static final String HIGHEST = "VmHWM:";
    private static final String NOW = "VmRSS:";

    static Usage of(ProcessHandle process) {
        Path status = Path.of("/proc", Long.toString(process.pid()), "status");
        return new Usage(process.info().totalCpuDuration().orElse(Duration.ZERO), megabytes(status, HIGHEST), megabytes(status, NOW));
    }

    private static long megabytes(Path status, String line) {
        try {
            return Files.readAllLines(status).stream().filter(one -> one.startsWith(line))
                    .mapToLong(one -> Long.parseLong(one.substring(line.length()).replace("kB", "").strip()) / 1024).findFirst().orElse(0);
        } catch (IOException e) {
            return 0; // it has ended, or this is no Linux
        }
    }
}
