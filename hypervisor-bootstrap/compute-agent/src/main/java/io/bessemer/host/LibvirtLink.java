package io.bessemer.host;

import io.bessemer.host.libvirt.Connection;
import io.bessemer.host.libvirt.LibvirtException;
import java.util.Optional;

/// The connection to libvirt, opened anew when it broke.
final class LibvirtLink {
    private final Runnable heard;
    private String uri;
    private Connection connection;
    private String error = "not connected yet";

    /// @param heard called after each change of a guest's state
    LibvirtLink(String uri, Runnable heard) {
        this.uri = uri;
        this.heard = heard;
    }

    synchronized void use(String other) {
        if (!uri.equals(other)) {
            uri = other;
            drop();
        }
    }

    synchronized Optional<Connection> get() {
        if (connection != null && connection.alive()) {
            return Optional.of(connection);
        }
        drop();
        try {
            connection = Connection.open(uri, heard);
            error = null;
            heard.run(); // what happened meanwhile was not heard
        } catch (LibvirtException | RuntimeException e) {
            error = e.getMessage();
        }
        return Optional.ofNullable(connection);
    }

    /// Why there is no connection.
    synchronized String error() {
        return error;
    }

    /// Not closed, but left to libvirt's own end: another thread may be inside a call.
    synchronized void drop() {
        connection = null;
    }
}
