package io.bessemer.ipmi.sensor;

import static io.bessemer.ipmi.sensor.Health.CRITICAL;
import static io.bessemer.ipmi.sensor.Health.OK;
import static io.bessemer.ipmi.sensor.Health.UNTOLD;
import static io.bessemer.ipmi.sensor.Health.WARNING;

import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/// What the asserted states of a discrete sensor mean, IPMI 2.0 §42.1 (generic) and §42.2 (by sensor type).
///
/// @param words  of all that are asserted
/// @param health of the worst
public record DiscreteState(String words, Health health) {
    public static final String ABSENT = "Absent";
    public static final String ENABLED = "Enabled";

    private static final int BY_SENSOR_TYPE = 0x6f;
    private static final int PRESENCE_GENERIC = 0x08;

    private record Offset(String words, Health health) {}

    private static final Map<Integer, List<Offset>> GENERIC = Map.of(
            0x02, List.of(of("Idle", UNTOLD), of("Active", UNTOLD), of("Busy", UNTOLD)),
            0x03, List.of(of("State deasserted", UNTOLD), of("State asserted", UNTOLD)), // good or bad, only the name of the sensor tells
            0x04, List.of(of("No predictive failure", OK), of("Predictive failure", WARNING)),
            0x05, List.of(of("Limit not exceeded", OK), of("Limit exceeded", WARNING)),
            0x06, List.of(of("Performance met", OK), of("Performance lags", WARNING)),
            0x07, List.of(of("OK", OK), of("Non-critical", WARNING), of("Critical", CRITICAL), of("Non-recoverable", CRITICAL), of("Non-critical, better than before", WARNING),
                    of("Critical, better than before", CRITICAL), of("Non-recoverable", CRITICAL), of("Monitor", OK), of("Informational", OK)),
            PRESENCE_GENERIC, List.of(of(ABSENT, UNTOLD), of("Present", OK)),
            0x09, List.of(of("Disabled", UNTOLD), of(ENABLED, OK)),
            0x0a, List.of(of("Running", OK), of("In test", OK), of("Power off", UNTOLD), of("On line", OK), of("Off line", UNTOLD), of("Off duty", UNTOLD),
                    of("Degraded", WARNING), of("Power save", OK), of("Install error", CRITICAL)),
            0x0b, List.of(of("Fully redundant", OK), of("Redundancy lost", CRITICAL), of("Redundancy degraded", WARNING), of("Not redundant, sufficient", WARNING),
                    of("Not redundant, sufficient again", WARNING), of("Not redundant, insufficient", CRITICAL), of("Redundancy degraded from fully redundant", WARNING),
                    of("Redundancy degraded from not redundant", WARNING)));

    private static final Map<Integer, List<Offset>> BY_TYPE = Map.of(
            SensorRecord.POWER_SUPPLY, List.of(of("Present", OK), of("Failure", CRITICAL), of("Predictive failure", WARNING), of("Input lost", CRITICAL),
                    of("Input lost or out of range", CRITICAL), of("Input out of range", WARNING), of("Configuration error", WARNING), of("Standby", OK)),
            SensorRecord.POWER_UNIT, List.of(of("Power off", OK), of("Power cycle", OK), of("240 VA power down", CRITICAL), of("Interlock power down", CRITICAL),
                    of("Input lost", CRITICAL), of("Soft power control failure", CRITICAL), of("Failure", CRITICAL), of("Predictive failure", WARNING)),
            SensorRecord.DRIVE_SLOT, List.of(of("Present", OK), of("Fault", CRITICAL), of("Predictive failure", WARNING), of("Hot spare", OK), of("Consistency check", OK),
                    of("In critical array", WARNING), of("In failed array", CRITICAL), of("Rebuilding", WARNING), of("Rebuild aborted", CRITICAL)));

    private static Offset of(String words, Health health) {
        return new Offset(words, health);
    }

    /// @param type      of the sensor
    /// @param eventType whether states are generic, by sensor type, or the maker's own
    /// @param tellable  which states the sensor can tell at all
    /// @param asserted  which it tells
    static DiscreteState of(int type, int eventType, int tellable, int asserted) {
        List<Offset> offsets = eventType == BY_SENSOR_TYPE ? BY_TYPE.getOrDefault(type, List.of()) : GENERIC.getOrDefault(eventType, List.of());
        if (asserted == 0) {
            boolean presence = eventType == BY_SENSOR_TYPE && (type == SensorRecord.POWER_SUPPLY || type == SensorRecord.DRIVE_SLOT) && (tellable & 1) != 0;
            return presence ? new DiscreteState(ABSENT, UNTOLD) : new DiscreteState(ENABLED, eventType == BY_SENSOR_TYPE && !offsets.isEmpty() ? OK : UNTOLD);
        }
        StringJoiner words = new StringJoiner("; ");
        Health worst = UNTOLD;
        for (int offset = 0; offset < 15; offset++) {
            if ((asserted >> offset & 1) == 0) {
                continue;
            }
            Offset one = offset < offsets.size() ? offsets.get(offset) : of("State " + offset, UNTOLD);
            words.add(one.words());
            worst = one.health().compareTo(worst) > 0 ? one.health() : worst;
        }
        return new DiscreteState(words.toString(), worst);
    }
}
