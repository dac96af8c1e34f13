package io.bessemer.agent.rescue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bessemer.agent.command.CommandFailedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RescueLoginTest {
    private static final String HASH = "$6$saltsalt$" + "a".repeat(86);

    @TempDir
    Path root;

    @Test
    void the_user_rescue_may_log_in_with_the_password_and_root_may_not() throws Exception {
        new RescueLogin(root).allow(Map.of("password_hash", HASH));
        assertThat(Files.readString(root.resolve("etc/passwd"))).isEqualTo("root:x:0:0:root:/root:/bin/sh\nrescue:x:0:0:rescue:/root:/bin/sh\n");
        assertThat(Files.readString(root.resolve("etc/shadow"))).isEqualTo("root:*:::::::\nrescue:" + HASH + ":::::::\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(root.resolve("etc/shadow")))).isEqualTo("rw-------");
    }

    @Test
    void another_password_takes_the_place_of_the_first() throws Exception {
        String other = "$6$rounds=50000$0123456789abcdef$" + "b".repeat(86);
        new RescueLogin(root).allow(Map.of("password_hash", HASH));
        new RescueLogin(root).allow(Map.of("password_hash", other));
        assertThat(Files.readString(root.resolve("etc/shadow"))).contains(other).doesNotContain(HASH);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "secret", "$1$salt$abc", "$6$salt$short", "$6$salt$aaaa\nroot::0:0"})
    void what_is_no_hash_is_refused_and_not_repeated(String hash) {
        assertThatThrownBy(() -> new RescueLogin(root).allow(Map.of("password_hash", hash))).isInstanceOf(CommandFailedException.class)
                .hasMessage("password_hash is not a SHA-512 hash of crypt(5)");
        assertThat(root.resolve("etc/shadow")).doesNotExist();
    }
}
