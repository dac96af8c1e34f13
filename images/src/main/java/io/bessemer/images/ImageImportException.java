package io.bessemer.images;

import java.io.IOException;

/// An image was not imported. The message says which source, what was found and what to do.
public sealed class ImageImportException extends IOException permits DiskFullException {
    private final boolean retryable;

    /// @param retryable false when the source itself is wrong: trying again would find the same
    public ImageImportException(String message, boolean retryable) {
        super(message);
        this.retryable = retryable;
    }

    public ImageImportException(String message, boolean retryable, Throwable cause) {
        super(message, cause);
        this.retryable = retryable;
    }

    public boolean retryable() {
        return retryable;
    }
}
