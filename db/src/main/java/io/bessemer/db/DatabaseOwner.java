package io.bessemer.db;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// The file `bessemer.owner` beside the embedded database: the process id of who has it open, for the message that others get. It is
/// no lock (H2 locks its own file), so that a stale one harms nobody.
final class DatabaseOwner implements AutoCloseable {
    private static final String NAME = "bessemer.owner";

    private final Optional<Path> file;

    private DatabaseOwner(Optional<Path> file) {
        this.file = file;
    }

    /// for a database that several processes share
    static DatabaseOwner none() {
        return new DatabaseOwner(Optional.empty());
    }

    static DatabaseOwner write(Path dataDir) {
        try {
            return new DatabaseOwner(Optional.of(Files.writeString(dataDir.resolve(NAME), ProcessHandle.current().pid() + "\n")));
        } catch (IOException e) {
            throw new DatabaseStartException("Cannot write into the data directory %s.".formatted(dataDir), e);
        }
    }

    static String describe(Path dataDir) {
        try {
            long pid = Long.parseLong(Files.readString(dataDir.resolve(NAME)).strip());
            return ProcessHandle.of(pid).isPresent() ? "process " + pid : "a process (not " + pid + ", which is gone)";
        } catch (IOException | NumberFormatException unknown) {
            return "another process";
        }
    }

    @Override
    public void close() {
        file.ifPresent(path -> {
            try {
                Files.deleteIfExists(path);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }
}
