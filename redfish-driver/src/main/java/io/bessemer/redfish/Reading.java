package io.bessemer.redfish;

import io.bessemer.core.driver.Sensor;
import io.bessemer.core.driver.Sensor.Kind;
import io.bessemer.core.driver.Sensor.Threshold;
import io.bessemer.redfish.client.Resource;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import tools.jackson.databind.JsonNode;

/// What a BMC says of one sensor, as a sensor. Any member of it may be missing, null or of another type, which is the same as missing.
record Reading(JsonNode body) {
    private static final int LONGEST_TEXT = 255;
    private static final int MOST = 256;
    /// their names in `Thermal`, and in a sensor of its own
    private static final Map<Threshold, List<String>> THRESHOLDS = new EnumMap<>(Map.of(
            Threshold.UPPER_NON_CRITICAL, List.of("UpperThresholdNonCritical", "UpperCaution"), Threshold.UPPER_CRITICAL, List.of("UpperThresholdCritical", "UpperCritical"),
            Threshold.UPPER_FATAL, List.of("UpperThresholdFatal", "UpperFatal"), Threshold.LOWER_NON_CRITICAL, List.of("LowerThresholdNonCritical", "LowerCaution"),
            Threshold.LOWER_CRITICAL, List.of("LowerThresholdCritical", "LowerCritical"), Threshold.LOWER_FATAL, List.of("LowerThresholdFatal", "LowerFatal")));

    /// Those of a list, each with its `MemberId`, or its place in the list.
    static void each(Resource resource, String pointer, BiConsumer<String, Reading> part) {
        int index = 0;
        for (JsonNode one : resource.body().at(pointer).valueStream().limit(MOST).toList()) {
            if (one.isObject()) {
                Reading reading = new Reading(one);
                part.accept(reading.text("MemberId").orElse(String.valueOf(index)), reading);
            }
            index++;
        }
    }

    /// of Thermal
    Sensor temperature(String id) {
        return sensor(Kind.TEMPERATURE, id, text("Name"), number("ReadingCelsius"), "Cel", thresholds(), facts("identity", "MemberId", "sensor_number", "SensorNumber",
                "min_reading_range_temp", "MinReadingRangeTemp", "max_reading_range_temp", "MaxReadingRangeTemp"));
    }

    /// of Thermal; older iLOs have the names of Redfish's first draft
    Sensor fan(String id) {
        String unit = text("ReadingUnits").or(() -> text("Units")).orElse(null);
        return sensor(Kind.FAN, id, text("Name").or(() -> text("FanName")), number("Reading").or(() -> number("CurrentReading")), unit, thresholds(),
                facts("identity", "MemberId", "serial_number", "SerialNumber", "min_reading_range", "MinReadingRange", "max_reading_range", "MaxReadingRange"));
    }

    /// of Power, or a PowerSupply of its own
    Sensor supply(String id) {
        return sensor(Kind.POWER, id, text("Name"), number("LastPowerOutputWatts").or(() -> number("PowerOutputWatts")), "W", Map.of(), facts("identity", "MemberId",
                "last_power_output_watts", "LastPowerOutputWatts", "power_capacity_watts", "PowerCapacityWatts", "line_input_voltage", "LineInputVoltage",
                "serial_number", "SerialNumber"));
    }

    /// of Power: what the whole machine draws
    Sensor control(String id) {
        return sensor(Kind.POWER, id, text("Name"), number("PowerConsumedWatts"), "W", Map.of(), facts("identity", "MemberId", "power_consumed_watts", "PowerConsumedWatts",
                "power_capacity_watts", "PowerCapacityWatts"));
    }

    Sensor drive(String id) {
        return sensor(Kind.DRIVE, id, text("Name"), Optional.empty(), null, Map.of(), facts("model", "Model", "capacity_bytes", "CapacityBytes"));
    }

    /// Of the model with one resource for each sensor; empty for what is neither temperature, nor fan, nor power.
    Optional<Sensor> sensor(String id) {
        boolean fan = text("PhysicalContext").filter("Fan"::equals).isPresent();
        Kind kind = switch (text("ReadingType").orElse("")) {
            case "Temperature" -> Kind.TEMPERATURE;
            case "Rotational" -> Kind.FAN;
            case "Percent" -> fan ? Kind.FAN : null;
            case "Power" -> Kind.POWER;
            default -> null;
        };
        if (kind == null) {
            return Optional.empty();
        }
        String unit = switch (kind) {
            case TEMPERATURE -> "Cel";
            case FAN -> text("ReadingType").filter("Percent"::equals).map(_ -> "Percent").orElse("RPM");
            case POWER -> "W";
            case DRIVE -> null;
        };
        Map<String, Object> facts = facts("identity", "Id");
        if (kind == Kind.POWER) {
            number("Reading").ifPresent(watts -> facts.put("power_consumed_watts", watts));
        }
        return Optional.of(sensor(kind, id, text("Name"), number("Reading"), unit, thresholds(), facts));
    }

    /// What is absent has no reading, whatever number stands there: iLO writes 0 degrees for a processor that is not in its socket.
    private Sensor sensor(Kind kind, String id, Optional<String> name, Optional<Double> reading, String unit, Map<Threshold, Double> thresholds, Map<String, Object> facts) {
        Reading status = new Reading(body.path("Status"));
        Optional<String> state = status.text("State");
        Double shown = state.filter("Absent"::equals).isPresent() ? null : reading.orElse(null);
        return new Sensor(kind, id, name.orElse(""), text("PhysicalContext").orElse(null), shown, shown == null && thresholds.isEmpty() ? null : unit, state.orElse(null),
                status.text("Health").orElse(null), thresholds, facts);
    }

    private Map<Threshold, Double> thresholds() {
        Map<Threshold, Double> thresholds = new EnumMap<>(Threshold.class);
        THRESHOLDS.forEach((threshold, names) -> number(names.getFirst()).or(() -> new Reading(body.path("Thresholds").path(names.getLast())).number("Reading"))
                .ifPresent(limit -> thresholds.put(threshold, limit)));
        return thresholds;
    }

    /// @param names pairs of Ironic's name and the BMC's
    private Map<String, Object> facts(String... names) {
        Map<String, Object> facts = new LinkedHashMap<>();
        for (int i = 0; i < names.length; i += 2) {
            String ours = names[i];
            JsonNode value = body.path(names[i + 1]);
            text(names[i + 1]).ifPresent(text -> facts.put(ours, text));
            if (value.isIntegralNumber() && value.canConvertToLong()) {
                facts.put(ours, value.asLong());
            } else {
                number(names[i + 1]).ifPresent(number -> facts.put(ours, number));
            }
        }
        return facts;
    }

    Optional<String> text(String member) {
        JsonNode value = body.path(member);
        String text = value.isString() ? value.asString().strip() : "";
        return text.isEmpty() ? Optional.empty() : Optional.of(text.length() > LONGEST_TEXT ? text.substring(0, LONGEST_TEXT) : text);
    }

    private Optional<Double> number(String member) {
        JsonNode value = body.path(member);
        return value.isNumber() && Double.isFinite(value.doubleValue()) ? Optional.of(value.doubleValue()) : Optional.empty();
    }
}
