package io.bessemer.ipmi.session;

import java.util.Arrays;
import java.util.Optional;

/// What may be changed on a BMC for its serial console's sake. Nothing unless somebody says so: it is the operator's setting.
///
/// @param enable  Serial Over LAN is turned on where it is off
/// @param bitRate of the machine's serial line; empty leaves it
public record SolOptions(boolean enable, Optional<BitRate> bitRate) {
    public static final SolOptions NONE = new SolOptions(false, Optional.empty());

    /// IPMI 2.0 table 26-5, SOL Volatile Bit Rate.
    public enum BitRate {
        B9600(9600, 0x06),
        B19200(19_200, 0x07),
        B38400(38_400, 0x08),
        B57600(57_600, 0x09),
        B115200(115_200, 0x0a);

        private final int bitsPerSecond;
        private final int code;

        BitRate(int bitsPerSecond, int code) {
            this.bitsPerSecond = bitsPerSecond;
            this.code = code;
        }

        public static Optional<BitRate> of(int bitsPerSecond) {
            return Arrays.stream(values()).filter(rate -> rate.bitsPerSecond == bitsPerSecond).findFirst();
        }

        public int bitsPerSecond() {
            return bitsPerSecond;
        }

        int code() {
            return code;
        }
    }
}
