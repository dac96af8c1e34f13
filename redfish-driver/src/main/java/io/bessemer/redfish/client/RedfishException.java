package io.bessemer.redfish.client;

import java.io.Serial;
import java.util.List;

/// A BMC did not do as it was asked. The message says what it was asked and what it said, and nothing of what to do.
public final class RedfishException extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    public enum Reason {
        /// no connection, or no whole answer in time
        NO_ANSWER,
        /// it shows a certificate that is not trusted, or speaks no TLS
        TLS,
        /// 401, after logging in anew
        CREDENTIALS,
        /// 403
        PRIVILEGE,
        NOT_FOUND,
        /// the method or action is not there: 405, 501
        UNSUPPORTED,
        /// another try may help: 409, 423, 429, 5xx, and words that say so
        BUSY,
        /// 412 and 428, after the resource was read anew
        CHANGED,
        /// any other 4xx
        REFUSED,
        /// a task ended otherwise than well, or not in time
        TASK,
        /// the answer is none of Redfish's, or leads to another machine
        PROTOCOL
    }

    private final Reason reason;
    private final int status;
    private final transient List<BmcMessage> messages;

    RedfishException(Reason reason, String message, int status, List<BmcMessage> messages, Throwable cause) {
        super(message, cause);
        this.reason = reason;
        this.status = status;
        this.messages = List.copyOf(messages);
    }

    static RedfishException of(Reason reason, String message) {
        return new RedfishException(reason, message, 0, List.of(), null);
    }

    public Reason reason() {
        return reason;
    }

    /// of HTTP; 0 when there was no answer
    public int status() {
        return status;
    }

    /// What the BMC said, may be nothing.
    public List<BmcMessage> messages() {
        return messages == null ? List.of() : messages;
    }

    /// Whether one of its messages is this one, whatever registry version it names: `ActionParameterMissing`.
    public boolean says(String key) {
        return messages().stream().anyMatch(message -> message.is(key));
    }

    /// Whether the BMC mentions a word: the name of a property that it misses, or does not know.
    public boolean mentions(String word) {
        return messages().stream().anyMatch(message -> message.mentions(word));
    }
}
