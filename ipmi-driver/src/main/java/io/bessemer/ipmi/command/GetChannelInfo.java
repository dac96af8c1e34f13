package io.bessemer.ipmi.command;

import io.bessemer.ipmi.protocol.DecodeException;
import io.bessemer.ipmi.session.IpmiCall;

/// Get Channel Info of the channel that the request comes by, IPMI 2.0 §22.24: its number.
public record GetChannelInfo() implements Command<Integer> {
    @Override
    public IpmiCall call() {
        return IpmiCall.query(APP, 0x42, (byte) GetUserAccess.THIS_CHANNEL);
    }

    @Override
    public String title() {
        return "Get Channel Info";
    }

    @Override
    public Integer decode(byte[] data) throws DecodeException {
        return reader(data).unsignedByte("channel") & 0x0f;
    }
}
