package io.bessemer.ipmi;

import io.bessemer.core.driver.DriverException;
import io.bessemer.core.driver.EventLog;
import io.bessemer.core.driver.SystemEvent;
import io.bessemer.ipmi.command.Answer;
import io.bessemer.ipmi.command.GetSelInfo;
import io.bessemer.ipmi.command.GetSelTime;
import io.bessemer.ipmi.event.EventWords;
import io.bessemer.ipmi.event.SelRecord;
import io.bessemer.ipmi.event.SelTime;
import io.bessemer.ipmi.protocol.CompletionCode;
import io.bessemer.ipmi.sensor.SensorRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One reading of the event log, with the sensors' names and values as their records have them.
final class IpmiEvents {
    private static final Logger LOG = LoggerFactory.getLogger(IpmiEvents.class);
    /// the client waits
    private static final Duration LONGEST = Duration.ofSeconds(40);
    /// of which learning the sensors may take; without them events have numbers for names
    private static final Duration LONGEST_WALK = Duration.ofSeconds(20);
    private static final Duration LONGEST_CLEARING = Duration.ofSeconds(40);
    private static final int BMC = 0x20;

    private final SensorBmc bmc;
    private final Map<Integer, SensorRecord> sensors = new HashMap<>();

    private IpmiEvents(SensorBmc bmc) {
        this.bmc = bmc;
    }

    static EventLog read(SensorBmc bmc, SensorInventories.Inventory inventory, int most) throws DriverException {
        return new IpmiEvents(bmc).read(inventory, most);
    }

    static void clear(SensorBmc bmc) throws DriverException {
        new SelWalk(bmc, System.nanoTime() + LONGEST_CLEARING.toNanos()).clear();
    }

    private EventLog read(SensorInventories.Inventory inventory, int most) throws DriverException {
        long end = System.nanoTime() + LONGEST.toNanos();
        GetSelInfo ask = new GetSelInfo();
        GetSelInfo.Info info = switch (bmc.answer(ask)) {
            case Answer.Done<GetSelInfo.Info>(GetSelInfo.Info told) -> told;
            case Answer.Refused<GetSelInfo.Info>(CompletionCode code) -> throw bmc.refused(ask, code);
        };
        List<SelRecord> records = new SelWalk(bmc, end).newest(info, most);
        if (!records.isEmpty()) {
            learnSensors(inventory, Math.min(end, System.nanoTime() + LONGEST_WALK.toNanos()));
        }
        Instant clock = bmc.answer(new GetSelTime()) instanceof Answer.Done<Long>(Long time) ? SelTime.at(time).orElse(null) : null;
        return new EventLog(info.entries(), info.overflow(), clock, records.stream().map(this::told).toList());
    }

    private void learnSensors(SensorInventories.Inventory inventory, long end) throws DriverException {
        try {
            SdrWalk.read(bmc, inventory, end).sensors().forEach(sensor -> sensors.put(sensor.number(), sensor));
        } catch (DriverException e) {
            if (e.kind() == DriverException.Kind.UNREACHABLE) {
                throw e;
            }
            LOG.info("{}: its events are told without the names of sensors: {}", bmc.name(), e.getMessage());
        }
    }

    private SystemEvent told(SelRecord record) {
        String raw = HexFormat.of().formatHex(record.data());
        return switch (record) {
            case SelRecord.Event event -> told(event, raw);
            case SelRecord.TimedOem(int id, int type, long timestamp, int manufacturer, byte[] _) -> new SystemEvent(id, SelTime.at(timestamp).orElse(null),
                    SelTime.sinceStart(timestamp).orElse(null), null, null, null, null, "OEM record 0x%02x of manufacturer 0x%06x".formatted(type, manufacturer), null, null, null,
                    null, null, raw);
            case SelRecord.Oem(int id, int type, byte[] _) -> new SystemEvent(id, null, null, null, null, null, null,
                    (type >= 0xe0 ? "OEM record 0x%02x" : "record of unknown type 0x%02x").formatted(type), null, null, null, null, null, raw);
        };
    }

    private SystemEvent told(SelRecord.Event event, String raw) {
        SensorRecord sensor = event.generator() == BMC ? sensors.get(event.sensor()) : null;
        if (sensor != null && sensor.type() != event.sensorType()) {
            sensor = null; // its records changed after the event
        }
        Double reading = value(sensor, event, 2);
        Double threshold = value(sensor, event, 3);
        String unit = reading == null && threshold == null ? null : sensor.unit().text();
        return new SystemEvent(event.id(), SelTime.at(event.timestamp()).orElse(null), SelTime.sinceStart(event.timestamp()).orElse(null), source(event.generator()),
                sensor == null ? null : sensor.name(), EventWords.sensorType(event.sensorType()), event.sensor(), EventWords.of(event), event.asserted(),
                EventWords.health(event).wire(), reading, threshold, unit, raw);
    }

    private static Double value(SensorRecord sensor, SelRecord.Event event, int number) {
        if (sensor == null || !event.holdsValue(number)) {
            return null;
        }
        OptionalDouble value = sensor.conversion().value(event.data()[number - 1] & 0xff);
        return value.isPresent() ? (Double) sensor.unit().told(value.getAsDouble()) : null;
    }

    /// IPMI 2.0 table 5-4 for what software is.
    private static String source(int generator) {
        int address = generator & 0xff;
        if ((address & 1) == 0) {
            return address == BMC ? "BMC" : "controller 0x%02x".formatted(address);
        }
        return switch (address >> 4) {
            case 0, 1 -> "BIOS";
            case 2, 3 -> "SMI handler";
            case 4, 5 -> "system management software";
            case 6, 7 -> "OEM software";
            case 8 -> "remote console";
            default -> "software 0x%02x".formatted(address);
        };
    }
}
