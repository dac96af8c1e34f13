package io.bessemer.ipmi.command;

import io.bessemer.ipmi.protocol.DecodeException;
import io.bessemer.ipmi.protocol.PacketReader;
import io.bessemer.ipmi.session.IpmiCall;

/// Get SDR, IPMI 2.0 §33.12.
///
/// @param reservation is looked at when `offset` is not 0
/// @param id          [#FIRST], or what the record before named as the next
/// @param count       of bytes; [#WHOLE] for all there are
public record GetSdr(int reservation, int id, int offset, int count) implements Command<GetSdr.Part> {
    public static final int FIRST = 0x0000;
    public static final int LAST = 0xffff;
    public static final int WHOLE = 0xff;

    /// @param next id of the record after this one, or [#LAST]
    public record Part(int next, byte[] bytes) {}

    @Override
    public IpmiCall call() {
        return IpmiCall.query(STORAGE, 0x23, (byte) reservation, (byte) (reservation >> 8), (byte) id, (byte) (id >> 8), (byte) offset, (byte) count);
    }

    @Override
    public String title() {
        return "Get SDR (record 0x%04x)".formatted(id);
    }

    @Override
    public Part decode(byte[] data) throws DecodeException {
        PacketReader in = reader(data);
        return new Part(in.unsignedShort("next record id"), in.rest());
    }
}
