package io.bessemer.core.node;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Which keys of a node's free-form fields are secret, and how they are shown.
public final class Secrets {
    /// what clients see instead of a secret, as in Ironic
    public static final String MASK = "******";

    private static final List<String> SECRET_PARTS =
            List.of("password", "passwd", "secret", "token", "kg_key", "private_key", "passphrase", "credential", "pull_secret");

    private Secrets() {
    }

    public static boolean isSecret(String key) {
        String lower = key.toLowerCase(Locale.ROOT);
        for (String part : SECRET_PARTS) { // of each field of each timeline event: a stream costs more than what it looks at
            if (lower.contains(part)) {
                return true;
            }
        }
        return false;
    }

    /// A copy with every secret value replaced by [#MASK], at any depth.
    public static Map<String, Object> mask(Map<String, Object> fields) {
        Map<String, Object> masked = new LinkedHashMap<>();
        fields.forEach((key, value) -> masked.put(key, value != null && isSecret(key) ? MASK : maskValue(value)));
        return masked;
    }

    private static Object maskValue(Object value) {
        return switch (value) {
            case Map<?, ?> map -> {
                Map<String, Object> copy = new LinkedHashMap<>();
                map.forEach((key, inner) -> copy.put(String.valueOf(key), inner));
                yield mask(copy);
            }
            case List<?> list -> list.stream().map(Secrets::maskValue).toList();
            case null -> null;
            default -> value;
        };
    }
}
