package io.bessemer.openstack;

/// A call to OpenStack that did not do what it should. The message says which call, what was answered and what to do.
public final class OpenStackException extends Exception {
    private static final long serialVersionUID = 1;

    private final int status;

    /// @param status of HTTP; 0 when there was no answer
    public OpenStackException(int status, String message, Throwable cause) {
        super(message, cause);
        this.status = status;
    }

    public int status() {
        return status;
    }
}
