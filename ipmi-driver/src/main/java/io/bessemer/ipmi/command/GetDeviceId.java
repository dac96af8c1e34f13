package io.bessemer.ipmi.command;

import io.bessemer.ipmi.protocol.DecodeException;
import io.bessemer.ipmi.protocol.PacketReader;
import io.bessemer.ipmi.session.IpmiCall;

/// Get Device ID, IPMI 2.0 §20.1.
public record GetDeviceId() implements Command<GetDeviceId.DeviceId> {
    /// @param available     false while firmware is updated
    /// @param firmwareMinor BCD, as it is written: 0x47 is `.47`
    /// @param version       of IPMI, BCD with the digits swapped: 0x02 is 2.0
    public record DeviceId(int deviceId, int deviceRevision, boolean available, int firmwareMajor, int firmwareMinor, int version,
            int manufacturerId, int productId) {
        public String firmware() {
            return "%d.%02x".formatted(firmwareMajor, firmwareMinor);
        }

        public String ipmiVersion() {
            return "%x.%x".formatted(version & 0x0f, version >> 4);
        }
    }

    @Override
    public IpmiCall call() {
        return IpmiCall.query(APP, 0x01);
    }

    @Override
    public String title() {
        return "Get Device ID";
    }

    @Override
    public DeviceId decode(byte[] data) throws DecodeException {
        PacketReader in = reader(data);
        int id = in.unsignedByte("device id");
        int revision = in.unsignedByte("device revision") & 0x0f;
        int firmware = in.unsignedByte("firmware revision 1");
        int minor = in.unsignedByte("firmware revision 2");
        int version = in.unsignedByte("IPMI version");
        in.skip("additional device support", 1);
        int manufacturer = (in.unsignedShort("manufacturer id") | in.unsignedByte("manufacturer id") << 16) & 0xfffff;
        int product = in.unsignedShort("product id");
        return new DeviceId(id, revision, (firmware & 0x80) == 0, firmware & 0x7f, minor, version, manufacturer, product);
    }
}
