package io.bessemer.conductor.console;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/// Takes secrets out of a stream of text as it passes: what follows `token=`, `password=` or `secret=` up to the next space becomes
/// `***`. Kernels print their command line, and ours holds a boot token.
///
/// Nothing is held back, so what is typed echoes at once: the word in front of a secret is let through, and the secret alone swallowed.
final class SecretMask {
    private static final List<byte[]> WORDS = List.of("token=", "password=", "secret=").stream().map(word -> word.getBytes(StandardCharsets.US_ASCII)).toList();
    private static final byte[] MASK = "***".getBytes(StandardCharsets.US_ASCII);
    private static final int LONGEST = 9;

    /// the last bytes, in lower case
    private final byte[] seen = new byte[LONGEST];
    private boolean inside;
    private boolean masked;

    byte[] pass(byte[] text) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(text.length + MASK.length);
        for (byte one : text) {
            if (inside && ends(one)) {
                inside = false;
            }
            if (!inside) {
                out.write(one);
                System.arraycopy(seen, 1, seen, 0, LONGEST - 1);
                seen[LONGEST - 1] = (byte) (one >= 'A' && one <= 'Z' ? one + 32 : one);
                inside = begins();
                masked = false;
            } else if (!masked) {
                out.writeBytes(MASK);
                masked = true;
            }
        }
        return out.toByteArray();
    }

    private boolean begins() {
        return WORDS.stream().anyMatch(word -> Arrays.equals(word, 0, word.length, seen, LONGEST - word.length, LONGEST));
    }

    /// A control character too, that of a colour for instance.
    private static boolean ends(byte one) {
        return one >= 0 && one <= ' ' || one == 127;
    }
}
