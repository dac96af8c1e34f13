package io.bessemer.images;

import java.io.IOException;

/// There is no room for an image. The import may succeed later.
final class DiskFullException extends ImageImportException {
    DiskFullException(String message, IOException cause) {
        super(message, true, cause);
    }
}
