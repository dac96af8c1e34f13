package io.bessemer.core.pool;

import io.bessemer.core.fault.Failure;
import java.util.regex.Pattern;

/// What zones, pools and profiles may be called: the names are handed on to Nova, libvirt and file systems.
public final class PoolNames {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");

    private PoolNames() {}

    /// @throws Failure.Invalid naming the field
    public static String check(String field, String name) {
        if (name == null || !NAME.matcher(name).matches()) {
            throw new Failure.Invalid(field, "'%s' is not a name. Use 1 to 63 letters, digits, '.', '_' and '-', beginning with a letter or digit.".formatted(name));
        }
        return name;
    }

    /// Nova forbids a zone of the name `nova` (doc/source/admin/availability-zones.rst).
    ///
    /// @throws Failure.Invalid naming the field
    public static String zone(String field, String name) {
        if ("nova".equals(name)) {
            throw new Failure.Invalid(field, "'nova' is the name of Nova's default zone, which hosts must not be put in by name. Choose another.");
        }
        return check(field, name);
    }
}
