package io.bessemer.api.wire;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// Keystone's usual roles, from least to most: each includes those before it. SERVICE is what other services of the cloud hold, and
/// includes none.
public enum Role {
    READER, MEMBER, MANAGER, ADMIN, SERVICE;

    /// Roles that mean nothing here are empty; a cloud has many.
    public static Optional<Role> of(String name) {
        return Arrays.stream(values()).filter(role -> role.wire().equals(name.toLowerCase(Locale.ROOT))).findFirst();
    }

    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    boolean includes(Role wanted) {
        return this == wanted || this != SERVICE && wanted != SERVICE && compareTo(wanted) > 0;
    }
}
