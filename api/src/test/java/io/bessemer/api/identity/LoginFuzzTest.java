package io.bessemer.api.identity;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.bessemer.api.wire.WireException;
import io.bessemer.core.fault.Failure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.security.crypto.bcrypt.BCrypt;

/// What strangers write into the Authorization header, and what may stand in the file of users. Nobody gets in, and only a refusal comes out.
class LoginFuzzTest {
    private final HttpBasic basic = new HttpBasic(users("operator:" + BCrypt.hashpw("a word that no fuzzer finds", BCrypt.gensalt("$2b", 4)) + "\n"));

    @FuzzTest
    void headers(byte[] bytes) {
        attempt(new String(bytes, StandardCharsets.ISO_8859_1));
        attempt("Basic " + Base64.getEncoder().encodeToString(bytes));
    }

    private void attempt(String header) {
        var request = new MockHttpServletRequest();
        request.addHeader("Authorization", header);
        try {
            throw new AssertionError("somebody got in: " + basic.authenticate(request));
        } catch (Failure.Unauthorized | WireException expected) {
            assert !expected.getMessage().isEmpty();
        }
    }

    @FuzzTest
    void files_of_users(byte[] bytes) throws IOException {
        Path file = Files.createTempFile("users", ".txt");
        try {
            Files.write(file, bytes);
            new PasswordFile(file).users().byName().forEach((user, hash) -> {
                assert !user.isEmpty() && hash.startsWith("$2");
            });
        } catch (IllegalArgumentException expected) {
            assert expected.getMessage().contains(file.toString()) : expected;
        } finally {
            Files.delete(file);
        }
    }

    private static Path users(String text) {
        try {
            Path file = Files.createTempFile("users", ".txt");
            file.toFile().deleteOnExit();
            return Files.writeString(file, text);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
