package io.bessemer.ipmi.command;

import io.bessemer.ipmi.protocol.DecodeException;
import io.bessemer.ipmi.protocol.PacketReader;
import io.bessemer.ipmi.session.IpmiCall;

/// Get SEL Entry, IPMI 2.0 §31.5.
///
/// @param reservation is looked at when a part is asked for
/// @param id          [#OLDEST], [#NEWEST], or what the entry before named as the next
/// @param count       of bytes; [#WHOLE] for all there are
public record GetSelEntry(int reservation, int id, int offset, int count) implements Command<GetSelEntry.Part> {
    public static final int OLDEST = 0x0000;
    /// as an id to ask for the newest; as the next that an entry names, that there is none
    public static final int NEWEST = 0xffff;
    public static final int WHOLE = 0xff;

    /// @param next id of the entry after this one, or [#NEWEST]
    public record Part(int next, byte[] bytes) {}

    @Override
    public IpmiCall call() {
        return IpmiCall.query(STORAGE, 0x43, (byte) reservation, (byte) (reservation >> 8), (byte) id, (byte) (id >> 8), (byte) offset, (byte) count);
    }

    @Override
    public String title() {
        return "Get SEL Entry (0x%04x)".formatted(id);
    }

    @Override
    public Part decode(byte[] data) throws DecodeException {
        PacketReader in = reader(data);
        return new Part(in.unsignedShort("next record id"), in.rest());
    }
}
