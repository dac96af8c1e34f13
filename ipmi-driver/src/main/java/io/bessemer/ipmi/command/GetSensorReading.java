package io.bessemer.ipmi.command;

import io.bessemer.ipmi.protocol.DecodeException;
import io.bessemer.ipmi.protocol.PacketReader;
import io.bessemer.ipmi.session.IpmiCall;

/// Get Sensor Reading, IPMI 2.0 §35.14.
public record GetSensorReading(int sensor) implements Command<GetSensorReading.Reading> {
    /// @param raw       of a sensor that has an analog reading; means nothing when it is not `available`
    /// @param scanning  false when somebody has turned the sensor off
    /// @param stateTold some BMCs end before the states
    /// @param states    of a threshold sensor which thresholds are passed (bits 0 to 5, as in the answer of Get Sensor Thresholds), of others
    ///                  which states are asserted (bits 0 to 14)
    public record Reading(int raw, boolean scanning, boolean available, boolean stateTold, int states) {}

    @Override
    public IpmiCall call() {
        return IpmiCall.query(SENSOR, 0x2d, (byte) sensor);
    }

    @Override
    public String title() {
        return "Get Sensor Reading (sensor 0x%02x)".formatted(sensor);
    }

    @Override
    public Reading decode(byte[] data) throws DecodeException {
        PacketReader in = reader(data);
        int raw = in.unsignedByte("reading");
        int flags = in.unsignedByte("flags");
        boolean stateTold = in.remaining() > 0;
        int states = stateTold ? in.unsignedByte("states 0 to 7") : 0;
        if (in.remaining() > 0) {
            states |= (in.unsignedByte("states 8 to 14") & 0x7f) << 8;
        }
        return new Reading(raw, (flags & 0x40) != 0, (flags & 0x20) == 0, stateTold, states);
    }
}
