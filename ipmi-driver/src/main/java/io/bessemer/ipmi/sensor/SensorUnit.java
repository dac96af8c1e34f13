package io.bessemer.ipmi.sensor;

import io.bessemer.core.driver.Sensor.Kind;
import java.util.List;
import java.util.Optional;

/// In what a sensor counts, IPMI 2.0 §43.1 bytes 21 to 23 and §43.17.
///
/// @param rate     0, or per microsecond, millisecond, second, minute, hour, day
/// @param combined 0 for the base unit alone, 1 for base by modifier, 2 for base times modifier
public record SensorUnit(boolean percent, int rate, int combined, int base, int modifier) {
    private static final int CELSIUS = 1;
    private static final int FAHRENHEIT = 2;
    private static final int KELVIN = 3;
    private static final int RPM = 18;
    private static final int REVOLUTIONS = 41;
    private static final int PER_MINUTE = 4;
    /// the first of the table, in the words that the API has for those of Redfish's sensors; temperatures are told in degrees Celsius
    private static final List<String> NAMES = List.of("", "Cel", "Cel", "Cel", "V", "A", "W", "J", "C", "VA", "nits", "lm", "lx", "cd", "kPa", "psi", "N", "CFM", "RPM", "Hz");
    private static final List<String> RATES = List.of("", "/us", "/ms", "/s", "/min", "/h", "/d", "");

    /// What is measured in this unit, where the unit alone says it.
    Optional<Kind> kind() {
        if (rotations()) {
            return Optional.of(Kind.FAN);
        }
        if (percent || !alone()) {
            return Optional.empty();
        }
        return switch (base) {
            case CELSIUS, FAHRENHEIT, KELVIN -> Optional.of(Kind.TEMPERATURE);
            case 4, 5, 6, 9 -> Optional.of(Kind.POWER);
            case RPM -> Optional.of(Kind.FAN);
            default -> Optional.empty();
        };
    }

    boolean told() {
        return percent || base != 0;
    }

    private boolean alone() {
        return rate == 0 && combined % 3 == 0; // 3 is reserved
    }

    private boolean rotations() {
        return base == REVOLUTIONS && rate == PER_MINUTE && combined % 3 == 0;
    }

    /// `Cel`, `RPM`, `Percent`, `W*h`; empty when the BMC names none
    public String text() {
        if (rotations()) {
            return NAMES.get(RPM);
        }
        String unit = switch (combined) {
            case 1 -> name(base) + "/" + name(modifier);
            case 2 -> name(base) + "*" + name(modifier);
            default -> name(base);
        };
        return (percent ? unit.isEmpty() ? "Percent" : "Percent " + unit : unit) + RATES.get(rate);
    }

    private static String name(int unit) {
        return unit < NAMES.size() ? NAMES.get(unit) : unit == 24 ? "h" : "IPMI unit " + unit;
    }

    /// A value as it is told: temperatures in degrees Celsius.
    public double told(double value) {
        if (percent || !alone()) {
            return value;
        }
        return switch (base) {
            case FAHRENHEIT -> Conversion.shown((value - 32) / 1.8);
            case KELVIN -> Conversion.shown(value - 273.15);
            default -> value;
        };
    }
}
