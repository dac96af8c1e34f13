package io.bessemer.pxe;

/// A packet that does not say what its protocol lets it say. A normal event on a network: counted, logged at debug, never a stack trace.
public final class DecodeException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int position;

    /// @param message  which field, what was found, what was expected
    /// @param position the byte at which it was found
    public DecodeException(String message, int position) {
        super(message + " (at byte " + position + ")", null, false, false);
        this.position = position;
    }

    public int position() {
        return position;
    }
}
