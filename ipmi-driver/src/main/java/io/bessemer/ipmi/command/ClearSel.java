package io.bessemer.ipmi.command;

import io.bessemer.ipmi.protocol.DecodeException;
import io.bessemer.ipmi.session.IpmiCall;

/// Clear SEL, IPMI 2.0 §31.9: begins to erase the log, or asks how far that is. True when it is done.
///
/// @param begin false to ask
public record ClearSel(int reservation, boolean begin) implements Command<Boolean> {
    @Override
    public IpmiCall call() {
        return IpmiCall.slowControl(STORAGE, 0x47, (byte) reservation, (byte) (reservation >> 8), (byte) 'C', (byte) 'L', (byte) 'R', (byte) (begin ? 0xaa : 0x00));
    }

    @Override
    public String title() {
        return begin ? "Clear SEL" : "Clear SEL (get status)";
    }

    @Override
    public Boolean decode(byte[] data) throws DecodeException {
        return (reader(data).unsignedByte("erasure progress") & 0x0f) == 1;
    }
}
