package io.bessemer.ipmi.event;

import io.bessemer.ipmi.protocol.DecodeException;
import io.bessemer.ipmi.protocol.PacketReader;

/// An entry of the system event log, IPMI 2.0 §32.
public sealed interface SelRecord {
    int LENGTH = 16;

    /// as the log numbers it
    int id();

    byte[] data();

    /// What a sensor, or software, told; table 32-1.
    ///
    /// @param timestamp as [SelTime] reads it
    /// @param generator bits 7 to 0 the slave address, or with bit 0 set the software, bits 9 and 8 the LUN
    /// @param asserted  the state came; false: it went
    /// @param eventType 0x01 a threshold was passed, 0x6f by sensor type, others generic or the maker's
    /// @param data      event data 1 to 3
    record Event(int id, long timestamp, int generator, int sensorType, int sensor, boolean asserted, int eventType, byte[] data) implements SelRecord {
        public static final int THRESHOLD = 0x01;
        public static final int BY_SENSOR_TYPE = 0x6f;

        /// §29.7: the number of the state, or of the threshold and the direction
        public int offset() {
            return data[0] & 0x0f;
        }

        /// Data byte 2 or 3 holds the reading, or the threshold, that made the event: those of [#THRESHOLD] alone may.
        ///
        /// @param number 2 or 3
        public boolean holdsValue(int number) {
            return eventType == THRESHOLD && ((data[0] & 0xff) >> (number == 2 ? 6 : 4) & 0x03) == 1;
        }
    }

    /// What the maker alone can read, with a time; table 32-2.
    record TimedOem(int id, int type, long timestamp, int manufacturer, byte[] data) implements SelRecord {}

    /// What the maker alone can read, §32.3; also of types that the specification does not have.
    record Oem(int id, int type, byte[] data) implements SelRecord {}

    static SelRecord decode(byte[] record) throws DecodeException {
        PacketReader in = new PacketReader("SEL record", record);
        int id = in.unsignedShort("record id");
        int type = in.unsignedByte("record type");
        if (type >= 0xc0 && type <= 0xdf) {
            long timestamp = Integer.toUnsignedLong(in.int32("timestamp"));
            int manufacturer = in.unsignedShort("manufacturer") | in.unsignedByte("manufacturer") << 16;
            return new TimedOem(id, type, timestamp, manufacturer, in.bytes("OEM data", 6));
        }
        if (type != 0x02) {
            return new Oem(id, type, in.bytes("OEM data", 13));
        }
        long timestamp = Integer.toUnsignedLong(in.int32("timestamp"));
        int generator = in.unsignedByte("generator") | (in.unsignedByte("generator LUN") & 0x03) << 8;
        in.skip("event message revision", 1);
        int sensorType = in.unsignedByte("sensor type");
        int sensor = in.unsignedByte("sensor number");
        int direction = in.unsignedByte("event direction and type");
        return new Event(id, timestamp, generator, sensorType, sensor, (direction & 0x80) == 0, direction & 0x7f, in.bytes("event data", 3));
    }
}
