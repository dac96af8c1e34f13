package io.bessemer.ipmi.protocol;

/// Bytes that are not what they should be: which field, what was found, what was expected, at which byte. A normal event on a
/// network, so it carries no stack trace.
public final class DecodeException extends Exception {
    private static final long serialVersionUID = 1;

    private final int index;

    /// @param index of the byte where the fault lies, counted from the start of the message
    public DecodeException(String message, int index) {
        super(message + " (byte " + index + ")", null, false, false);
        this.index = index;
    }

    public int index() {
        return index;
    }
}
