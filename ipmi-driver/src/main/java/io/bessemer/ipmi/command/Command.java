package io.bessemer.ipmi.command;

import io.bessemer.ipmi.protocol.DecodeException;
import io.bessemer.ipmi.protocol.PacketReader;
import io.bessemer.ipmi.session.IpmiCall;

/// A request and how to read its answer.
///
/// @param <R> what the answer holds
public interface Command<R> {
    int CHASSIS = 0x00;
    int SENSOR = 0x04;
    int APP = 0x06;
    int STORAGE = 0x0a;
    int TRANSPORT = 0x0c;

    IpmiCall call();

    /// as a person calls it: `Chassis Control (power cycle)`
    String title();

    /// @param data after the completion code, which was 0
    R decode(byte[] data) throws DecodeException;

    /// Reads an answer that holds nothing.
    static Void nothing() {
        return null;
    }

    default PacketReader reader(byte[] data) {
        return new PacketReader(title() + " answer", data);
    }
}
