package io.bessemer.core.driver;

/// A driver could not do what it was asked. The message names the BMC, what was tried and what to check.
public final class DriverException extends Exception {
    /// Decides whether trying again can help.
    public enum Kind {
        /// no answer: cable, power, address
        UNREACHABLE(true),
        /// wrong user or password, or no privilege
        AUTHENTICATION(false),
        /// the BMC is busy, or out of sessions
        BUSY(true),
        /// the BMC refused: a completion code that will not change
        REFUSED(false),
        /// it answered, but the effect did not show (power did not change, boot device reads back otherwise)
        NOT_CONFIRMED(true),
        /// `driver_info` is wrong or incomplete
        CONFIGURATION(false),
        /// this driver or hardware cannot do it
        UNSUPPORTED(false);

        private final boolean retryable;

        Kind(boolean retryable) {
            this.retryable = retryable;
        }

        public boolean retryable() {
            return retryable;
        }
    }

    private final Kind kind;

    public DriverException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    public DriverException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
