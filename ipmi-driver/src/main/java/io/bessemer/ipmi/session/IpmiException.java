package io.bessemer.ipmi.session;

/// A call that got no answer to believe. A BMC's refusal is not one: that is a completion code.
public final class IpmiException extends Exception {
    private static final long serialVersionUID = 1;

    /// What is wrong, as far as the protocol can tell.
    public enum Reason {
        /// nothing came back
        NO_ANSWER,
        /// nothing came back to a command that must not be sent twice: it may have been executed
        UNCERTAIN,
        /// it did not answer before, and is left alone for a while
        CIRCUIT_OPEN,
        /// the BMC does not know the user
        WRONG_USER,
        /// BMC and we have different passwords
        WRONG_PASSWORD,
        /// BMC and we have different K_G
        WRONG_BMC_KEY,
        /// user or channel may not have the privilege level asked for
        PRIVILEGE,
        /// none of the suites that we may use is known to the BMC
        NO_CIPHER_SUITE,
        /// it speaks IPMI, but not the sessions of 2.0
        NO_RMCP_PLUS,
        OUT_OF_SESSIONS,
        /// too many calls wait for this BMC, or one waited too long
        QUEUE,
        /// the BMC could not pass a command on to the controller behind it
        BRIDGE,
        /// it answers what no BMC should
        PROTOCOL,
        /// we are shutting down
        CLOSED
    }

    private final Reason reason;

    public IpmiException(Reason reason, String message) {
        // made on event loops, thrown to callers elsewhere: a stack would mislead
        super(message, null, false, false);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
