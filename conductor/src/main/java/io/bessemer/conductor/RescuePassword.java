package io.bessemer.conductor;

import io.bessemer.core.fault.Failure;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.stream.Collectors;
import org.apache.commons.codec.digest.Sha2Crypt;

/// The hash of a rescue password, as `/etc/shadow` has it (crypt(5), `$6$`). It is made where the request is read, so that the password goes no further.
public record RescuePassword(String hash) {
    static final int LONGEST = 256;
    private static final int ROUNDS = 50_000;
    private static final int SALT = 16;
    private static final String ALPHABET = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final SecureRandom RANDOM = new SecureRandom();

    /// @throws Failure.Invalid without repeating the password
    public static RescuePassword of(String password) {
        if (password.isBlank()) {
            throw new Failure.Missing("rescue_password", "Give the password that the user 'rescue' shall log in with: 1 to %d characters.".formatted(LONGEST));
        }
        if (password.length() > LONGEST) {
            throw new Failure.Invalid("rescue_password", "has %d characters, at most %d are allowed.".formatted(password.length(), LONGEST));
        }
        if (password.chars().anyMatch(Character::isISOControl)) {
            throw new Failure.Invalid("rescue_password", "has a control character, which nobody can type.");
        }
        String salt = RANDOM.ints(SALT, 0, ALPHABET.length()).mapToObj(i -> String.valueOf(ALPHABET.charAt(i))).collect(Collectors.joining());
        return new RescuePassword(Sha2Crypt.sha512Crypt(password.getBytes(StandardCharsets.UTF_8), "$6$rounds=%d$%s".formatted(ROUNDS, salt)));
    }

    @Override
    public String toString() {
        return "RescuePassword[***]";
    }
}
