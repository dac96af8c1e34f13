package io.bessemer.host.libvirt;

import java.io.IOException;

/// libvirt could not do something; the message is its own.
public final class LibvirtException extends IOException {
    LibvirtException(String what, String reason) {
        super("%s: %s".formatted(what, reason));
    }
}
