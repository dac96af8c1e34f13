package io.bessemer.host;

import io.bessemer.host.protocol.HostFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/// The host's files below `root`: `/` on a host, a folder in tests.
public record HostFiles(Path root) {
    private static final int LONGEST = 1 << 20;

    public static final HostFiles HOST = new HostFiles(Path.of("/"));

    public Path path(String name) {
        return root.resolve(name.substring(1));
    }

    /// What a file says; empty when it is missing or cannot be read.
    public Optional<String> text(String name) {
        try (var in = Files.newInputStream(path(name))) {
            return Optional.of(new String(in.readNBytes(LONGEST), StandardCharsets.UTF_8).strip());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /// Replaces a file so that a crash leaves the old or the new one, on the disk when this returns.
    ///
    /// @param permissions as in `rw-------`
    public void write(String name, String text, String permissions) throws IOException {
        write(name, text.getBytes(StandardCharsets.UTF_8), next -> Files.setPosixFilePermissions(next, PosixFilePermissions.fromString(permissions)));
    }

    /// Like [#write(String, String, String)]. Whom it belongs to and who may read it is settled before it says anything.
    public void write(HostFile file) throws IOException {
        GroupPrincipal group = group(file);
        UserPrincipal user = user(file);
        write(file.path(), file.content().getBytes(StandardCharsets.UTF_8), next -> {
            var attributes = Files.getFileAttributeView(next, PosixFileAttributeView.class);
            attributes.setGroup(group);
            attributes.setOwner(user);
            attributes.setPermissions(permissions(file));
        });
    }

    /// Whether a file is there with that content, owner and mode.
    public boolean isAsWanted(HostFile file) throws IOException {
        byte[] content = file.content().getBytes(StandardCharsets.UTF_8);
        try {
            var found = Files.readAttributes(path(file.path()), PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            return found.isRegularFile() && found.size() == content.length && found.permissions().equals(permissions(file)) && found.owner().equals(user(file))
                    && found.group().equals(group(file)) && Arrays.equals(Files.readAllBytes(path(file.path())), content);
        } catch (NoSuchFileException missing) {
            return false;
        }
    }

    public boolean hasGroup(String name) {
        try {
            root.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByGroupName(name);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private UserPrincipal user(HostFile file) throws IOException {
        String name = file.owner().substring(0, file.owner().indexOf(':'));
        try {
            return root.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(name);
        } catch (UserPrincipalNotFoundException e) {
            throw new IOException("%s shall belong to user %s, whom this host does not have. Install the package that brings it.".formatted(file.path(), name), e);
        }
    }

    private GroupPrincipal group(HostFile file) throws IOException {
        String name = file.owner().substring(file.owner().indexOf(':') + 1);
        try {
            return root.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByGroupName(name);
        } catch (UserPrincipalNotFoundException e) {
            throw new IOException("%s shall belong to group %s, which this host does not have. Install the package that brings it.".formatted(file.path(), name), e);
        }
    }

    private static Set<PosixFilePermission> permissions(HostFile file) {
        int mode = Integer.parseInt(file.mode(), 8);
        var set = EnumSet.noneOf(PosixFilePermission.class);
        PosixFilePermission[] all = PosixFilePermission.values(); // in the order of the bits, the owner's read bit first
        for (int i = 0; i < all.length; i++) {
            if ((mode & 0400 >> i) != 0) {
                set.add(all[i]);
            }
        }
        return set;
    }

    private void write(String name, byte[] content, Settlement settlement) throws IOException {
        Path file = path(name);
        Files.createDirectories(file.getParent());
        Path next = file.resolveSibling(file.getFileName() + ".next");
        Files.deleteIfExists(next);
        Files.createFile(next, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try (var channel = FileChannel.open(next, StandardOpenOption.WRITE)) {
            settlement.settle(next);
            ByteBuffer bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        try (var folder = FileChannel.open(file.getParent(), StandardOpenOption.READ)) {
            folder.force(true); // the name too
        }
    }

    private interface Settlement {
        void settle(Path next) throws IOException;
    }

    /// @return whether it was another text before
    public boolean change(String name, String text, String permissions) throws IOException {
        if (text(name).equals(Optional.of(text.strip()))) {
            return false;
        }
        write(name, text, permissions);
        return true;
    }

    public void delete(String name) throws IOException {
        Files.deleteIfExists(path(name));
    }
}
