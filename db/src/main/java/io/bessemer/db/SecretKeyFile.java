package io.bessemer.db;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Base64;
import java.util.Set;

/// The key file `secret.key` in the data directory: 32 random bytes in base64, readable by its owner alone. Created when a database
/// is new; never created when the database says that a key exists already.
final class SecretKeyFile {
    static final String NAME = "secret.key";

    private SecretKeyFile() {
    }

    /// @throws DatabaseStartException when the file is missing or holds another key than the database's secrets were sealed with
    static SecretCipher open(Path dataDir, SecretKeyMapper keys, Clock clock) {
        Path file = dataDir.resolve(NAME);
        String expected = keys.keyId();
        if (expected != null && !Files.exists(file)) {
            throw new DatabaseStartException(("The secrets in the database are sealed with key %s, but %s does not exist. Restore it from a "
                    + "backup or copy it from another conductor. Without it the BMC passwords cannot be read.").formatted(expected, file));
        }
        boolean created = !Files.exists(file);
        if (created) {
            create(file);
        }
        SecretCipher cipher = new SecretCipher(read(file));
        if (expected == null) {
            keys.remember(cipher.keyId(), Micros.of(clock.instant()));
            expected = keys.keyId();
        }
        if (!expected.equals(cipher.keyId())) {
            if (created) {
                remove(file);
            }
            throw new DatabaseStartException(("The secrets in the database are sealed with key %s, but %s %s. Put the key %s there: "
                    + "copy the file of the conductor that has it.").formatted(expected, file,
                    created ? "did not exist, and another conductor began at the same time" : "holds key " + cipher.keyId(), expected));
        }
        return cipher;
    }

    /// Written aside, synced and renamed: a crash leaves the whole key or none.
    private static void create(Path file) {
        byte[] key = new byte[SecretCipher.KEY_BYTES];
        new SecureRandom().nextBytes(key);
        byte[] line = (Base64.getEncoder().encodeToString(key) + "\n").getBytes(StandardCharsets.US_ASCII);
        Path aside = file.resolveSibling(NAME + ".new");
        try {
            Files.createDirectories(file.getParent());
            Files.deleteIfExists(aside);
            try (FileChannel channel = FileChannel.open(aside, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
                channel.write(ByteBuffer.wrap(line));
                channel.force(true);
            }
            Files.move(aside, file);
        } catch (IOException e) {
            throw new DatabaseStartException("Cannot create the key file %s. Is the data directory writable?".formatted(file), e);
        }
    }

    private static byte[] read(Path file) {
        try {
            byte[] key = Base64.getDecoder().decode(Files.readString(file).strip());
            if (key.length != SecretCipher.KEY_BYTES) {
                throw new DatabaseStartException("%s holds %d bytes, a key has %d. Restore it from a backup."
                        .formatted(file, key.length, SecretCipher.KEY_BYTES));
            }
            return key;
        } catch (IOException e) {
            throw new DatabaseStartException("Cannot read the key file %s. It must belong to the user that runs Bessemer.".formatted(file), e);
        } catch (IllegalArgumentException e) {
            throw new DatabaseStartException("%s is not base64. Restore it from a backup.".formatted(file), e);
        }
    }

    private static void remove(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new DatabaseStartException("Cannot remove the unused key file %s; remove it by hand.".formatted(file), e);
        }
    }
}
