package io.bessemer.ipmi.command;

import io.bessemer.ipmi.session.IpmiCall;

/// Set System Boot Options, IPMI 2.0 §28.12: one parameter.
public record SetBootOption(int parameter, byte[] data) implements Command<Void> {
    /// Parameter 0: others shall not change boot options meanwhile. Many BMCs do not have it.
    public static SetBootOption inProgress(boolean begin) {
        return new SetBootOption(0, new byte[] {(byte) (begin ? 1 : 0)});
    }

    /// Parameter 3: the BMC clears its flags when the machine does not start within 60 s of being told to. A server that takes longer
    /// through power-on tests would boot the old system, so this says not to (bit 3).
    public static SetBootOption withoutTimeout() {
        return new SetBootOption(3, new byte[] {0x08});
    }

    /// Parameter 4: as if BIOS had not yet handled the boot flags.
    public static SetBootOption unhandled() {
        return new SetBootOption(4, new byte[] {0x01, 0x01});
    }

    public static SetBootOption flags(BootFlags flags) {
        return new SetBootOption(BootFlags.PARAMETER, flags.encode());
    }

    @Override
    public IpmiCall call() {
        byte[] request = new byte[1 + data.length];
        request[0] = (byte) parameter;
        System.arraycopy(data, 0, request, 1, data.length);
        return IpmiCall.control(CHASSIS, 0x08, request);
    }

    @Override
    public String title() {
        return "Set System Boot Options (parameter " + parameter + ")";
    }

    @Override
    public Void decode(byte[] answer) {
        return Command.nothing();
    }
}
