package io.bessemer.ipmi.command;

import io.bessemer.ipmi.protocol.DecodeException;
import io.bessemer.ipmi.protocol.PacketReader;
import io.bessemer.ipmi.session.IpmiCall;
import java.time.Duration;
import java.util.Optional;

/// Get Watchdog Timer, IPMI 2.0 §27.7.
public record GetWatchdog() implements Command<GetWatchdog.Watchdog> {
    private static final String[] USES = {"reserved", "BIOS FRB2", "BIOS/POST", "OS Load", "SMS/OS", "OEM"};
    private static final String[] ACTIONS = {"none", "hard reset", "power down", "power cycle"};

    /// @param use        bits 2 to 0 of the request's first byte
    /// @param actions    second byte, of which bits 2 to 0 are what happens when the time is up
    /// @param preTimeout seconds before that, at which the machine is interrupted
    /// @param left       some do not say
    public record Watchdog(int use, boolean logs, boolean running, int actions, int preTimeout, Duration timeout, Optional<Duration> left) {
        public String usedBy() {
            return use < USES.length ? USES[use] : USES[0];
        }

        public String action() {
            int action = actions & 0x07;
            return action < ACTIONS.length ? ACTIONS[action] : "reserved";
        }

        /// Whether the machine is reset or turned off unless somebody prevents it.
        public boolean threatens() {
            return running && (actions & 0x07) != 0;
        }
    }

    @Override
    public IpmiCall call() {
        return IpmiCall.query(APP, 0x25);
    }

    @Override
    public String title() {
        return "Get Watchdog Timer";
    }

    @Override
    public Watchdog decode(byte[] data) throws DecodeException {
        PacketReader in = reader(data);
        int use = in.unsignedByte("timer use");
        int actions = in.unsignedByte("timer actions");
        int preTimeout = in.unsignedByte("pre-timeout interval");
        in.skip("expiration flags", 1);
        Duration timeout = Duration.ofMillis(in.unsignedShort("initial countdown") * 100L);
        Optional<Duration> left = in.remaining() < 2 ? Optional.empty() : Optional.of(Duration.ofMillis(in.unsignedShort("present countdown") * 100L));
        return new Watchdog(use & 0x07, (use & 0x80) == 0, (use & 0x40) != 0, actions, preTimeout, timeout, left);
    }
}
