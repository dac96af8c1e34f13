package io.bessemer.agent.rescue;

import io.bessemer.agent.command.CommandFailedException;
import io.bessemer.agent.linux.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// Makes the user `rescue`, who may do all, and starts the SSH server. Told again, only the password changes. Nobody can log in before, and
/// all of it is in memory: it ends with the boot.
public final class RescueLogin {
    private static final String USER = "rescue";
    private static final int PORT = 22;
    /// crypt(5) by SHA-512: no colon, which would end the field
    private static final Pattern HASH = Pattern.compile("\\$6\\$(rounds=\\d{1,9}\\$)?[./0-9A-Za-z]{1,16}\\$[./0-9A-Za-z]{86}");
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final Path root;

    /// @param root `/`, but in tests
    public RescueLogin(Path root) {
        this.root = root;
    }

    public Map<String, Object> open(Map<String, Object> params) throws CommandFailedException, InterruptedException {
        if (!Program.exists("dropbear")) {
            throw new CommandFailedException("this ramdisk has no SSH server: install the package dropbear-bin where it is built, and build it again (./bessemer ramdisk build)");
        }
        allow(params);
        try {
            if (!running()) {
                // -R: host keys are made at the first connection. No forwarding: it is for looking after this machine
                Program.run(LIMIT, "", List.of("dropbear", "-R", "-j", "-k", "-p", String.valueOf(PORT), "-P", pidFile().toString()));
            }
        } catch (IOException e) {
            throw new CommandFailedException("the SSH server does not start: " + e.getMessage(), e);
        }
        return Map.of("user", USER, "port", PORT);
    }

    /// Writes the user down.
    void allow(Map<String, Object> params) throws CommandFailedException {
        if (!(params.get("password_hash") instanceof String hash) || !HASH.matcher(hash).matches()) {
            throw new CommandFailedException("password_hash is not a SHA-512 hash of crypt(5)"); // and is not repeated
        }
        try {
            Path etc = Files.createDirectories(root.resolve("etc"));
            Files.createDirectories(etc.resolve("dropbear"));
            Files.writeString(etc.resolve("shells"), "/bin/sh\n");
            Path shadow = etc.resolve("shadow.new");
            Files.deleteIfExists(shadow);
            Files.createFile(shadow, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(shadow, "root:*:::::::\n%s:%s:::::::\n".formatted(USER, hash));
            Files.move(shadow, etc.resolve("shadow"), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            Files.writeString(etc.resolve("passwd"), "root:x:0:0:root:/root:/bin/sh\n%s:x:0:0:rescue:/root:/bin/sh\n".formatted(USER));
        } catch (IOException e) {
            throw new CommandFailedException("the user cannot be written down: " + e.getMessage(), e);
        }
    }

    private boolean running() throws IOException {
        return Files.exists(pidFile()) && Files.exists(Path.of("/proc", Files.readString(pidFile()).strip()));
    }

    private Path pidFile() {
        return root.resolve("run/dropbear.pid");
    }
}
