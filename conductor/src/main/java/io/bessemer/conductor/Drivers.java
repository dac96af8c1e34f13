package io.bessemer.conductor;

import io.bessemer.core.driver.DriverException;
import io.bessemer.core.driver.HardwareType;
import io.bessemer.core.fault.Failure;
import io.bessemer.core.node.Node;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/// The enabled hardware types, and their failures in the words of the API.
final class Drivers {
    private final Map<String, HardwareType> types;

    Drivers(Map<String, HardwareType> types) {
        this.types = types;
    }

    HardwareType of(Node node) {
        return named(node.driver());
    }

    HardwareType named(String name) {
        HardwareType type = types.get(name);
        if (type == null) {
            throw new Failure.DriverNotFound(name, String.join(", ", new TreeSet<>(types.keySet())));
        }
        return type;
    }

    /// Fills in defaults and refuses implementations that the driver does not have.
    Map<String, String> interfaces(String driver, Map<String, String> chosen) {
        Map<String, List<String>> known = named(driver).interfaces();
        Map<String, String> complete = new LinkedHashMap<>();
        known.forEach((name, implementations) -> complete.put(name, implementations.getFirst()));
        chosen.forEach((name, implementation) -> {
            List<String> allowed = known.getOrDefault(name, List.of());
            if (!allowed.contains(implementation)) {
                throw new Failure.Invalid(name + "_interface", "'%s' is not one of %s, which driver '%s' has.".formatted(implementation, allowed, driver));
            }
            complete.put(name, implementation);
        });
        return complete;
    }

    /// Calls a driver on behalf of a client who waits.
    <T> T call(Call<T> call) {
        try {
            return call.run();
        } catch (DriverException e) {
            throw failure(e);
        }
    }

    private static Failure failure(DriverException e) {
        return switch (e.kind()) {
            case CONFIGURATION -> new Failure.Invalid("driver_info", e.getMessage());
            case UNSUPPORTED -> new Failure.Unsupported(e.getMessage());
            case UNREACHABLE, AUTHENTICATION, BUSY, REFUSED, NOT_CONFIRMED -> new Failure.Hardware(e.getMessage(), e.kind().retryable(), e);
        };
    }

    interface Call<T> {
        T run() throws DriverException;
    }
}
