package io.bessemer.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Short lines for whoever reads the serial console, with the seconds since the kernel started.
final class Console {
    private Console() {}

    static void say(String message) {
        System.out.println("bessemer-agent: " + uptime() + " " + message);
    }

    static String uptime() {
        try {
            return Files.readString(Path.of("/proc/uptime")).split(" ")[0];
        } catch (IOException e) {
            return "?";
        }
    }
}
