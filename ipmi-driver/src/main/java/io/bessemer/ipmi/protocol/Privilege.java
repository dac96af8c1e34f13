package io.bessemer.ipmi.protocol;

import java.util.Arrays;
import java.util.Optional;

/// Privilege levels of IPMI 2.0 §6.8; the names are those of `ipmi_priv_level`.
public enum Privilege {
    CALLBACK(1),
    USER(2),
    OPERATOR(3),
    ADMINISTRATOR(4);

    private final int code;

    Privilege(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }

    public static Optional<Privilege> of(String name) {
        return Arrays.stream(values()).filter(level -> level.name().equalsIgnoreCase(name)).findFirst();
    }
}
