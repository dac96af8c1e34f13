package io.bessemer.core.driver;

import io.bessemer.core.node.JsonCopy;
import java.util.Locale;
import java.util.Map;

/// What one sensor of a machine tells at the moment.
///
/// @param id              unique within its kind, and the same at every reading: `0@1`, the fan `0` of chassis `1`; `FAN1 (0x41)`, the IPMI sensor 0x41
/// @param name            as its BMC has it: `CPU1 Temp`; may be empty
/// @param physicalContext where in the machine, in Redfish's words where it has one: `CPU`, `Intake`; null when it is not told
/// @param reading         null when there is none: a drive has health alone, and a fan that is absent does not turn
/// @param unit            of reading and thresholds: `Cel`, `RPM`, `Percent`, `W`, `V`, `A`; null without a reading and thresholds
/// @param state           Redfish's: `Enabled`, `Absent`; or what an IPMI sensor with states tells: `Present; Input lost`; null when it is not told
/// @param health          `OK`, `Warning` or `Critical`; null when it is not told
/// @param thresholds      those that are told
/// @param facts           what its kind has besides, by the names that Ironic gives it: JSON values, none of them null
public record Sensor(Kind kind, String id, String name, String physicalContext, Double reading, String unit, String state, String health,
        Map<Threshold, Double> thresholds, Map<String, Object> facts) {
    public Sensor {
        thresholds = Map.copyOf(thresholds);
        facts = JsonCopy.of(facts);
    }

    /// Ironic's groups of sensors.
    public enum Kind {
        TEMPERATURE("Temperature"), FAN("Fan"), POWER("Power"), DRIVE("Drive");

        private final String wire;

        Kind(String wire) {
            this.wire = wire;
        }

        public String wire() {
            return wire;
        }
    }

    /// Beyond which reading a BMC calls it a trouble.
    public enum Threshold {
        UPPER_NON_CRITICAL, UPPER_CRITICAL, UPPER_FATAL, LOWER_NON_CRITICAL, LOWER_CRITICAL, LOWER_FATAL;

        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
