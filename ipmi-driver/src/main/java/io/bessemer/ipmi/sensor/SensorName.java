package io.bessemer.ipmi.sensor;

import io.bessemer.ipmi.protocol.DecodeException;
import io.bessemer.ipmi.protocol.PacketReader;
import io.bessemer.ipmi.protocol.TypedText;

/// A string with type and length before it, IPMI 2.0 §43.15.
final class SensorName {
    private SensorName() {
    }

    static String decode(PacketReader in) throws DecodeException {
        int typeAndLength = in.unsignedByte("type and length of the name");
        return TypedText.of(typeAndLength >> 6, in.bytes("name", typeAndLength & 0x1f));
    }
}
