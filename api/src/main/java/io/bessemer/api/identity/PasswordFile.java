package io.bessemer.api.identity;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Ironic's file of users, `user:bcrypt` a line, as `htpasswd -nB USER` writes it. Read again when it has changed; while it cannot be
/// read, or has a fault, the users that were read last remain.
final class PasswordFile {
    private static final Logger LOG = LoggerFactory.getLogger(PasswordFile.class);
    private static final long LARGEST_BYTES = 1 << 20;
    private static final Pattern LINE = Pattern.compile("([^:\\s]{1,255}):(\\$2[aby]\\$(\\d\\d)\\$[./A-Za-z0-9]{53})");
    private static final int HIGHEST_COST = 16; // some seconds for each password that is tried

    /// @param decoy     a hash that no password has, which costs as much as the dearest of the users'
    /// @param byName    bcrypt hashes
    record Users(Map<String, String> byName, String decoy) {
        @Override
        public String toString() {
            return "Users[%d]".formatted(byName.size());
        }
    }

    private record Stamp(FileTime modified, long size, Object key) {}

    private final Path file;
    private volatile Users users;
    private volatile Stamp read;
    private volatile Stamp refused;

    /// @throws IllegalArgumentException that says what is wrong with the file
    PasswordFile(Path file) {
        this.file = file;
        this.read = stamp();
        this.users = parse();
    }

    Users users() {
        try {
            Stamp now = stamp();
            if (!now.equals(read) && !now.equals(refused)) {
                renew(now);
            }
        } catch (IllegalArgumentException unreadable) {
            if (refused == null || refused.size >= 0) {
                LOG.atError().addKeyValue("reason", unreadable.getMessage()).setMessage("users could not be read again; those of before remain").log();
            }
            refused = new Stamp(FileTime.fromMillis(0), -1, "unreadable");
        }
        return users;
    }

    private synchronized void renew(Stamp now) {
        if (now.equals(read)) {
            return;
        }
        try {
            users = parse();
            read = now;
            refused = null;
            LOG.atInfo().addKeyValue("file", file).addKeyValue("users", users.byName.size()).setMessage("users were read again").log();
        } catch (IllegalArgumentException wrong) {
            refused = now;
            LOG.atError().addKeyValue("reason", wrong.getMessage()).setMessage("users could not be read again; those of before remain").log();
        }
    }

    private Stamp stamp() {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return new Stamp(attributes.lastModifiedTime(), attributes.size(), String.valueOf(attributes.fileKey()));
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private Users parse() {
        List<String> lines;
        try {
            if (Files.size(file) > LARGEST_BYTES) {
                throw new IllegalArgumentException("bessemer.api.http-basic.file is '%s', which is larger than %d bytes.".formatted(file, LARGEST_BYTES));
            }
            lines = Files.readAllLines(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw unreadable(e);
        }
        Map<String, String> byName = new LinkedHashMap<>();
        int dearest = 0;
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            Matcher entry = LINE.matcher(line);
            if (!entry.matches()) { // the line itself is not shown: it may be a password
                throw wrong(i, "is not USER:HASH with a bcrypt hash ($2a$, $2b$, $2y$). Write it by `htpasswd -nB USER`.");
            }
            int cost = Integer.parseInt(entry.group(3));
            if (cost < 4 || cost > HIGHEST_COST) {
                throw wrong(i, "has a bcrypt hash of cost %d; allowed is 4 to %d.".formatted(cost, HIGHEST_COST));
            }
            if (byName.put(entry.group(1), entry.group(2)) != null) {
                throw wrong(i, "names the user '%s' a second time.".formatted(entry.group(1)));
            }
            dearest = Math.max(dearest, cost);
        }
        if (byName.isEmpty()) {
            throw new IllegalArgumentException("bessemer.api.http-basic.file is '%s', which names no user. Add one by `htpasswd -nB USER >> %s`."
                    .formatted(file, file));
        }
        return new Users(Map.copyOf(byName), "$2b$%02d$%s".formatted(dearest, ".".repeat(53)));
    }

    private IllegalArgumentException wrong(int line, String what) {
        return new IllegalArgumentException("bessemer.api.http-basic.file is '%s', whose line %d %s".formatted(file, line + 1, what));
    }

    private IllegalArgumentException unreadable(IOException e) {
        return new IllegalArgumentException("bessemer.api.http-basic.file is '%s', which cannot be read: %s. Give a file with USER:HASH lines, as `htpasswd -nB` writes them."
                .formatted(file, e), e);
    }
}
