package io.bessemer.conductor.console;

import io.bessemer.core.node.NodeId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// The recordings of one node: `UUID.log`, and older ones `UUID.log.1` and on. For the owner of the process alone, as consoles show what
/// people type.
final class ConsoleLog {
    private static final String ENDING = ".log";

    private final Path file;
    private final ConsoleSettings settings;

    ConsoleLog(ConsoleSettings settings, NodeId node) {
        this.settings = settings;
        this.file = settings.directory().resolve(node + ENDING);
    }

    Path file() {
        return file;
    }

    void append(byte[] text) throws IOException {
        Files.createDirectories(settings.directory());
        long length = Files.exists(file) ? Files.size(file) : 0;
        if (length > 0 && length + text.length > settings.logBytes()) {
            rotate();
        }
        try (SeekableByteChannel out = Files.newByteChannel(file, Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            ByteBuffer buffer = ByteBuffer.wrap(text);
            while (buffer.hasRemaining()) {
                out.write(buffer);
            }
        }
    }

    private void rotate() throws IOException {
        for (int number = settings.logFiles(); number > 0; number--) {
            Path older = number == 1 ? file : older(number - 1);
            if (Files.exists(older)) {
                Files.move(older, older(number), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        Files.deleteIfExists(file); // there when no older ones are kept
    }

    private Path older(int number) {
        return file.resolveSibling(file.getFileName() + "." + number);
    }

    /// The end of what was recorded, from the file before too when the newest is short.
    byte[] tail(int most) {
        byte[] newest = end(file, most);
        if (newest.length == most || settings.logFiles() == 0) {
            return newest;
        }
        byte[] before = end(older(1), most - newest.length);
        byte[] all = new byte[before.length + newest.length];
        System.arraycopy(before, 0, all, 0, before.length);
        System.arraycopy(newest, 0, all, before.length, newest.length);
        return all;
    }

    private static byte[] end(Path of, int most) {
        try (SeekableByteChannel in = Files.newByteChannel(of)) {
            int length = (int) Math.min(most, in.size());
            in.position(in.size() - length);
            ByteBuffer buffer = ByteBuffer.allocate(length);
            while (buffer.hasRemaining() && in.read(buffer) >= 0) {
                continue;
            }
            return Arrays.copyOf(buffer.array(), buffer.position());
        } catch (NoSuchFileException none) {
            return new byte[0];
        } catch (IOException e) {
            throw new UncheckedIOException("The recorded console %s cannot be read".formatted(of), e);
        }
    }

    /// Removes the recordings of nodes that are no more.
    static void sweep(Path directory, Predicate<NodeId> known) throws IOException {
        if (!Files.isDirectory(directory)) {
            return;
        }
        try (Stream<Path> files = Files.list(directory)) {
            for (Path each : files.toList()) {
                String name = each.getFileName().toString();
                int dot = name.indexOf(ENDING);
                if (dot == 36 && !known.test(new NodeId(UUID.fromString(name.substring(0, dot))))) {
                    Files.deleteIfExists(each);
                }
            }
        }
    }
}
