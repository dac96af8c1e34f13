package io.bessemer.images;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The published hash of a source file.
///
/// @param algorithm as Ironic writes it: `sha256`, `sha384`, `sha512`, `md5`
/// @param value     lower-case hex
record Checksum(String algorithm, String value) {
    private static final List<String> ALGORITHMS = List.of("sha256", "sha384", "sha512", "md5");
    private static final Pattern BSD_LINE = Pattern.compile("\\S+ \\((.+)\\) = ([0-9a-fA-F]+)");
    private static final Pattern GNU_LINE = Pattern.compile("([0-9a-fA-F]+)\\s+\\*?(.+)");

    Checksum {
        value = value.toLowerCase(Locale.ROOT);
        int digits = digits(algorithm);
        if (value.length() != digits || !value.chars().allMatch(HexFormat::isHexDigit)) {
            throw new IllegalArgumentException("image_os_hash_value '%s' is not a %s: %d hex digits are expected".formatted(shortened(value), algorithm, digits));
        }
    }

    /// @param value hex; with `ALGORITHM:` before it, that goes before `algorithm`
    static Checksum of(String algorithm, String value) throws ImageImportException {
        try {
            int colon = value.indexOf(':');
            return new Checksum((colon < 0 ? algorithm : value.substring(0, colon)).strip().toLowerCase(Locale.ROOT), value.substring(colon + 1).strip());
        } catch (IllegalArgumentException e) {
            throw new ImageImportException(e.getMessage(), false, e);
        }
    }

    static boolean knows(String algorithm) {
        return ALGORITHMS.contains(algorithm);
    }

    /// Finds the line of a file in a `SHA256SUMS`: GNU or BSD style, or a lone hash.
    ///
    /// @param algorithm null for what the length of the hash says
    static Optional<Checksum> find(String algorithm, String list, String fileName) throws ImageImportException {
        String alone = null;
        for (String line : list.lines().map(String::strip).filter(text -> !text.isEmpty() && !text.startsWith("#")).toList()) {
            Matcher bsd = BSD_LINE.matcher(line);
            Matcher gnu = GNU_LINE.matcher(line);
            if (bsd.matches() && isOf(fileName, bsd.group(1))) {
                return Optional.of(measured(algorithm, bsd.group(2)));
            }
            if (gnu.matches() && isOf(fileName, gnu.group(2))) {
                return Optional.of(measured(algorithm, gnu.group(1)));
            }
            alone = alone == null && line.chars().allMatch(HexFormat::isHexDigit) ? line : "";
        }
        return alone == null || alone.isEmpty() ? Optional.empty() : Optional.of(measured(algorithm, alone));
    }

    /// Lists made by `find` have `./` before each name.
    private static boolean isOf(String fileName, String listed) {
        return listed.equals(fileName) || listed.equals("./" + fileName);
    }

    private static Checksum measured(String algorithm, String value) throws ImageImportException {
        return of(algorithm != null ? algorithm : ALGORITHMS.stream().filter(one -> digits(one) == value.length()).findFirst().orElse("sha256"), value);
    }

    static String sha256(Path file, ImageImport.Step progress) throws IOException {
        return hash(file, "sha256", progress);
    }

    static String hash(Path file, String algorithm, ImageImport.Step progress) throws IOException {
        MessageDigest digest = digest(algorithm);
        long done = 0;
        try (InputStream in = Files.newInputStream(file)) {
            byte[] buffer = new byte[1 << 18];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                digest.update(buffer, 0, read);
                done += read;
                progress.at(done);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    static MessageDigest digest(String algorithm) {
        try {
            return MessageDigest.getInstance(switch (algorithm) {
                case "sha256" -> "SHA-256";
                case "sha384" -> "SHA-384";
                case "sha512" -> "SHA-512";
                case "md5" -> "MD5";
                default -> throw new IllegalArgumentException(unknown(algorithm));
            });
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static int digits(String algorithm) {
        return switch (algorithm) {
            case "sha256" -> 64;
            case "sha384" -> 96;
            case "sha512" -> 128;
            case "md5" -> 32;
            default -> throw new IllegalArgumentException(unknown(algorithm));
        };
    }

    private static String unknown(String algorithm) {
        return "image_os_hash_algo '%s' is not one of sha256, sha384, sha512, md5".formatted(algorithm);
    }

    private static String shortened(String text) {
        return text.length() <= 40 ? text : text.substring(0, 40) + "...";
    }
}
