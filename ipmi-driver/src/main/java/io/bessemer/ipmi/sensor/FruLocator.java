package io.bessemer.ipmi.sensor;

import io.bessemer.ipmi.protocol.DecodeException;
import io.bessemer.ipmi.protocol.PacketReader;
import java.util.Arrays;
import java.util.Optional;

/// Where a part's inventory is: FRU Device Locator Record, IPMI 2.0 §43.8.
///
/// @param id that Read FRU Data takes
public record FruLocator(int id, String name) {
    private static final int TYPE = 0x11;
    private static final int BMC = 0x20;

    public FruLocator {
        name = name.strip();
    }

    /// Empty for records of other types, and for parts that the BMC does not read itself.
    public static Optional<FruLocator> decode(byte[] record) throws DecodeException {
        int length = SensorRecord.length(record);
        if (record.length < length || (record[3] & 0xff) != TYPE) {
            return Optional.empty();
        }
        PacketReader in = new PacketReader("FRU device locator record", Arrays.copyOf(record, length));
        in.skip("header", SensorRecord.HEADER_LENGTH);
        int controller = in.unsignedByte("device access address");
        int id = in.unsignedByte("FRU device id");
        int access = in.unsignedByte("logical device, LUN and bus");
        in.skip("channel, device type and entity", 7);
        boolean ours = controller == BMC && (access & 0x80) != 0 && (access & 0x18) == 0;
        String name = SensorName.decode(in);
        return ours ? Optional.of(new FruLocator(id, name)) : Optional.empty();
    }
}
