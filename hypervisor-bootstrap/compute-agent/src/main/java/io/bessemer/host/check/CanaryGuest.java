package io.bessemer.host.check;

import io.bessemer.host.HostFiles;
import io.bessemer.host.kind.Canary;
import io.bessemer.host.kind.Hypervisor;
import io.bessemer.host.libvirt.Connection;
import io.bessemer.host.libvirt.Guests;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;

/// A guest that really boots, says so on its console, and vanishes. It is transient and tied to our connection, so libvirt removes it even
/// when this process is killed.
public final class CanaryGuest {
    public static final String NAME = "bessemer-canary";
    private static final String FOLDER = "/run/bessemer/canary";
    private static final String INITRD = "/usr/lib/bessemer/canary.initrd";
    private static final String ROOT = "/usr/lib/bessemer/canary";
    private static final int LONGEST_CONSOLE = 1500;

    private final HostFiles files;

    public CanaryGuest(HostFiles files) {
        this.files = files;
    }

    /// @return what was seen
    String run(Connection connection, Hypervisor hypervisor, Duration limit) throws IOException, InterruptedException {
        var guests = new Guests(connection);
        guests.remove(NAME);
        Path folder = Files.createDirectories(files.path(FOLDER));
        Path writable = folder.resolve("console");
        Files.deleteIfExists(writable);
        // copies, because libvirt gives the files of a guest to the emulator's user
        Path kernel = Files.copy(kernel(), folder.resolve("kernel"), StandardCopyOption.REPLACE_EXISTING);
        Path initrd = Files.copy(files.path(INITRD), folder.resolve("initrd"), StandardCopyOption.REPLACE_EXISTING);
        byte[] random = new byte[8];
        new SecureRandom().nextBytes(random);
        String word = "canary-" + HexFormat.of().formatHex(random);
        long begin = System.nanoTime();
        try {
            var canary = new Canary(NAME, kernel, initrd, files.path(ROOT), writable, word);
            guests.run(hypervisor.canaryXml(canary), hypervisor.tiesGuests());
            await(connection, hypervisor.console(canary), word, limit, begin);
            return "a %s guest with this host's kernel booted in %.1f s, and was removed".formatted(hypervisor.name(), seconds(begin));
        } finally {
            guests.remove(NAME);
            for (Path file : new Path[] {kernel, initrd, writable}) {
                Files.deleteIfExists(file);
            }
        }
    }

    private static void await(Connection connection, Path console, String word, Duration limit, long begin) throws IOException, InterruptedException {
        while (true) {
            // asked before the console is read: a guest that ended has written all it had to say
            boolean runs = connection.guests().stream().anyMatch(guest -> guest.name().equals(NAME) && guest.active());
            String text = Files.exists(console) ? Files.readString(console, StandardCharsets.ISO_8859_1) : "";
            if (text.contains(word)) {
                return;
            }
            if (!runs || System.nanoTime() - begin > limit.toNanos()) {
                throw new IOException("the canary guest %s after %.1f s without its word on the console. The console says: %s. See also the log of %s in /var/log/libvirt"
                        .formatted(runs ? "still ran" : "ended", seconds(begin), text.isBlank() ? "nothing" : tail(text), NAME));
            }
            Thread.sleep(200);
        }
    }

    private Path kernel() throws IOException {
        Path running = files.path("/boot/vmlinuz-" + files.text("/proc/sys/kernel/osrelease").orElse(""));
        for (Path kernel : new Path[] {running, files.path("/vmlinuz"), files.path("/boot/vmlinuz")}) {
            if (Files.isReadable(kernel)) {
                return kernel.toRealPath();
            }
        }
        throw new IOException("there is no kernel to boot a canary guest with: %s is missing".formatted(running));
    }

    private static String tail(String text) {
        String clean = text.replaceAll("[^\\n\\x20-\\x7e]", "").strip();
        return clean.substring(Math.max(0, clean.length() - LONGEST_CONSOLE));
    }

    private static double seconds(long since) {
        return (System.nanoTime() - since) / 1e9;
    }
}
