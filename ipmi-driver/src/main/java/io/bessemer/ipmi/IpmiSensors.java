package io.bessemer.ipmi;

import io.bessemer.core.driver.DriverException;
import io.bessemer.core.driver.DriverException.Kind;
import io.bessemer.core.driver.Sensor;
import io.bessemer.core.driver.Sensor.Threshold;
import io.bessemer.ipmi.command.Answer;
import io.bessemer.ipmi.command.Command;
import io.bessemer.ipmi.command.GetSensorReading;
import io.bessemer.ipmi.command.GetSensorReading.Reading;
import io.bessemer.ipmi.command.GetSensorThresholds;
import io.bessemer.ipmi.protocol.CompletionCode;
import io.bessemer.ipmi.protocol.CompletionCode.Generic;
import io.bessemer.ipmi.sensor.DiscreteState;
import io.bessemer.ipmi.sensor.Health;
import io.bessemer.ipmi.sensor.SensorRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One reading of a machine's sensors: its records where they are not known, then each reading, then the thresholds.
final class IpmiSensors {
    private static final Logger LOG = LoggerFactory.getLogger(IpmiSensors.class);
    /// the client waits: what is known by then is the answer
    private static final Duration LONGEST = Duration.ofSeconds(40);
    /// of which reading the records may take: a BMC that is slow at them still tells of the first ones
    private static final Duration LONGEST_WALK = Duration.ofSeconds(30);
    private static final String DISABLED = "Disabled";
    private static final String UNAVAILABLE = "UnavailableOffline";

    private final SensorBmc bmc;
    private final long end;

    /// What the BMC said of one sensor; no reading when it refused one.
    private record Told(SensorRecord sensor, Optional<Reading> reading, boolean absent) {}

    private IpmiSensors(SensorBmc bmc, long end) {
        this.bmc = bmc;
        this.end = end;
    }

    static List<Sensor> read(SensorBmc bmc, SensorInventories.Inventory inventory) throws DriverException {
        long now = System.nanoTime();
        List<SensorRecord> records = SdrWalk.read(bmc, inventory, now + LONGEST_WALK.toNanos()).sensors().stream()
                .filter(sensor -> sensor.kind().isPresent()).toList();
        return new IpmiSensors(bmc, now + LONGEST.toNanos()).all(records);
    }

    private List<Sensor> all(List<SensorRecord> records) throws DriverException {
        List<Told> told = new ArrayList<>();
        for (SensorRecord sensor : records) {
            if (late()) {
                LOG.info("{}: after {} s its sensors are told without {} and what follows", bmc.name(), LONGEST.toSeconds(), sensor.name());
                break;
            }
            told.add(reading(sensor));
        }
        List<Sensor> sensors = new ArrayList<>();
        for (Told one : told) {
            boolean thresholds = one.sensor().analog() && one.sensor().thresholdsReadable() && !one.absent() && !late();
            sensors.add(sensor(one, thresholds ? thresholds(one.sensor()) : Map.of()));
        }
        return sensors;
    }

    private boolean late() {
        return System.nanoTime() > end;
    }

    private Told reading(SensorRecord sensor) throws DriverException {
        return switch (ask(new GetSensorReading(sensor.number()))) {
            case Answer.Done<Reading>(Reading reading) -> new Told(sensor, Optional.of(reading), false);
            case Answer.Refused<Reading>(CompletionCode code) -> new Told(sensor, Optional.empty(), code == Generic.NOT_PRESENT);
        };
    }

    private Map<Threshold, Double> thresholds(SensorRecord sensor) throws DriverException {
        Map<Threshold, Double> thresholds = new EnumMap<>(Threshold.class);
        if (ask(new GetSensorThresholds(sensor.number())) instanceof Answer.Done<Map<Threshold, Integer>>(Map<Threshold, Integer> raw)) {
            raw.forEach((threshold, limit) -> value(sensor, limit).ifPresent(value -> thresholds.put(threshold, value)));
        }
        return thresholds;
    }

    /// An answer that makes no sense costs its sensor the reading, and not the others theirs.
    private <R> Answer<R> ask(Command<R> command) throws DriverException {
        try {
            Answer<R> answer = bmc.answer(command);
            if (answer instanceof Answer.Refused<R>(CompletionCode code)) {
                LOG.debug("{} refused {}: {}", bmc.name(), command.title(), code);
            }
            return answer;
        } catch (DriverException e) {
            if (e.kind() != Kind.REFUSED) {
                throw e;
            }
            LOG.debug("{}", e.getMessage());
            return new Answer.Refused<>(Generic.UNSPECIFIED);
        }
    }

    private static OptionalDouble value(SensorRecord sensor, int raw) {
        OptionalDouble value = sensor.conversion().value(raw);
        return value.isPresent() ? OptionalDouble.of(sensor.unit().told(value.getAsDouble())) : value;
    }

    private static Sensor sensor(Told told, Map<Threshold, Double> thresholds) {
        SensorRecord sensor = told.sensor();
        Double value = null;
        String state = told.absent() ? DiscreteState.ABSENT : null;
        Health health = Health.UNTOLD;
        if (told.reading().isPresent()) {
            Reading reading = told.reading().get();
            if (!reading.scanning() || !reading.available()) {
                state = reading.scanning() ? UNAVAILABLE : DISABLED;
            } else {
                OptionalDouble converted = value(sensor, reading.raw());
                value = converted.isPresent() ? (Double) converted.getAsDouble() : null;
                DiscreteState states = sensor.hasThresholds() ? new DiscreteState(DiscreteState.ENABLED, Health.ofThresholds(reading.states())) : sensor.state(reading.states());
                state = reading.stateTold() ? states.words() : DiscreteState.ENABLED;
                health = reading.stateTold() ? states.health() : Health.UNTOLD;
            }
        }
        value = DiscreteState.ABSENT.equals(state) ? null : value;
        String unit = value == null && thresholds.isEmpty() || sensor.unit().text().isEmpty() ? null : sensor.unit().text();
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("sensor_number", sensor.number());
        if (sensor.entity() != 0) {
            facts.put("entity", "%d.%d".formatted(sensor.entity(), sensor.instance()));
        }
        return new Sensor(sensor.kind().orElseThrow(), id(sensor), sensor.name(), sensor.context(), value, unit, state, health.wire(), thresholds, facts);
    }

    /// As ipmitool and Ironic's driver of it name sensors: `CPU1 Temp (0x1)`.
    private static String id(SensorRecord sensor) {
        return "%s (0x%x)".formatted(sensor.name(), sensor.number()).strip();
    }
}
