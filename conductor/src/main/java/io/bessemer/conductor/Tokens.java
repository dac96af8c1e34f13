package io.bessemer.conductor;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;

/// Secrets that prove who speaks. Only their SHA-256 is stored.
public final class Tokens {
    private static final SecureRandom RANDOM = new SecureRandom();

    private Tokens() {
    }

    /// 256 random bits, safe in URLs.
    public static String random() {
        byte[] bytes = new byte[32];
        RANDOM.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /// SHA-256 in hex.
    public static String hash(String token) {
        return HexFormat.of().formatHex(sha256(token));
    }

    /// A token that follows from another one and does not give it away.
    public static String derive(String purpose, String token) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(sha256(purpose + "\n" + token));
    }

    /// Takes the same time wherever they differ.
    public static boolean matches(String hash, String token) {
        return hash != null && token != null
                && MessageDigest.isEqual(hash.getBytes(StandardCharsets.US_ASCII), hash(token).getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
