package io.bessemer.ipmi.command;

import io.bessemer.ipmi.protocol.DecodeException;
import io.bessemer.ipmi.protocol.PacketReader;
import io.bessemer.ipmi.session.IpmiCall;

/// Read FRU Data, IPMI 2.0 §34.2.
///
/// @param offset and
/// @param count  in bytes, or in words where [GetFruInfo] says so
public record ReadFru(int fru, int offset, int count) implements Command<byte[]> {
    @Override
    public IpmiCall call() {
        return IpmiCall.query(STORAGE, 0x11, (byte) fru, (byte) offset, (byte) (offset >> 8), (byte) count);
    }

    @Override
    public String title() {
        return "Read FRU Data (FRU %d, from %d)".formatted(fru, offset);
    }

    @Override
    public byte[] decode(byte[] data) throws DecodeException {
        PacketReader in = reader(data);
        in.skip("count returned", 1); // the message's length tells it too, and in one unit
        return in.rest();
    }
}
