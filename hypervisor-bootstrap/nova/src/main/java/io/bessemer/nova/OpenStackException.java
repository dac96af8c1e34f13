package io.bessemer.nova;

/// A call to OpenStack that did not do what it should. The message says which call, what was answered and what to do.
final class OpenStackException extends Exception {
    private static final long serialVersionUID = 1;

    private final int status;
    private final boolean lasting;

    /// @param status  of HTTP; 0 when there was no answer
    /// @param lasting whether an operator has to act, rather than the same call to be made again
    OpenStackException(int status, boolean lasting, String message, Throwable cause) {
        super(message, cause);
        this.status = status;
        this.lasting = lasting;
    }

    int status() {
        return status;
    }

    boolean lasting() {
        return lasting;
    }
}
