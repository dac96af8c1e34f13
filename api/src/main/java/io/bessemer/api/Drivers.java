package io.bessemer.api;

import io.bessemer.core.driver.HardwareType;
import io.bessemer.core.fault.Failure;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// The hardware types that are enabled.
///
/// @param byName in the order of their names
public record Drivers(Map<String, HardwareType> byName) {
    public Drivers {
        byName = Collections.unmodifiableMap(new TreeMap<>(byName));
    }

    public Optional<HardwareType> find(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    /// @throws Failure.DriverNotFound when it is not enabled
    public HardwareType require(String name) {
        return find(name).orElseThrow(() -> new Failure.DriverNotFound(name, String.join(", ", byName.keySet())));
    }
}
