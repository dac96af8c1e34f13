package io.bessemer.ipmi.protocol;

/// How a BMC answered a command, IPMI 2.0 §5.2. Command-specific and OEM codes are kept by their number: what they mean, the
/// command knows.
public sealed interface CompletionCode {
    int code();

    String meaning();

    default boolean ok() {
        return code() == 0;
    }

    /// Codes that mean the same for every command.
    enum Generic implements CompletionCode {
        OK(0x00, "completed"),
        NODE_BUSY(0xc0, "node busy"),
        INVALID_COMMAND(0xc1, "command unknown"),
        INVALID_FOR_LUN(0xc2, "command unknown on this LUN"),
        TIMEOUT(0xc3, "timeout while processing"),
        OUT_OF_SPACE(0xc4, "out of space"),
        RESERVATION_CANCELLED(0xc5, "reservation cancelled"),
        DATA_TRUNCATED(0xc6, "request data truncated"),
        DATA_LENGTH_INVALID(0xc7, "request data length invalid"),
        DATA_TOO_LONG(0xc8, "request data field length limit exceeded"),
        OUT_OF_RANGE(0xc9, "parameter out of range"),
        CANNOT_RETURN_BYTES(0xca, "cannot return the number of bytes asked for"),
        NOT_PRESENT(0xcb, "sensor, data or record not present"),
        INVALID_FIELD(0xcc, "invalid data field in request"),
        ILLEGAL_FOR_SENSOR(0xcd, "command illegal for this sensor or record type"),
        NO_RESPONSE(0xce, "command response could not be provided"),
        DUPLICATE(0xcf, "cannot execute a duplicated request"),
        SDR_UPDATING(0xd0, "SDR repository in update mode"),
        FIRMWARE_UPDATING(0xd1, "device in firmware update mode"),
        BMC_STARTING(0xd2, "BMC initialization in progress"),
        DESTINATION_UNAVAILABLE(0xd3, "destination unavailable"),
        INSUFFICIENT_PRIVILEGE(0xd4, "insufficient privilege level"),
        NOT_IN_THIS_STATE(0xd5, "command not supported in the present state"),
        DISABLED(0xd6, "command sub-function disabled or unavailable"),
        UNSPECIFIED(0xff, "unspecified error");

        private static final Generic[] BY_CODE = new Generic[256];

        static {
            for (Generic code : values()) {
                BY_CODE[code.code] = code;
            }
        }

        private final int code;
        private final String meaning;

        Generic(int code, String meaning) {
            this.code = code;
            this.meaning = meaning;
        }

        @Override
        public int code() {
            return code;
        }

        @Override
        public String meaning() {
            return meaning;
        }

        @Override
        public String toString() {
            return "0x%02x (%s)".formatted(code, meaning);
        }
    }

    /// Command-specific (0x80 to 0xbe), OEM (0x01 to 0x7e) or unlisted.
    record Other(int code) implements CompletionCode {
        @Override
        public String meaning() {
            if (code >= 0x80 && code <= 0xbe) {
                return "command-specific";
            }
            return code >= 0x01 && code <= 0x7e ? "OEM" : "unlisted";
        }

        @Override
        public String toString() {
            return "0x%02x (%s)".formatted(code, meaning());
        }
    }

    static CompletionCode of(int code) {
        Generic generic = Generic.BY_CODE[code & 0xff];
        return generic == null ? new Other(code & 0xff) : generic;
    }
}
