package io.bessemer.ipmi.command;

import io.bessemer.core.driver.Sensor.Threshold;
import io.bessemer.ipmi.protocol.DecodeException;
import io.bessemer.ipmi.protocol.PacketReader;
import io.bessemer.ipmi.session.IpmiCall;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// Get Sensor Thresholds, IPMI 2.0 §35.9: those that can be read, raw as readings are.
public record GetSensorThresholds(int sensor) implements Command<Map<Threshold, Integer>> {
    /// in the order of the answer and of its mask
    private static final List<Threshold> ORDER = List.of(Threshold.LOWER_NON_CRITICAL, Threshold.LOWER_CRITICAL, Threshold.LOWER_FATAL, Threshold.UPPER_NON_CRITICAL,
            Threshold.UPPER_CRITICAL, Threshold.UPPER_FATAL);

    @Override
    public IpmiCall call() {
        return IpmiCall.query(SENSOR, 0x27, (byte) sensor);
    }

    @Override
    public String title() {
        return "Get Sensor Thresholds (sensor 0x%02x)".formatted(sensor);
    }

    @Override
    public Map<Threshold, Integer> decode(byte[] data) throws DecodeException {
        PacketReader in = reader(data);
        int mask = in.unsignedByte("mask of readable thresholds");
        Map<Threshold, Integer> thresholds = new EnumMap<>(Threshold.class);
        for (Threshold threshold : ORDER) {
            int raw = in.unsignedByte(threshold.wire());
            if ((mask >> ORDER.indexOf(threshold) & 1) != 0) {
                thresholds.put(threshold, raw);
            }
        }
        return thresholds;
    }
}
