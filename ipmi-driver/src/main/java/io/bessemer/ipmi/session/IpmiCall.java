package io.bessemer.ipmi.session;

import io.bessemer.ipmi.protocol.Bridge;

/// A request to a BMC.
///
/// @param repeatable executing it twice is the same as once, so it may be sent anew in another session or with another sequence number
/// @param urgent     goes before polls
/// @param slow       the BMC may take its time, and executes what is sent again in the meantime a second time: wait longer first
/// @param bridge     the way to the controller that it is for
public record IpmiCall(int netFn, int command, byte[] data, boolean repeatable, boolean urgent, boolean slow, Bridge bridge) {
    public IpmiCall(int netFn, int command, byte[] data, boolean repeatable, boolean urgent, boolean slow) {
        this(netFn, command, data, repeatable, urgent, slow, Bridge.NONE);
    }

    public IpmiCall over(Bridge way) {
        return way.equals(bridge) ? this : new IpmiCall(netFn, command, data, repeatable, urgent, slow, way);
    }

    boolean isBridged() {
        return !bridge.hops().isEmpty();
    }

    public static IpmiCall query(int netFn, int command, byte... data) {
        return new IpmiCall(netFn, command, data, true, false, false);
    }

    public static IpmiCall control(int netFn, int command, byte... data) {
        return new IpmiCall(netFn, command, data, true, true, false);
    }

    public static IpmiCall slowControl(int netFn, int command, byte... data) {
        return new IpmiCall(netFn, command, data, true, true, true);
    }

    public static IpmiCall once(int netFn, int command, byte... data) {
        return new IpmiCall(netFn, command, data, false, true, true);
    }

    @Override
    public String toString() {
        return "IPMI request 0x%02x 0x%02x".formatted(netFn, command);
    }
}
