package io.bessemer.core.driver;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// A machine's BIOS settings. A step of cleaning changes them; clients read them (Ironic API 1.40).
public interface BiosInterface {
    /// In the order of their names.
    List<Setting> settings(DriverNode node) throws DriverException;

    /// Sets these and leaves the others alone. They count from the next boot.
    void apply(DriverNode node, Map<String, String> settings) throws DriverException;

    /// Back to what the maker chose.
    void factoryReset(DriverNode node) throws DriverException;

    /// @param value  null when the firmware does not say
    /// @param seenAt when it was read, or set
    record Setting(String name, String value, Registry registry, Instant seenAt) {
        public Setting {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(registry, "registry");
        }
    }

    /// What the maker's registry says of a setting (Ironic API 1.74); each is null when it says nothing.
    ///
    /// @param type            `Enumeration`, `Integer`, `String`, `Boolean`, `Password`
    /// @param allowableValues of an enumeration
    /// @param resetRequired   the machine must boot for it to count
    /// @param unique          no two machines have the same value, so it must not be copied
    record Registry(String type, List<String> allowableValues, Integer lowerBound, Integer upperBound, Integer minLength, Integer maxLength,
            Boolean readOnly, Boolean resetRequired, Boolean unique) {
        public static final Registry UNKNOWN = new Registry(null, null, null, null, null, null, null, null, null);

        public Registry {
            allowableValues = allowableValues == null ? null : List.copyOf(allowableValues);
        }
    }
}
