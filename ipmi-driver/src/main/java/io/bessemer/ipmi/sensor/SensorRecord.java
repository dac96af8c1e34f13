package io.bessemer.ipmi.sensor;

import io.bessemer.core.driver.Sensor.Kind;
import io.bessemer.ipmi.protocol.DecodeException;
import io.bessemer.ipmi.protocol.PacketReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// A sensor as its record describes it: Full Sensor Record, IPMI 2.0 §43.1, or Compact Sensor Record, §43.2.
///
/// @param owner              0x20 is the BMC itself; others are reached through it (§6.5), or are software
/// @param type               what is watched, §42.2
/// @param eventType          0x01 compares with thresholds, others have states (§42.1)
/// @param thresholdsReadable by Get Sensor Thresholds
/// @param tellable           of a sensor with states, which it can tell
public record SensorRecord(int owner, int lun, int number, int entity, int instance, int type, int eventType, boolean thresholdsReadable, int tellable, SensorUnit unit,
        Conversion conversion, String name) {
    /// record id, version, type, and the length of what follows
    public static final int HEADER_LENGTH = 5;
    public static final int MAX_LENGTH = 255;

    static final int POWER_SUPPLY = 0x08;
    static final int POWER_UNIT = 0x09;
    static final int DRIVE_SLOT = 0x0d;

    private static final int FULL = 0x01;
    private static final int COMPACT = 0x02;
    private static final int BMC = 0x20;
    private static final int THRESHOLD = 0x01;

    public SensorRecord {
        name = name.strip();
    }

    /// Length of the whole record, told by its first bytes.
    public static int length(byte[] header) throws DecodeException {
        PacketReader in = new PacketReader("Sensor data record", header);
        in.skip("record id, version and type", 4);
        int rest = in.unsignedByte("length");
        if (rest > MAX_LENGTH - HEADER_LENGTH) {
            throw in.wrong("length", Integer.toString(rest), "at most " + (MAX_LENGTH - HEADER_LENGTH));
        }
        return HEADER_LENGTH + rest;
    }

    /// The sensors that a record describes: a compact one may stand for several, and records of other types describe none.
    public static List<SensorRecord> decode(byte[] record) throws DecodeException {
        int length = length(record);
        if (length > record.length) {
            throw new DecodeException("Sensor data record has %d bytes, its length says %d".formatted(record.length, length), record.length);
        }
        int type = record[3] & 0xff;
        if (type != FULL && type != COMPACT) {
            return List.of();
        }
        PacketReader in = new PacketReader(type == FULL ? "Full sensor record" : "Compact sensor record", Arrays.copyOf(record, length));
        in.skip("header", HEADER_LENGTH);
        int owner = in.unsignedByte("owner");
        int lun = in.unsignedByte("owner LUN") & 0x03;
        int number = in.unsignedByte("sensor number");
        int entity = in.unsignedByte("entity id");
        int instance = in.unsignedByte("entity instance") & 0x7f;
        in.skip("initialization", 1);
        int thresholdAccess = in.unsignedByte("capabilities") >> 2 & 0x03;
        int sensorType = in.unsignedByte("sensor type");
        int eventType = in.unsignedByte("event type") & 0x7f;
        in.skip("event masks", 4);
        int tellable = in.unsignedShort("reading mask");
        int units = in.unsignedByte("units");
        SensorUnit unit = new SensorUnit((units & 0x01) != 0, units >> 3 & 0x07, units >> 1 & 0x03, in.unsignedByte("base unit"), in.unsignedByte("modifier unit"));
        boolean thresholds = eventType == THRESHOLD && (thresholdAccess == 1 || thresholdAccess == 2);
        if (type == COMPACT) {
            return new SensorRecord(owner, lun, number, entity, instance, sensorType, eventType, thresholds, tellable, unit, Conversion.NONE, "").shared(in);
        }
        Conversion conversion = Conversion.decode(Conversion.Format.values()[units >> 6], in);
        in.skip("characteristics, thresholds and OEM", 17);
        // a sensor with states may have a reading too, as power meters of some makers; without a unit it has none, whatever its format says
        boolean analog = eventType == THRESHOLD || unit.told();
        return List.of(new SensorRecord(owner, lun, number, entity, instance, sensorType, eventType, thresholds, tellable, unit, analog ? conversion : Conversion.NONE,
                SensorName.decode(in)));
    }

    /// Sensors that share a compact record have numbers, and if it says so entity instances, one after the other; each name ends with a number or a letter.
    private List<SensorRecord> shared(PacketReader in) throws DecodeException {
        int sharing = in.unsignedByte("record sharing");
        int offsets = in.unsignedByte("instance sharing");
        in.skip("hysteresis, reserved and OEM", 6);
        String base = SensorName.decode(in);
        int count = sharing & 0x0f;
        if (count <= 1) {
            return List.of(named(number, instance, base));
        }
        if (number + count > 0x100) {
            throw in.wrong("record sharing", count + " sensors from 0x%02x".formatted(number), "numbers up to 0xff");
        }
        List<SensorRecord> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int suffix = (offsets & 0x7f) + i;
            String end = (sharing & 0x30) == 0x10 ? Character.toString('A' + suffix % 26) : Integer.toString(suffix);
            all.add(named(number + i, (offsets & 0x80) == 0 ? instance : instance + i & 0x7f, base + end));
        }
        return all;
    }

    private SensorRecord named(int number, int instance, String name) {
        return new SensorRecord(owner, lun, number, entity, instance, type, eventType, thresholdsReadable, tellable, unit, conversion, name);
    }

    /// Whether the BMC can be asked for it: its own, on its first LUN.
    public boolean askable() {
        return owner == BMC && lun == 0;
    }

    public boolean analog() {
        return conversion.format() != Conversion.Format.NONE;
    }

    public boolean hasThresholds() {
        return eventType == THRESHOLD;
    }

    /// Empty for what is none of the four.
    public Optional<Kind> kind() {
        Optional<Kind> byUnit = analog() ? unit.kind() : Optional.empty();
        return byUnit.isPresent() ? byUnit : switch (type) {
            case 0x01 -> analog() ? Optional.empty() : Optional.of(Kind.TEMPERATURE); // what is told of temperature is degrees
            case 0x02, 0x03, POWER_SUPPLY, POWER_UNIT -> Optional.of(Kind.POWER);
            case 0x04, 0x0a -> Optional.of(Kind.FAN);
            case DRIVE_SLOT -> Optional.of(Kind.DRIVE);
            default -> Optional.empty();
        };
    }

    /// null when the record does not say
    public String context() {
        return Entity.context(entity);
    }

    public DiscreteState state(int asserted) {
        return DiscreteState.of(type, eventType, tellable, asserted);
    }
}
